import { expect, test } from "vitest";
import { blocksOf } from "../lib/script";
import { movedTo, stepTarget, timeLeft, velocity, wordsRead } from "./pace";

const parts = [
  { top: 0, height: 100, words: 10 },
  { top: 120, height: 200, words: 40 },
];

test("the words read are those above the reading line", () => {
  expect([-5, 0, 50, 110, 220, 999].map((at) => wordsRead(parts, at))).toEqual([0, 0, 5, 10, 30, 50]);
});

test("a text is read in the time that its words take", () => {
  expect(velocity(600, 120, 120)).toBe(10);
  expect(velocity(600, 0, 120)).toBe(0);
  expect(timeLeft(60, 120)).toBe(30_000);
});

test("a step goes to the next paragraph, or back to where this one began", () => {
  const tops = [0, 120, 400];
  expect(stepTarget(tops, 0, 1)).toBe(120);
  expect(stepTarget(tops, 200, 1)).toBe(400);
  expect(stepTarget(tops, 400, 1)).toBeNull();
  expect(stepTarget(tops, 200, -1)).toBe(120);
  expect(stepTarget(tops, 122, -1)).toBe(0);
  expect(stepTarget(tops, 0, -1)).toBeNull();
});

const text = (...paragraphs: string[]) => blocksOf(paragraphs.flatMap((paragraph) => [paragraph, ""]));

test("what is read stays what is read while others write in the text", () => {
  const before = text("Eins", "Zwei", "Drei", "Vier");
  const at = (after: ReturnType<typeof text>, block: number) =>
    after[movedTo(before, after, block)]?.lines[0];
  expect(at(text("Null", "Eins", "Zwei", "Drei", "Vier"), 2)).toBe("Drei");
  expect(at(text("Zwei", "Drei", "Vier"), 2)).toBe("Drei");
  expect(at(text("Eins", "Zwei", "Drei", "Vier", "Fünf"), 2)).toBe("Drei");
  expect(at(text("Eins", "Zwei", "Drei neu", "Vier"), 2)).toBe("Drei neu");
  expect(at(text("Eins", "Zwei"), 3)).toBe("Zwei");
  expect(movedTo(before, [], 2)).toBe(0);
  expect(movedTo([], before, 2)).toBe(2);
});

test("a paragraph that stands there twice is counted once", () => {
  const before = text("Danke", "Danke");
  expect(movedTo(before, text("Danke", "Danke", "Danke"), 1)).toBe(1);
  expect(movedTo(before, text("Danke"), 1)).toBe(0);
});
