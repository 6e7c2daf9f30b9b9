import { expect, test } from "vitest";
import { lostSince } from "./screen";

test("a short cut heals unnoticed", () => {
  expect(lostSince(10_000, 0, 14_999)).toBeNull();
});

test("a cut of five seconds is marked with the time it began", () => {
  expect(lostSince(10_000, 0, 15_000)).toBe(10_000);
});

test("a screen loaded without a network has been alone since then", () => {
  expect(lostSince(null, 3_000, 7_999)).toBeNull();
  expect(lostSince(null, 3_000, 8_000)).toBe(3_000);
});
