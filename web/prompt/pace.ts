/** Where the reading stands in a text whose parts lie below each other: the words behind the reading line. */
export function wordsRead(
  parts: readonly { readonly top: number; readonly height: number; readonly words: number }[],
  at: number,
): number {
  return parts.reduce((sum, { top, height, words }) => {
    const share = height > 0 ? Math.min(1, Math.max(0, (at - top) / height)) : Number(at >= top);
    return sum + share * words;
  }, 0);
}

/** Pixels a second at which a text of this height and so many words is read at so many words a minute. */
export function velocity(height: number, words: number, speed: number): number {
  return words > 0 ? (height / words) * (speed / 60) : 0;
}

/** Milliseconds until so many words are read. */
export function timeLeft(words: number, speed: number): number {
  return (words / speed) * 60_000;
}

/** The part to step to from where the reading stands: the next one below, or the one before that begins above. */
export function stepTarget(tops: readonly number[], at: number, direction: 1 | -1, slack = 4): number | null {
  if (direction === 1) return tops.find((top) => top > at + slack) ?? null;
  return tops.findLast((top) => top < at - slack) ?? null;
}
