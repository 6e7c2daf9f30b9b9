/** Whom a question shall follow: a number, or null for nobody, which makes it first. */
export type After = number | null;

/** Moving a row before the one above it; undefined where it already is first or does not stand there. */
export function up(queue: readonly number[], number: number): After | undefined {
  const place = queue.indexOf(number);
  return place < 1 ? undefined : (queue[place - 2] ?? null);
}

/** Moving a row behind the one below it; undefined where it already is last or does not stand there. */
export function down(queue: readonly number[], number: number): After | undefined {
  const place = queue.indexOf(number);
  return place < 0 ? undefined : queue[place + 1];
}

/** Moving a row to the front; undefined where it already is there or does not stand there. */
export function first(queue: readonly number[], number: number): After | undefined {
  return queue.indexOf(number) < 1 ? undefined : null;
}

/** Dropping a row on the upper or lower edge of another; undefined where that changes nothing. */
export function dropped(
  queue: readonly number[],
  number: number,
  target: number,
  edge: "top" | "bottom",
): After | undefined {
  if (number === target || !queue.includes(number)) return undefined;
  const rest = queue.filter((other) => other !== number);
  const place = rest.indexOf(target) + (edge === "bottom" ? 1 : 0);
  if (!rest.includes(target) || place === queue.indexOf(number)) return undefined;
  return rest[place - 1] ?? null;
}

/** The row that the focus goes to when this one leaves: the next, else the one before, else none. */
export function successor(rows: readonly number[], number: number): number | null {
  const place = rows.indexOf(number);
  return place < 0 ? null : (rows[place + 1] ?? rows[place - 1] ?? null);
}
