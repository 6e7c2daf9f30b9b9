import { expect, it } from "vitest";
import type { QuestionView, State } from "../lib/wire.gen";
import { byTime, byVotes } from "./order";

const question = (number: number, state: State = "approved", since = 0): QuestionView => ({
  number,
  text: `Frage ${number}`,
  language: "de",
  name: null,
  affiliation: null,
  addressee: null,
  queue: null,
  aired_at: null,
  answer: null,
  merged: [],
  origin: "online" as const,
  redacted: false,
  state,
  asked_at: 0,
  since,
});

const QUESTIONS = [
  question(1),
  question(2, "queued"),
  question(3),
  question(4, "answered", 10),
  question(5, "answered", 20),
];

it("puts most votes first, and the older of equals", () => {
  const votes = new Map([[3, 7]]);
  expect(byVotes(QUESTIONS, (number) => votes.get(number) ?? 0).open).toEqual([3, 1, 2]);
});

it("puts the latest first", () => {
  expect(byTime(QUESTIONS).open).toEqual([3, 2, 1]);
});

it("keeps what was answered apart, the last answer first", () => {
  expect(byTime(QUESTIONS).answered).toEqual([5, 4]);
});
