import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

/**
 * The rows to show, given the rows shown so far and the rows as they should be. While the list is held by a hand or
 * the focus, rows stand still: new ones wait, those that somebody else took away stay where they are. Only what the
 * person did (`mine`) happens at once.
 */
export function calm(
  shown: readonly number[],
  wanted: readonly number[],
  held: boolean,
  mine: ReadonlySet<number>,
): readonly number[] {
  if (!held) return wanted;
  const there = new Set(wanted);
  let kept = shown.filter((number) => there.has(number) || !mine.has(number));
  if (!kept.some((number) => there.has(number))) return wanted;
  for (const number of mine) {
    if (there.has(number)) kept = placed(kept, wanted, number);
  }
  return kept;
}

/** The row right behind the nearest of its wanted predecessors that is shown; all others keep their order. */
function placed(shown: readonly number[], wanted: readonly number[], number: number): number[] {
  const rest = shown.filter((other) => other !== number);
  const before = wanted.slice(0, wanted.indexOf(number)).findLast((other) => rest.includes(other));
  const place = before === undefined ? 0 : rest.indexOf(before) + 1;
  return [...rest.slice(0, place), number, ...rest.slice(place)];
}

/** How many rows wait to be shown. */
export function waiting(shown: readonly number[], wanted: readonly number[]): number {
  const there = new Set(shown);
  return wanted.filter((number) => !there.has(number)).length;
}

/** A list of questions that never moves under a hand. */
export class CalmList {
  readonly wanted: ReadonlySignal<readonly number[]>;
  readonly #shown = signal<readonly number[]>([]);
  readonly #held = signal(false);
  readonly #mine = signal<ReadonlySet<number>>(new Set());
  readonly #settled = signal(0);
  #changedAt = Date.now();

  readonly shown: ReadonlySignal<readonly number[]> = this.#shown;
  readonly held: ReadonlySignal<boolean> = this.#held;
  readonly waiting = computed(() => waiting(this.#shown.value, this.wanted.value));
  /** Whether what is shown differs from what should be. */
  readonly stale = computed(() => !same(this.#shown.value, this.wanted.value));

  readonly #there = computed(() => new Set(this.wanted.value));

  /**
   * view: what the person chose to see, a filter or an order; another choice is shown at once, hand or not. settle: for
   * so many milliseconds after a change a mere change of the order waits.
   */
  constructor(wanted: ReadonlySignal<readonly number[]>, view?: ReadonlySignal<unknown>, settle = 0) {
    this.wanted = wanted;
    let seen = view?.peek();
    effect(() => {
      this.#settled.value;
      const shown = this.#shown.peek();
      const still = calm(shown, wanted.value, this.#held.value, this.#mine.value);
      const chosen = view !== undefined && view.value !== seen;
      const next = chosen ? wanted.value : still;
      seen = view?.value;
      if (same(shown, next)) return;
      const pause = this.#changedAt + settle - Date.now();
      if (chosen || pause <= 0 || !same(sorted(shown), sorted(next))) {
        this.#show(next);
        return;
      }
      const timer = setTimeout(() => {
        this.#settled.value += 1;
      }, pause);
      return () => clearTimeout(timer);
    });
  }

  /** Whether the question still belongs here; if not, it is only shown because somebody holds the list. */
  has(number: number): boolean {
    return this.#there.value.has(number);
  }

  /** The person acts on this row: what becomes of it is shown at once. */
  mine(number: number): void {
    this.#mine.value = new Set(this.#mine.peek()).add(number);
  }

  hold(held: boolean): void {
    if (!held && this.#mine.peek().size > 0) this.#mine.value = new Set();
    this.#held.value = held;
  }

  /** The person asks for what waits. */
  refresh(): void {
    this.#show(this.wanted.peek());
  }

  #show(numbers: readonly number[]): void {
    this.#changedAt = Date.now();
    this.#shown.value = numbers;
  }
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((one, other) => one - other);
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((number, index) => number === other[index]);
}
