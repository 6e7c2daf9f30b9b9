import { describe, expect, test } from "vitest";
import { down, dropped, first, successor, up } from "./neighbours";

/** What the server does with a neighbour, to see where a question lands. */
function moved(
  queue: readonly number[],
  number: number,
  after: number | null | undefined,
): readonly number[] {
  if (after === undefined) return queue;
  const rest = queue.filter((other) => other !== number);
  const place = after === null ? 0 : rest.indexOf(after) + 1;
  return [...rest.slice(0, place), number, ...rest.slice(place)];
}

const QUEUE = [10, 20, 30, 40];

describe("buttons", () => {
  test.each([
    [20, [20, 10, 30, 40]],
    [40, [10, 20, 40, 30]],
    [10, QUEUE],
    [99, QUEUE],
  ])("up moves %i one place", (number, expected) => {
    expect(moved(QUEUE, number, up(QUEUE, number))).toEqual(expected);
  });

  test.each([
    [10, [20, 10, 30, 40]],
    [30, [10, 20, 40, 30]],
    [40, QUEUE],
    [99, QUEUE],
  ])("down moves %i one place", (number, expected) => {
    expect(moved(QUEUE, number, down(QUEUE, number))).toEqual(expected);
  });

  test("first moves to the front, once", () => {
    expect(moved(QUEUE, 30, first(QUEUE, 30))).toEqual([30, 10, 20, 40]);
    expect(first(QUEUE, 10)).toBeUndefined();
    expect(first(QUEUE, 99)).toBeUndefined();
  });
});

describe("dropping", () => {
  test.each([
    [10, 30, "top", [20, 10, 30, 40]],
    [10, 30, "bottom", [20, 30, 10, 40]],
    [40, 10, "top", [40, 10, 20, 30]],
    [10, 20, "top", QUEUE],
    [20, 10, "bottom", QUEUE],
    [20, 20, "top", QUEUE],
    [20, 99, "top", QUEUE],
    [99, 20, "top", QUEUE],
  ] as const)("%i on %i (%s)", (number, target, edge, expected) => {
    expect(moved(QUEUE, number, dropped(QUEUE, number, target, edge))).toEqual(expected);
  });
});

describe("the focus after a row left", () => {
  test("goes on to the next, at the end to the one before", () => {
    expect(successor(QUEUE, 20)).toBe(30);
    expect(successor(QUEUE, 40)).toBe(30);
    expect(successor([7], 7)).toBeNull();
    expect(successor(QUEUE, 99)).toBeNull();
  });
});
