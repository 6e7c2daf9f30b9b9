import { describe, expect, test } from "vitest";
import { blocksOf, edits, emphasised, linesOf } from "./script";

describe("a text", () => {
  test("keeps its line breaks and loses nothing else than white space at the ends", () => {
    expect(linesOf("Guten Tag,  \r\n\r\n  eingerückt\n\n\n")).toEqual(["Guten Tag,", "", "  eingerückt"]);
  });

  test("is headings and paragraphs, to be stepped through", () => {
    const blocks = blocksOf([
      "# Begrüßung",
      "Guten Tag,",
      "liebe Gäste",
      "",
      "- Ulm",
      "* Köln",
      "## Schluss",
    ]);
    expect(blocks.map(({ kind, lines }) => [kind, ...lines])).toEqual([
      ["heading", "Begrüßung"],
      ["text", "Guten Tag,", "liebe Gäste"],
      ["text", "• Ulm", "• Köln"],
      ["heading", "Schluss"],
    ]);
    expect(blocks[1]?.words).toBe(4);
  });

  test("says with stress what stands between two double asterisks", () => {
    expect(emphasised("Das ist **sehr wichtig**.")).toEqual([
      { text: "Das ist ", strong: false },
      { text: "sehr wichtig", strong: true },
      { text: ".", strong: false },
    ]);
    expect(emphasised("2 ** 3")).toEqual([{ text: "2 ** 3", strong: false }]);
  });
});

function applied(lines: readonly string[], all: ReturnType<typeof edits>): string[] {
  let text = [...lines];
  all.forEach(({ revision, line, removed, inserted }, index) => {
    expect(revision).toBe(7 + index);
    text = [...text.slice(0, line), ...inserted, ...text.slice(line + removed)];
  });
  return text;
}

describe("an edit", () => {
  test.each([
    [
      ["a", "b", "c"],
      ["a", "x", "c"],
    ],
    [
      ["a", "b", "c"],
      ["a", "c"],
    ],
    [
      ["a", "c"],
      ["a", "b", "c"],
    ],
    [[], ["a", "b"]],
    [
      ["a", "a", "a"],
      ["a", "a"],
    ],
    [["a", "b"], []],
  ])("leads from %j to %j", (before, after) => {
    expect(applied(before, edits("ulm", 7, before, after))).toEqual(after);
  });

  test("touches only the lines that changed", () => {
    expect(edits("ulm", 7, ["a", "b", "c"], ["a", "x", "c"])).toEqual([
      { place: "ulm", revision: 7, line: 1, removed: 1, inserted: ["x"] },
    ]);
    expect(edits("ulm", 7, ["a"], ["a"])).toEqual([]);
  });

  test("of a long text comes in parts that fit a frame", () => {
    const long = Array.from({ length: 100 }, (_, index) => `${index} ${"Wort ".repeat(50)}`);
    const all = edits("ulm", 7, ["alt"], long);
    expect(all.length).toBeGreaterThan(5);
    expect(applied(["alt"], all)).toEqual(long);
  });
});
