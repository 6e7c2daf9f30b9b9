import { describe, expect, test } from "vitest";
import { shareOf } from "./share";

describe("the share of a question beside a text", () => {
  const STAGE = { width: 1230, height: 587 };
  const PHONE = { width: 335, height: 545 };
  const words = (count: number) => "Wort ".repeat(count).trim();

  test("grows with the question, and leaves the text a column to read", () => {
    const shares = [4, 12, 40, 60, 80, 120].map((count) => shareOf(words(count), STAGE, false, 40));
    expect(shares).toEqual([...shares].sort());
    expect(shares[0]).toBe(0.36);
    expect(shares.at(-1)).toBe(0.58);
  });

  test("is wide enough for the longest word", () => {
    expect(shareOf("Grundstücksverkehrsgenehmigung?", STAGE, false, 40)).toBeGreaterThan(0.5);
  });

  test("on a phone is as high as the question needs at all, as long as a line of the text is left", () => {
    expect(shareOf(words(120), PHONE, true, 40)).toBeGreaterThan(0.58);
    expect(shareOf(words(400), PHONE, true, 40)).toBe(0.74);
  });
});
