import { expect, test } from "vitest";
import { asked, query, STANDARD } from "./options";

test("an address sets up a screen", () => {
  expect(
    asked("?mode=script&mirror=h&size=1.4&speed=90&picture=1&keys=0&name=Laptop+vorn&font=serif"),
  ).toEqual({
    mode: "script",
    mirror: "h",
    size: 1.4,
    speed: 90,
    picture: true,
    keys: false,
    name: "Laptop vorn",
    font: "serif",
  });
});

test("what an address cannot mean is left out, what is too much is held to its bounds", () => {
  expect(asked("?mode=other&mirror=x&size=&measure=abc&picture=yes&ground=blue")).toEqual({});
  expect(asked("?size=99&spacing=-1")).toEqual({ size: 2.5, spacing: 1 });
});

test("options go into an address and come back", () => {
  const wanted = {
    ...STANDARD,
    mode: "script",
    mirror: "hv",
    measure: 24,
    keys: false,
    name: "Ä & B",
  } as const;
  expect(asked(query(wanted))).toEqual({
    mode: "script",
    mirror: "hv",
    measure: 24,
    keys: false,
    name: "Ä & B",
  });
  expect(query(STANDARD)).toBe("");
  expect(query(STANDARD, "?mirror=h&other=1")).toBe("?other=1");
});
