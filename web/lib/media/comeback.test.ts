import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Comeback } from "./comeback";

let comeback: Comeback;
let times: number;
const again = () => {
  times += 1;
};

const seen = (visibility: "hidden" | "visible") => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
  document.dispatchEvent(new Event("visibilitychange"));
};

beforeEach(() => {
  vi.useFakeTimers();
  comeback = new Comeback();
  times = 0;
});

afterEach(() => {
  comeback.callOff();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("waits longer each time, and never long for a way that may be back any moment", () => {
  const pauses = Array.from({ length: 10 }, () => comeback.plan(again, null));
  expect(pauses[0]).toBeLessThanOrEqual(500);
  expect(pauses[2]).toBeGreaterThan(pauses[0] ?? 0);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(4_000);
});

it("leaves a server that refuses in peace", () => {
  const pauses = Array.from({ length: 10 }, () => comeback.plan(again, 0));
  expect(Math.max(...pauses)).toBeGreaterThan(9_000);
  const asked = Array.from({ length: 100 }, () => comeback.plan(again, 60_000));
  expect(Math.min(...asked)).toBeGreaterThanOrEqual(60_000);
  expect(Math.max(...asked)).toBeLessThanOrEqual(90_000);
  expect(new Set(asked).size).toBeGreaterThan(50);
});

it("spreads a thousand pages", () => {
  const pauses = Array.from({ length: 100 }, () => new Comeback().plan(() => undefined, null));
  expect(new Set(pauses).size).toBeGreaterThan(90);
});

it("begins with short pauses again after a success", () => {
  for (let count = 0; count < 5; count += 1) comeback.plan(again, null);
  comeback.succeeded();
  expect(comeback.plan(again, null)).toBeLessThanOrEqual(500);
});

it("comes back once, though planned twice", async () => {
  comeback.plan(again, null);
  comeback.plan(again, null);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times).toBe(1);
});

it.each([
  ["the network is back", () => dispatchEvent(new Event("online"))],
  ["the page is seen again", () => seen("visible")],
])("comes at once when %s, and only once", async (_, event) => {
  comeback.plan(again, null);
  event();
  expect(times).toBe(1);
  event();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times).toBe(1);
});

it("does not mind a page that is hidden", () => {
  comeback.plan(again, null);
  seen("hidden");
  expect(times).toBe(0);
});

it("keeps to the time that the server asked for, whatever happens", async () => {
  comeback.plan(again, 7_000);
  dispatchEvent(new Event("online"));
  seen("visible");
  await vi.advanceTimersByTimeAsync(6_999);
  expect(times).toBe(0);
});

it("stays away when it was called off", async () => {
  comeback.plan(again, null);
  comeback.callOff();
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times).toBe(0);
});
