import { expect, it } from "vitest";
import { backOff } from "./backoff";

it("doubles up to a limit", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 100].map((attempt) => backOff(attempt, 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000,
  ]);
});

it("spreads over the upper half", () => {
  expect(backOff(3, 0)).toBe(2000);
});
