import { expect, it } from "vitest";
import { readLink } from "./link";
import { MemoryStorage } from "./storage";

const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoidWxtIn0.c2lnbmF0dXJl";

it("moves the token out of the address and finds it again after a reload", () => {
  const storage = new MemoryStorage();
  const replaced: string[] = [];
  const address = { pathname: "/prompt/digitales-podium/ziemer", search: "?mirror=h", hash: `#${TOKEN}` };
  const link = { page: "prompt", room: "digitales-podium", panellist: "ziemer", token: TOKEN };
  expect(readLink(address, storage, (path) => replaced.push(path))).toEqual(link);
  expect(replaced).toEqual(["/prompt/digitales-podium/ziemer?mirror=h"]);
  expect(readLink({ ...address, hash: "#main" }, storage)).toEqual(link);
});

it("takes no skip link for a token, and no token of another page", () => {
  const storage = new MemoryStorage();
  readLink({ pathname: "/moderate/ulm", search: "", hash: `#${TOKEN}` }, storage, () => undefined);
  expect(readLink({ pathname: "/r/ulm", search: "", hash: "#questions" }, storage).token).toBeNull();
});
