import { expect, it } from "vitest";
import { settle } from "./calm";

it("stands still while somebody is at the list", () => {
  expect(settle([1, 2], [3, 2, 1], true, true)).toEqual([1, 2]);
});

it("lets new questions in when nobody is there", () => {
  expect(settle([1, 2], [3, 1, 2], false, false)).toEqual([3, 1, 2]);
});

it("changes the mere order only now and then", () => {
  const shown = [1, 2];
  expect(settle(shown, [2, 1], false, false)).toBe(shown);
  expect(settle(shown, [2, 1], false, true)).toEqual([2, 1]);
});
