import { defineConfig } from "vitest/config";

// `build.mjs` builds the pages, each on its own.
export default defineConfig({
  build: {
    outDir: "../podium/pages",
    emptyOutDir: true,
    target: "es2022",
    // The Content-Security-Policy allows no data: URL and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/ws": { target: "ws://127.0.0.1:8080", ws: true },
      "/whip": "http://127.0.0.1:8080",
      "/whep": "http://127.0.0.1:8080",
      "/api": "http://127.0.0.1:8080",
    },
  },
  test: {
    environment: "happy-dom",
    include: ["**/*.test.{ts,tsx}"],
    sequence: { shuffle: true },
    restoreMocks: true,
  },
});
