// Builds every page by itself: nobody visits two of them, so a page carries what it needs in one file and nothing of its
// neighbours. Assets that are the same have the same name and are written once.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
const pages = readdirSync(here).filter((name) => name.endsWith(".html"));

for (const [index, page] of pages.entries()) {
  const isFirst = index === 0;
  await build({
    root: here,
    logLevel: "warn",
    build: {
      emptyOutDir: isFirst,
      copyPublicDir: isFirst,
      rolldownOptions: {
        input: `${here}${page}`,
        // What is needed at first is one file, whatever the parts that come later share with it.
        output: { codeSplitting: { groups: [{ name: page.replace(".html", ""), tags: ["$initial"] }] } },
      },
    },
  });
}
