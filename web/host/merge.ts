/** A change of one stretch of lines: what stood from `first` to `end` gave way to `lines`. */
interface Change {
  readonly first: number;
  readonly end: number;
  readonly lines: readonly string[];
}

function change(before: readonly string[], after: readonly string[]): Change {
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && before[first] === after[first]) first += 1;
  let same = 0;
  while (same < shorter - first && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  return { first, end: before.length - same, lines: after.slice(first, after.length - same) };
}

/**
 * Two people changed the same text: both changes where they touch different lines. Where they touch the same ones, what
 * `mine` says stands, followed by nothing of `theirs`: one of two versions is right, and mine is the one in my hand.
 */
export function merged(
  before: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
): readonly string[] {
  const [own, other] = [change(before, mine), change(before, theirs)];
  const replace = (lines: readonly string[], at: number, removed: number, inserted: readonly string[]) => [
    ...lines.slice(0, at),
    ...inserted,
    ...lines.slice(at + removed),
  ];
  if (own.end <= other.first) return replace(theirs, own.first, own.end - own.first, own.lines);
  if (other.end <= own.first) {
    const moved = other.lines.length - (other.end - other.first);
    return replace(theirs, own.first + moved, own.end - own.first, own.lines);
  }
  return mine;
}
