import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One HTML page per role; `budgets.mjs` names the same pages. */
const pages = ["index", "attend", "moderate", "prompt", "studio"];

export default defineConfig({
  build: {
    outDir: "../podium/pages",
    emptyOutDir: true,
    target: "es2022",
    // The Content-Security-Policy allows no data: URL and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: Object.fromEntries(pages.map((page) => [page, here(`${page}.html`)])) },
  },
  server: {
    proxy: {
      "/ws": { target: "ws://127.0.0.1:8080", ws: true },
      "/whip": "http://127.0.0.1:8080",
      "/whep": "http://127.0.0.1:8080",
    },
  },
  test: {
    environment: "happy-dom",
    include: ["**/*.test.{ts,tsx}"],
    sequence: { shuffle: true },
    restoreMocks: true,
  },
});
