import { expect, test } from "vitest";
import { Room } from "./room";
import type { QuestionView } from "./wire.gen";

const question = (number: number, merged: readonly number[]): QuestionView => ({
  number,
  text: `Frage ${number}`,
  language: "de",
  name: null,
  affiliation: null,
  addressee: null,
  queue: null,
  state: "approved",
  asked_at: 0,
  since: 0,
  aired_at: null,
  answer: null,
  merged,
  origin: "online",
  redacted: false,
});

test("who supported a merged question supports the one it went into, and can take that back", () => {
  const room = new Room();
  room.apply({
    type: "event",
    seq: 1,
    put: { "question/1": question(1, []), "question/2": question(2, []) },
  });
  room.support(2, true);
  expect(room.supports(1)).toBe(false);
  room.apply({ type: "event", seq: 2, put: { "question/1": question(1, [2]) }, drop: ["question/2"] });
  expect(room.supports(1)).toBe(true);
  room.support(1, false);
  expect(room.supports(1)).toBe(false);
});
