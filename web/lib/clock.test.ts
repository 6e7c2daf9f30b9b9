import { expect, test } from "vitest";
import { clockText, phase, shown, untilTurn } from "./clock";
import type { ClockView } from "./wire.gen";

const talk: ClockView = {
  kind: "countdown",
  mark: 600_000,
  paused_at: null,
  warning: 120_000,
  danger: 30_000,
};
const since: ClockView = { kind: "countup", mark: 1_000, paused_at: null, warning: 0, danger: 0 };

test("a countdown says how much is left, to the very end and beyond", () => {
  expect(clockText(talk, 0)).toBe("10:00");
  expect(clockText(talk, 1)).toBe("10:00");
  expect(clockText(talk, 599_001)).toBe("0:01");
  expect(clockText(talk, 600_000)).toBe("0:00");
  expect(clockText(talk, 600_999)).toBe("0:00");
  expect(clockText(talk, 665_000)).toBe("−1:05");
  expect(clockText({ ...talk, mark: 3_723_000 }, 0)).toBe("1:02:03");
});

test("a countup begins at its mark", () => {
  expect(clockText(since, 1_999)).toBe("0:00");
  expect(clockText(since, 66_000)).toBe("1:05");
});

test("a clock grows urgent in steps", () => {
  expect([0, 480_000, 570_000, 600_000].map((now) => phase(talk, now))).toEqual([
    "calm",
    "warning",
    "danger",
    "over",
  ]);
  expect(phase(since, 10_000_000)).toBe("calm");
});

test("a paused clock stands", () => {
  expect(shown({ ...talk, paused_at: 60_000 }, 599_000)).toBe(540_000);
});

test.each([0, 1, 499.5, 998, 599_250, 600_000, 600_001, 665_999])(
  "a clock that is looked at %f ms after its start turns when it says, and no sooner",
  (now) => {
    for (const clock of [talk, since]) {
      const wait = untilTurn(clock, now);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(1000);
      expect(clockText(clock, now + wait)).not.toBe(clockText(clock, now));
      expect(clockText(clock, now + wait - 0.25)).toBe(clockText(clock, now));
    }
  },
);
