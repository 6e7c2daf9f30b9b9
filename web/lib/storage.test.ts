import { beforeEach, expect, it } from "vitest";
import { browserStorage, lasting, parsed, remembered } from "./storage";

beforeEach(() => {
  localStorage.clear();
});

it("remembers what was chosen, and nothing before that", () => {
  const volume = remembered("volume", 1);
  expect(localStorage.length).toBe(0);
  volume.value = 0.5;
  expect(remembered("volume", 1).value).toBe(0.5);
});

it("takes what cannot be read for not there", () => {
  localStorage.setItem("podium.volume", "{broken");
  expect(remembered("volume", 1).value).toBe(1);
  expect(parsed("")).toBeNull();
});

it("sees only its own keys", () => {
  localStorage.setItem("of-somebody-else", "1");
  lasting.set("draft", "x");
  expect(lasting.keys()).toEqual(["draft"]);
});

it("keeps in memory what the browser refuses to keep", () => {
  const full = {
    getItem: () => null,
    removeItem: () => undefined,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  } as unknown as globalThis.Storage;
  const storage = browserStorage(() => full);
  storage.set("overflow", "kept");
  expect(storage.get("overflow")).toBe("kept");
  expect(storage.keys()).toContain("overflow");
  storage.remove("overflow");
  expect(storage.get("overflow")).toBeNull();
});

it("keeps in memory where site data is blocked", () => {
  const storage = browserStorage(() => {
    throw new DOMException("blocked", "SecurityError");
  });
  storage.set("draft", "kept");
  expect(storage.get("draft")).toBe("kept");
});
