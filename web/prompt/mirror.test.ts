import { expect, test } from "vitest";
import { mirrorOf, withMirror } from "./mirror";

test.each([
  ["", ""],
  ["?mirror=h", "h"],
  ["?mirror=v", "v"],
  ["?mirror=hv", "hv"],
  ["?mirror=x", ""],
  ["?other=h", ""],
])("the query %j means %j", (search, mirror) => {
  expect(mirrorOf(search)).toBe(mirror);
});

test("the mirror changes and nothing else of the address", () => {
  const address = { pathname: "/prompt/room/ulm", search: "?a=1&mirror=h", hash: "#t" };
  expect(withMirror(address, "v")).toBe("/prompt/room/ulm?a=1&mirror=v#t");
  expect(withMirror(address, "")).toBe("/prompt/room/ulm?a=1#t");
  expect(withMirror({ ...address, search: "?mirror=h" }, "")).toBe("/prompt/room/ulm#t");
});
