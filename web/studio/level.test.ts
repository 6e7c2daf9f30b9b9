import { expect, test } from "vitest";
import { FLOOR, peak, reach, SilenceWatch } from "./level";

test.each([
  [[0, 0], FLOOR],
  [[0.5, -1], 0],
  [[2], 0],
  [[0.1, -0.05], -20],
  [[0.0001], FLOOR],
])("the peak of %j is %d dB", (samples, expected) => {
  expect(peak(new Float32Array(samples))).toBeCloseTo(expected, 3);
});

test("a bar reaches from nothing to everything", () => {
  expect(reach(FLOOR)).toBe(0);
  expect(reach(-30)).toBe(0.5);
  expect(reach(0)).toBe(1);
});

test("silence is told after five seconds and forgotten with the first sound", () => {
  const watch = new SilenceWatch(0);
  expect(watch.hear(FLOOR, 4_999)).toBe(false);
  expect(watch.hear(FLOOR, 5_000)).toBe(true);
  expect(watch.hear(-20, 5_100)).toBe(false);
  expect(watch.hear(FLOOR, 10_000)).toBe(false);
  expect(watch.hear(FLOOR, 10_100)).toBe(true);
});
