/** A word of a text, without the signs around it. */
export interface Word {
  readonly start: number;
  readonly end: number;
}

export const BLANK = "[…]";

/** The words of a text in their order. What belongs together without a space (an address, a number) is one. */
export function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(/[\p{L}\p{N}](?:\S*[\p{L}\p{N}])?/gu)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
  }));
}

/** The exact pieces of a text to blank: neighbouring words are one piece with what stands between them. */
export function passages(text: string, marked: ReadonlySet<number>): readonly string[] {
  const found: Word[] = [];
  for (const [index, word] of wordsOf(text).entries()) {
    if (!marked.has(index)) continue;
    const last = found.at(-1);
    if (last && marked.has(index - 1)) found[found.length - 1] = { start: last.start, end: word.end };
    else found.push(word);
  }
  return [...new Set(found.map(({ start, end }) => text.slice(start, end)))];
}

/** What is left of a text: each piece is blanked wherever it stands, the longest first. */
export function blanked(text: string, pieces: readonly string[]): string {
  return pieces
    .toSorted((one, other) => other.length - one.length)
    .reduce((left, piece) => left.replaceAll(piece, BLANK), text);
}

/** The words that look like an e-mail address, a link or a phone number. */
export function suspicious(text: string): ReadonlySet<number> {
  const looks = /@|^https?:|^www\.|^[+\d][\d()/-]{5,}$/;
  return new Set(
    wordsOf(text).flatMap(({ start, end }, index) => (looks.test(text.slice(start, end)) ? [index] : [])),
  );
}
