import { expect, it } from "vitest";
import { fetchRecord } from "./download";

const LINK = { page: "moderate", room: "digitales-podium", panellist: null, token: "secret.token" };

it("asks with the token in a header and never in the address", async () => {
  const asked: [string, RequestInit][] = [];
  const ask = async (address: string | URL | Request, init?: RequestInit) => {
    asked.push([String(address), init ?? {}]);
    return new Response("number,state\r\n", {
      headers: { "Content-Disposition": 'attachment; filename="digitales-podium-full-412-log.csv"' },
    });
  };
  const file = await fetchRecord(LINK, { version: "full", file: "log.csv" }, ask);
  expect(asked).toEqual([
    [
      "/export/digitales-podium/full/log.csv",
      { headers: { Authorization: "Bearer secret.token" }, cache: "no-store" },
    ],
  ]);
  expect(file.name).toBe("digitales-podium-full-412-log.csv");
  expect(await file.text()).toBe("number,state\r\n");
});

it("makes no file of a refusal", async () => {
  const refuse = async () => new Response("{}", { status: 403 });
  await expect(fetchRecord(LINK, { version: "public", file: "minutes.html" }, refuse)).rejects.toThrow("403");
});
