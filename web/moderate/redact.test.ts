import { expect, it } from "vitest";
import { blanked, passages, suspicious, wordsOf } from "./redact";

const TEXT = "Warum hat Frau Maier (Tel. 0731/123456, maier@ulm.de) nicht geantwortet?";
const marked = (...words: string[]) =>
  new Set(
    wordsOf(TEXT).flatMap(({ start, end }, index) => (words.includes(TEXT.slice(start, end)) ? [index] : [])),
  );

it("takes words without the signs around them", () => {
  expect(
    wordsOf("„Ja“, sagt O'Neill (38).").map(({ start, end }) => "„Ja“, sagt O'Neill (38).".slice(start, end)),
  ).toEqual(["Ja", "sagt", "O'Neill", "38"]);
});

it("makes one passage of neighbouring words", () => {
  expect(passages(TEXT, marked("Frau", "Maier", "maier@ulm.de"))).toEqual(["Frau Maier", "maier@ulm.de"]);
  expect(passages(TEXT, new Set())).toEqual([]);
});

it("blanks a passage wherever it stands, the longest first", () => {
  expect(blanked("Maier fragt Frau Maier", ["Maier", "Frau Maier"])).toBe("[…] fragt […]");
});

it("finds what looks like an address or a number", () => {
  expect(passages(TEXT, suspicious(TEXT))).toEqual(["0731/123456, maier@ulm.de"]);
  expect(suspicious("Im Jahr 2027 um 15 Uhr?")).toEqual(new Set());
});
