// @ts-check
// Lets a prompter be loaded again without a network: the page as it was last, its assets as they are for ever. What the
// page shows it keeps itself; nothing else is kept here, and nobody else's pages are in its scope.
const CACHE = "prompt-1";
const PATIENCE = 3_000;

/** @type {ServiceWorkerGlobalScope} */
const worker = /** @type {any} */ (self);

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", (event) => {
  const keep = event.data?.keep;
  if (Array.isArray(keep)) event.waitUntil(caches.open(CACHE).then((cache) => keepAll(cache, keep)));
});

/** @param {Cache} cache @param {string[]} paths */
async function keepAll(cache, paths) {
  for (const path of paths) {
    const known = path.startsWith("/assets/") && (await cache.match(path));
    if (!known) await cache.add(path).catch(() => undefined);
  }
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith("/assets/") && !paths.includes(pathname)) await cache.delete(pathname);
  }
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(newest(request, pathname));
  else if (pathname.startsWith("/assets/")) event.respondWith(kept(request, pathname));
});

/** The page from the network; the last known one when there is none in time. @param {Request} request @param {string} path */
async function newest(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok) await cache.put(path, response.clone());
    return response;
  } catch {
    return (await cache.match(path)) ?? Response.error();
  }
}

/** What is under the name of an asset never changes. @param {Request} request @param {string} path */
async function kept(request, path) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(path);
  if (known) return known;
  const response = await fetch(request);
  if (response.ok) await cache.put(path, response.clone());
  return response;
}
