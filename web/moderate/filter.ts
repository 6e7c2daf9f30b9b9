import type { StaffQuestionView, State } from "../lib/wire.gen";

/** What the lists show of a room. "" is all of them. */
export interface Filter {
  /** Words that must all be there, and "#12" for a number. */
  readonly search: string;
  /** Whom it is for: who was named by the asker, or whose queue it stands in. */
  readonly panellist: string;
  readonly state: State | "";
  readonly language: string;
  readonly affiliation: string;
  /** At least so many. */
  readonly votes: number;
  /** Those that somebody acted on from this device. */
  readonly mine: boolean;
}

export const EVERYTHING: Filter = {
  search: "",
  panellist: "",
  state: "",
  language: "",
  affiliation: "",
  votes: 0,
  mine: false,
};

/** Stands for "gave none" where affiliations are chosen. */
export const NONE_GIVEN = "-";

/** What a filter asks that a question alone does not say. */
export interface Around {
  votes(number: number): number;
  isMine(number: number): boolean;
}

/** How many things are asked for, the search not counted. */
export function chosen(filter: Filter): number {
  const { search: _, ...others } = filter;
  return Object.values(others).filter(Boolean).length;
}

export function isActive(filter: Filter): boolean {
  return filter.search.trim() !== "" || chosen(filter) > 0;
}

/** The numbers that a filter keeps; null when it keeps all. */
export function kept(
  questions: readonly StaffQuestionView[],
  filter: Filter,
  around: Around,
): ReadonlySet<number> | null {
  if (!isActive(filter)) return null;
  const words = fold(filter.search).split(/\s+/).filter(Boolean);
  const found = questions.filter((question) => fits(question, filter, around) && holds(question, words));
  return new Set(found.map(({ number }) => number));
}

function fits(question: StaffQuestionView, filter: Filter, around: Around): boolean {
  const { number, state, language, affiliation } = question;
  return (
    (filter.panellist === "" || (question.queue ?? question.addressee) === filter.panellist) &&
    (filter.state === "" || state === filter.state) &&
    (filter.language === "" || language === filter.language) &&
    (filter.affiliation === "" || (affiliation ?? NONE_GIVEN) === filter.affiliation) &&
    (filter.votes === 0 || around.votes(number) >= filter.votes) &&
    (!filter.mine || around.isMine(number))
  );
}

/** A question is replaced when it changes, so what was folded once stays right. */
const folded = new WeakMap<StaffQuestionView, string>();

function holds(question: StaffQuestionView, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  let text = folded.get(question);
  if (text === undefined) {
    const { number, original, name, affiliation, answer, note, owner } = question;
    text = fold([`#${number}`, question.text, original, name, affiliation, answer, note, owner].join(" "));
    folded.set(question, text);
  }
  // "#1" means that one, not all that begin so
  return words.every((word) => (/^#\d+$/.test(word) ? word === `#${question.number}` : text.includes(word)));
}

/** Without case and accents: who looks for "munchen" or "MÜNCHEN" finds "München". */
function fold(text: string): string {
  return text.toLowerCase().replace(/[^\0-\x7f]+/g, plain);
}

function plain(letters: string): string {
  return letters.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ß", "ss");
}
