import type { Block } from "../lib/script";

/** Where a part of a text is after others wrote in it, by number: those before and behind what changed keep theirs. */
export function movedTo(before: readonly Block[], after: readonly Block[], block: number): number {
  if (before.length === 0) return block;
  const same = (one: Block | undefined, other: Block | undefined) =>
    one !== undefined && other !== undefined && one.lines.join("\n") === other.lines.join("\n");
  const grown = after.length - before.length;
  let kept = 0;
  while (same(before[kept], after[kept])) kept += 1;
  if (block < kept) return block;
  let behind = before.length;
  while (behind > kept && behind + grown > kept && same(before[behind - 1], after[behind - 1 + grown]))
    behind -= 1;
  return block >= behind ? block + grown : Math.min(block, Math.max(0, after.length - 1));
}

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
