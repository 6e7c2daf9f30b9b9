import { beforeEach, expect, it } from "vitest";
import { chooseLanguage } from "../lib/i18n";
import { Room } from "../lib/room";
import type { Entity } from "../lib/wire.gen";
import { isOver, said } from "./poster";

const WAITING = { kind: "waiting" } as const;
const starts = new Date(2026, 9, 28, 15, 0).getTime();
const now = starts - 3 * 86_400_000;
const evening = { hasPlayed: false, isOver: false, starts, now };

beforeEach(() => chooseLanguage("de"));

it("says when it begins to who comes days before", () => {
  expect(said(WAITING, evening)[0]).toBe("Beginn: Mittwoch, 28. Oktober um 15:00");
  expect(said(WAITING, { ...evening, now: starts })[0]).toBe("Gleich geht es los");
  expect(said(WAITING, { ...evening, starts: null })[0]).toBe("Gleich geht es los");
});

it("promises no picture to who comes when it is over", () => {
  const over = { ...evening, now: starts + 86_400_000, isOver: true };
  for (const hasPlayed of [false, true])
    expect(said(WAITING, { ...over, hasPlayed })[0]).toBe("Gerade wird nichts übertragen");
  expect(said(WAITING, { ...over, isOver: false, hasPlayed: true })[0]).toBe("Gleich geht es weiter");
});

it("is over when questions are closed, and when the host thanks everybody", () => {
  const room = new Room();
  const tell = (key: string, entity: object) =>
    room.apply({ type: "event", seq: 1, put: { [key]: entity as Entity } });
  expect(isOver(room)).toBe(false);
  tell("notice", { kind: "break", de: null, en: null, since: now });
  expect(isOver(room)).toBe(false);
  tell("notice", { kind: "thank_you", de: null, en: null, since: now });
  expect(isOver(room)).toBe(true);
  room.apply({ type: "event", seq: 2, drop: ["notice"] });
  tell("intake", { state: "closed", premoderated: true, notice_de: null, notice_en: null, since: now });
  expect(isOver(room)).toBe(true);
});
