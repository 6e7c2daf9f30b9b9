import { useEffect, useRef, useState } from "preact/hooks";

/** How long a new order by votes waits, so that a list nobody touches does not flicker. */
const SETTLE = 5_000;
/** A finger leaves no pointer behind: a list that was just touched is still being read. */
const TOUCHED = 12_000;

export interface Calm {
  /** What stands in the list now, in its order. */
  readonly shown: readonly number[];
  /** How many new ones wait to be let in. */
  readonly waiting: number;
  /** Let everything in now. */
  refresh(): void;
}

/**
 * The order to show: as it is while it is held, else as wanted. Rows that are merely in another order wait until the
 * list has settled; new and vanished ones do not.
 */
export function settle(
  shown: readonly number[],
  wanted: readonly number[],
  held: boolean,
  settled: boolean,
): readonly number[] {
  if (held || same(shown, wanted)) return shown;
  const members = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other);
  return settled || !same(members(shown), members(wanted)) ? wanted : shown;
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((number, index) => number === other[index]);
}

/** A list that stands still while it is held. key: another choice of the person shows at once. */
export function useCalm(wanted: readonly number[], held: boolean, key: string): Calm {
  const list = useRef<{ key: string; at: number; shown: readonly number[] }>({
    key,
    at: Date.now(),
    shown: wanted,
  });
  const [, again] = useState(0);
  const { current } = list;
  if (current.key !== key) list.current = { key, at: Date.now(), shown: wanted };
  else {
    const shown = settle(current.shown, wanted, held, Date.now() - current.at >= SETTLE);
    if (shown !== current.shown) list.current = { key, at: Date.now(), shown };
  }
  const { shown, at } = list.current;
  const late = !held && !same(shown, wanted);
  useEffect(() => {
    if (!late) return;
    const timer = setTimeout(() => again((count) => count + 1), Math.max(0, at + SETTLE - Date.now()));
    return () => clearTimeout(timer);
  }, [late, at]);
  return {
    shown,
    waiting: wanted.filter((number) => !shown.includes(number)).length,
    refresh: () => {
      list.current = { key, at: Date.now(), shown: wanted };
      again((count) => count + 1);
    },
  };
}

/** Whether somebody is at this element: a pointer over it, the focus in it, a finger on it a moment ago. */
export function useAttention() {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [touched, setTouched] = useState(0);
  useEffect(() => {
    if (!touched) return;
    const timer = setTimeout(() => setTouched(0), TOUCHED);
    return () => clearTimeout(timer);
  }, [touched]);
  return {
    held: pointer || focus || touched > 0,
    handlers: {
      onPointerEnter: (event: PointerEvent) => event.pointerType === "mouse" && setPointer(true),
      onPointerLeave: () => setPointer(false),
      onTouchStart: () => setTouched(Date.now()),
      onTouchMove: () => setTouched(Date.now()),
      // a click leaves the focus behind too; only who goes by keyboard is still there
      onFocusIn: (event: FocusEvent) =>
        setFocus(event.target instanceof Element && event.target.matches(":focus-visible")),
      onFocusOut: (event: FocusEvent) => {
        const next = event.relatedTarget;
        const list = event.currentTarget;
        setFocus(next instanceof Node && list instanceof Node && list.contains(next));
      },
    },
  };
}
