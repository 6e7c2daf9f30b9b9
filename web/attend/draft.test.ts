import { beforeEach, expect, it, vi } from "vitest";
import type { Settled } from "../lib/outbox";
import type { Podium } from "../lib/podium";
import { AskForm, type Draft, faults, length } from "./draft";

const DRAFT: Draft = { text: "Wann kommt das Licht?", addressee: "panel", name: "", affiliation: "" };

const perform = vi.fn();
const podium = { perform } as unknown as Podium;

const refused = (text: string, code: "text_not_plain" | "unknown_panellist" = "text_not_plain"): Settled => ({
  pending: { id: "q1", command: "ask", body: { text, language: "de", addressee: "ulm" }, since: 0 },
  outcome: { ok: false, code, retryAfter: null },
});

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  perform.mockClear();
});

it("counts as the server does", () => {
  expect(length("  Mu\u0308nster 🎉 ")).toBe(9);
});

it("finds what is wrong before anything is sent", () => {
  expect(faults(DRAFT)).toEqual({});
  expect(faults({ ...DRAFT, text: " \n" })).toEqual({ text: { kind: "empty" } });
  expect(faults({ ...DRAFT, text: "x".repeat(603) })).toEqual({ text: { kind: "long", over: 3 } });
  const form = new AskForm("ulm");
  expect(form.send(podium, "de")).toBe(false);
  expect(form.faults.value).toEqual({ text: { kind: "empty" } });
  expect(perform).not.toHaveBeenCalled();
});

it("hands the question over and keeps the name for the next", () => {
  const form = new AskForm("ulm");
  form.draft.value = { ...DRAFT, addressee: "ziemer", name: " Jörg " };
  expect(form.send(podium, "de")).toBe(true);
  expect(perform).toHaveBeenCalledWith("ask", {
    text: DRAFT.text,
    language: "de",
    name: "Jörg",
    affiliation: null,
    addressee: "ziemer",
  });
  expect(form.draft.value).toMatchObject({ text: "", name: " Jörg " });
});

it("survives a reload", () => {
  new AskForm("ulm").change("text", "Halb geschrie");
  expect(new AskForm("ulm").draft.value.text).toBe("Halb geschrie");
  expect(new AskForm("other").draft.value.text).toBe("");
});

it("keeps what is written in one tab while another sends", () => {
  const other = new AskForm("ulm");
  new AskForm("ulm").change("text", "Halb geschrie");
  const ofThisTab = { ...sessionStorage };
  sessionStorage.clear();
  other.draft.value = DRAFT;
  expect(other.send(podium, "de")).toBe(true);
  for (const [key, value] of Object.entries(ofThisTab)) sessionStorage.setItem(key, value);
  expect(new AskForm("ulm").draft.value.text).toBe("Halb geschrie");
});

it("a refused question is back in the form, with the fault at its field", () => {
  const form = new AskForm("ulm");
  form.settled(refused("Wann?", "unknown_panellist"));
  expect(form.draft.value).toEqual({ text: "Wann?", addressee: "ulm", name: "", affiliation: "" });
  expect(form.faults.value).toEqual({
    addressee: { kind: "refused", code: "unknown_panellist", retryAfter: null },
  });
});

it("a refused question does not overwrite the next one", () => {
  const form = new AskForm("ulm");
  form.change("text", "Die nächste");
  form.settled(refused("Die erste"));
  expect(form.draft.value.text).toBe("Die nächste");
  const [returned] = form.returned.value;
  if (!returned) throw new Error("the refused question is lost");
  form.edit(returned);
  expect(form.draft.value.text).toBe("Die erste");
  expect(form.returned.value.map(({ draft }) => draft.text)).toEqual(["Die nächste"]);
  expect(form.faults.value.text).toEqual({ kind: "refused", code: "text_not_plain", retryAfter: null });
});
