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

test("a tick tells of the desk what changed, and the rest stays", () => {
  const room = new Room();
  const tick = { type: "tick", seq: 1, now: 0, attending: 0 } as const;
  const colleague = { id: "a.1", name: "Sibel", question: 57, until: 30_000 };
  room.apply({ ...tick, desk: { colleagues: [colleague] } });
  const share = { key: "", asked: 0, waiting: 0, answered: 0, airtime: 0 };
  const fairness = { panellists: [], affiliations: [], languages: [], first_time: share, next: null };
  room.apply({ ...tick, desk: { fairness, similar: { 1: [2], 2: [1], 3: [4] } } });
  room.apply({ ...tick, desk: { similar: { 1: [], 2: [] } } });
  room.apply(tick);
  expect(room.desk.value).toEqual({
    colleagues: [colleague],
    fairness,
    similar: { 1: [], 2: [], 3: [4] },
  });
});
