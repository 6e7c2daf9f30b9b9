import { expect, test } from "vitest";
import { merged } from "./merge";

const before = ["a", "b", "c", "d"];

test.each([
  ["nobody changed anything", before, before, before],
  ["only I did", ["a", "x", "c", "d"], before, ["a", "x", "c", "d"]],
  ["only they did", before, ["a", "b", "c", "y"], ["a", "b", "c", "y"]],
  ["I above them", ["x", "x", "b", "c", "d"], ["a", "b", "c", "y"], ["x", "x", "b", "c", "y"]],
  ["I below them", ["a", "b", "c", "y"], ["x", "x", "b", "c", "d"], ["x", "x", "b", "c", "y"]],
  ["they removed, I added at the end", [...before, "e"], ["c", "d"], ["c", "d", "e"]],
  ["the same line: mine stands", ["a", "mine", "c", "d"], ["a", "theirs", "c", "d"], ["a", "mine", "c", "d"]],
])("%s", (_, mine, theirs, both) => {
  expect(merged(before, mine, theirs)).toEqual(both);
});
