const LINK = /<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s",;]+))*)/g;
const ATTRIBUTE = /;\s*([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s",;]+))/g;

/** The STUN and TURN servers that the Link headers of an answer name (RFC 9725 section 4.6). */
export function iceServers(header: string | null): RTCIceServer[] {
  return [...(header ?? "").matchAll(LINK)].flatMap(([, urls = "", attributes = ""]) => {
    const { rel, username, credential } = read(attributes);
    if (rel !== "ice-server") return [];
    if (urls.startsWith("stun:")) return [{ urls }];
    return /^turns?:/.test(urls) && username && credential ? [{ urls, username, credential }] : [];
  });
}

/** Where the Link headers of an answer say that an extension is (RFC 8288); null when they do not. */
export function linked(header: string | null, wanted: string): string | null {
  for (const [, target = "", attributes = ""] of (header ?? "").matchAll(LINK)) {
    const { rel } = read(attributes);
    if (rel === wanted) return target;
  }
  return null;
}

function read(attributes: string): Partial<Record<string, string>> {
  const found = [...attributes.matchAll(ATTRIBUTE)];
  return Object.fromEntries(
    found.map(([, name = "", quoted, plain]) => [
      name.toLowerCase(),
      quoted?.replace(/\\(.)/g, "$1") ?? plain,
    ]),
  );
}
