import { MERGE_TARGETS, type StaffQuestionView, type State } from "../lib/wire.gen";

const OPEN: ReadonlySet<State> = new Set(MERGE_TARGETS);
/** More would not be read; the search finds the rest. */
const SHOWN = 30;

/** The questions into which this one can be merged: those that hold all the words looked for, the likeliest first. similar: those found by what they mean, the nearest first. */
export function targets(
  questions: readonly StaffQuestionView[],
  number: number,
  search: string,
  similar: readonly number[] = [],
): readonly StaffQuestionView[] {
  const own = new Set(wordsOf(questions.find((question) => question.number === number)?.text ?? ""));
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  // what the server finds similar knows more than words in common
  const common = (question: StaffQuestionView) =>
    similar.includes(question.number)
      ? 1000 - similar.indexOf(question.number)
      : wordsOf(question.text).filter((word) => own.has(word)).length;
  return questions
    .filter((question) => question.number !== number && OPEN.has(question.state))
    .filter((question) => {
      const text = `#${question.number} ${question.text}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    })
    .map((question) => ({ question, score: common(question) }))
    .sort((one, other) => other.score - one.score || one.question.number - other.question.number)
    .slice(0, SHOWN)
    .map(({ question }) => question);
}

/** The words that carry a meaning: longer than three letters, each once. */
function wordsOf(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? [])];
}
