// Refuses a build whose pages outgrew their script budget (gzip), counted over everything a page loads at first:
// its scripts and, transitively, what they import statically. Lazy parts (`import()`) are loaded later and not counted.
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const built = fileURLToPath(new URL("../podium/pages/", import.meta.url));
const budgets = { index: 25, attend: 25, prompt: 25, host: 45, moderate: 45, studio: 45 };

const staticImport = /(?:\bfrom|(?<![\w.])import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g;

/** @param {string} page */
function scriptsOf(page) {
  const html = readFileSync(join(built, `${page}.html`), "utf8");
  if (/<script(?![^>]*\bsrc=)[^>]*>/.test(html)) throw new Error(`${page}.html has an inline script`);
  const pending = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]);
  const seen = new Set();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const source = readFileSync(join(built, file), "utf8");
    for (const match of source.matchAll(staticImport)) pending.push(normalize(join(dirname(file), match[1])));
  }
  return seen;
}

let over = 0;
for (const [page, limit] of Object.entries(budgets)) {
  let bytes = 0;
  for (const file of scriptsOf(page)) bytes += gzipSync(readFileSync(join(built, file)), { level: 9 }).length;
  const size = (bytes / 1000).toFixed(1);
  if (bytes > limit * 1000) over += 1;
  console.log(
    `${page.padEnd(9)} ${size.padStart(6)} kB of ${limit} kB${bytes > limit * 1000 ? "  too much" : ""}`,
  );
}
if (over > 0) {
  console.error(
    "A page loads more script than its budget allows: make it smaller, or load a part of it later.",
  );
  process.exit(1);
}
