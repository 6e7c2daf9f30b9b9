import { describe, expect, test } from "vitest";
import { fitText, largest, limits } from "./fit";

describe("largest", () => {
  test.each([16, 17, 63, 99, 100])("finds %i", (edge) => {
    expect(largest(16, 100, (size) => size <= edge)).toBe(edge);
  });

  test("stays at the lower end where nothing fits", () => {
    expect(largest(16, 100, () => false)).toBe(16);
  });

  test("asks a handful of times, each answer costs a layout", () => {
    let asked = 0;
    largest(16, 400, (size) => {
      asked += 1;
      return size <= 123;
    });
    expect(asked).toBeLessThan(10);
  });
});

describe("limits", () => {
  test.each([
    [288, 300],
    [1200, 480],
    [3600, 1500],
  ])("a box of %i x %i has room between the smallest and the largest", (width, height) => {
    const { low, high } = limits(width, height);
    expect(low).toBeGreaterThanOrEqual(16);
    expect(high).toBeGreaterThan(low);
    expect(high).toBeLessThanOrEqual(height / 4);
  });
});

/** A text of so many letters, half as wide as high, one line of them as far as the box is concerned. */
function boxed(letters: number, longestWord: number): [HTMLElement, HTMLElement] {
  const box = document.createElement("div");
  const text = document.createElement("p");
  Object.defineProperties(box, { clientWidth: { value: 1000 }, clientHeight: { value: 400 } });
  const size = () => Number.parseFloat(text.style.fontSize);
  Object.defineProperties(text, {
    scrollWidth: { get: () => Math.max(1000, (longestWord * size()) / 2) },
    offsetHeight: { get: () => Math.ceil((letters * size()) / 2 / 1000) * size() * 1.2 },
  });
  return [box, text];
}

describe("fit", () => {
  test("gives a long question the size at which it just stands", () => {
    const [box, text] = boxed(400, 10);
    fitText(box, text, text);
    const size = Number.parseFloat(text.style.fontSize);
    expect(text.offsetHeight).toBeLessThanOrEqual(400);
    text.style.fontSize = `${size + 1}px`;
    expect(text.offsetHeight).toBeGreaterThan(400);
  });

  test("lets the longest word decide rather than break it", () => {
    const [box, text] = boxed(40, 40);
    fitText(box, text, text);
    expect(text.scrollWidth).toBe(1000);
    expect(text.classList.contains("may-break")).toBe(false);
  });

  test("breaks a word only where nothing else is left", () => {
    const [box, text] = boxed(400, 400);
    fitText(box, text, text);
    expect(text.style.fontSize).toBe("16px");
    expect(text.classList.contains("may-break")).toBe(true);
  });

  test("does nothing in a box that is not laid out", () => {
    const box = document.createElement("div");
    const text = document.createElement("p");
    fitText(box, text, text);
    expect(text.style.fontSize).toBe("");
  });
});
