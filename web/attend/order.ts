import type { QuestionView } from "../lib/wire.gen";

export type Order = "votes" | "time";

/** Numbers of questions in the order to show: those still open, and those answered, the latest first. */
export interface Ordered {
  readonly open: readonly number[];
  readonly answered: readonly number[];
}

/** Most votes first; among equals the older one, which has waited longer. */
export function byVotes(questions: readonly QuestionView[], votes: (number: number) => number): Ordered {
  return ordered(
    questions,
    (one, other) => votes(other.number) - votes(one.number) || one.number - other.number,
  );
}

/** The latest first. */
export function byTime(questions: readonly QuestionView[]): Ordered {
  return ordered(questions, (one, other) => other.number - one.number);
}

function ordered(
  questions: readonly QuestionView[],
  compare: (one: QuestionView, other: QuestionView) => number,
): Ordered {
  const numbers = (kept: readonly QuestionView[]) => kept.map(({ number }) => number);
  const open = questions.filter(({ state }) => state !== "answered");
  const answered = questions.filter(({ state }) => state === "answered");
  return {
    open: numbers(open.toSorted(compare)),
    answered: numbers(answered.toSorted((one, other) => other.since - one.since)),
  };
}
