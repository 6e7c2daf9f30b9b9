import type { EditScript } from "./wire.gen";

/** A part of a speaker's text: a heading, which is also a marker to step to, or a paragraph. */
export interface Block {
  readonly kind: "heading" | "text";
  readonly lines: readonly string[];
  readonly words: number;
  /** The first of its lines in the whole text, from 0 on. */
  readonly line: number;
}

/** Text or Markdown as lines; what white space at a line's end there was is gone, line breaks stay. */
export function linesOf(text: string): string[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  while (lines.at(-1)?.trim() === "") lines.pop();
  return lines.map((line) => line.trimEnd());
}

const HEADING = /^#{1,6}\s+/;

/** Paragraphs, parted by empty lines, and headings, which stand alone. */
export function blocksOf(lines: readonly string[]): readonly Block[] {
  const blocks: Block[] = [];
  let open: string[] = [];
  const close = (end: number) => {
    if (open.length > 0)
      blocks.push({ kind: "text", lines: open, words: wordsIn(open), line: end - open.length });
    open = [];
  };
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") close(at);
    else if (HEADING.test(line)) {
      close(at);
      const title = [line.replace(HEADING, "")];
      blocks.push({ kind: "heading", lines: title, words: wordsIn(title), line: at });
    } else open.push(line.replace(/^(\s*)[-*]\s+/, "$1• "));
  }
  close(lines.length);
  return blocks;
}

/** The part that a line of the text belongs to; the one before where the line is empty. */
export function blockAt(blocks: readonly Block[], line: number): number {
  return Math.max(
    0,
    blocks.findLastIndex((block) => block.line <= line),
  );
}

function wordsIn(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.split(/\s+/).filter(Boolean).length, 0);
}

/** A line in parts: what stands between two double asterisks is said with stress. */
export function emphasised(line: string): readonly { readonly text: string; readonly strong: boolean }[] {
  return line
    .split(/\*\*(.+?)\*\*/)
    .map((text, index) => ({ text, strong: index % 2 === 1 }))
    .filter(({ text }) => text !== "");
}

/** Characters of one edit, so that its frame is never too long whatever the script. */
const MOST_AT_ONCE = 3_000;

/** The edits that lead from one text to another, in their order; none when they are the same. */
export function edits(
  place: string,
  revision: number,
  before: readonly string[],
  after: readonly string[],
): readonly EditScript[] {
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first += 1;
  let same = 0;
  while (
    same < before.length - first &&
    same < after.length - first &&
    before[before.length - 1 - same] === after[after.length - 1 - same]
  )
    same += 1;
  const removed = before.length - first - same;
  const inserted = after.slice(first, after.length - same);
  if (removed === 0 && inserted.length === 0) return [];
  const found: EditScript[] = [];
  let line = first;
  for (const part of parts(inserted)) {
    found.push({
      place,
      revision: revision + found.length,
      line,
      removed: found.length ? 0 : removed,
      inserted: part,
    });
    line += part.length;
  }
  return found;
}

function parts(lines: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  let length = 0;
  for (const line of lines) {
    if (length + line.length > MOST_AT_ONCE && length > 0) {
      found.push([]);
      length = 0;
    }
    found.at(-1)?.push(line);
    length += line.length + 1;
  }
  return found;
}
