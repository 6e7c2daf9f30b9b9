import { expect, test } from "vitest";
import { untilCall } from "./calls";

test("the first call comes at once", () => {
  expect(untilCall(0, 1_000_000)).toBe(0);
});

test("two cues right after each other do not flash into each other", () => {
  expect(untilCall(1_000_000, 1_000_300)).toBe(2_700);
  expect(untilCall(1_000_000, 1_003_000)).toBe(0);
});

test("a device whose clock was set back does not fall silent", () => {
  expect(untilCall(1_000_000, 400_000)).toBe(3_000);
});
