import { batch, signal } from "@preact/signals";
import { describe, expect, test, vi } from "vitest";
import { CalmList, calm, waiting } from "./calm";

const NOBODY = new Set<number>();

describe("a list nobody touches", () => {
  test("shows what should be shown", () => {
    expect(calm([1, 2], [3, 1], false, NOBODY)).toEqual([3, 1]);
  });
});

describe("a list under a hand", () => {
  test("keeps new questions waiting", () => {
    expect(calm([1, 2], [1, 2, 3, 4], true, NOBODY)).toEqual([1, 2]);
    expect(waiting([1, 2], [1, 2, 3, 4])).toBe(2);
  });

  test("keeps the row that a colleague took away", () => {
    expect(calm([1, 2, 3], [1, 3], true, NOBODY)).toEqual([1, 2, 3]);
  });

  test("keeps its order when a colleague reorders", () => {
    expect(calm([1, 2, 3], [3, 2, 1], true, NOBODY)).toEqual([1, 2, 3]);
  });

  test("lets the row go that the person decided", () => {
    expect(calm([1, 2, 3], [1, 3, 4], true, new Set([2]))).toEqual([1, 3]);
  });

  test("shows the row again that the person took back", () => {
    expect(calm([1, 3], [1, 2, 3, 4], true, new Set([2]))).toEqual([1, 2, 3]);
  });

  test("moves only the row that the person moved", () => {
    expect(calm([1, 2, 3, 4], [4, 3, 2, 1], true, new Set([1]))).toEqual([2, 1, 3, 4]);
    expect(calm([1, 2, 3], [3, 1, 2], true, new Set([3]))).toEqual([3, 1, 2]);
  });

  test("fills up when nothing is left that could move", () => {
    expect(calm([1], [2, 3], true, new Set([1]))).toEqual([2, 3]);
    expect(calm([], [2], true, NOBODY)).toEqual([2]);
  });
});

describe("CalmList", () => {
  test("shows what waits when it is let go", () => {
    const wanted = signal([1, 2]);
    const list = new CalmList(wanted);
    list.hold(true);
    wanted.value = [1, 2, 3];
    expect(list.shown.value).toEqual([1, 2]);
    expect(list.waiting.value).toBe(1);
    expect(list.stale.value).toBe(true);
    list.hold(false);
    expect(list.shown.value).toEqual([1, 2, 3]);
    expect(list.stale.value).toBe(false);
  });

  test("shows what waits when asked, and holds on", () => {
    const wanted = signal([1]);
    const list = new CalmList(wanted);
    list.hold(true);
    wanted.value = [1, 2];
    list.refresh();
    wanted.value = [1, 2, 3];
    expect(list.shown.value).toEqual([1, 2]);
  });

  test("forgets what was the person's own once it is let go", () => {
    const wanted = signal([1, 2, 3]);
    const list = new CalmList(wanted);
    list.hold(true);
    list.mine(2);
    list.hold(false);
    list.hold(true);
    wanted.value = [1, 3];
    expect(list.shown.value).toEqual([1, 2, 3]);
  });

  test("shows at once what another filter or order asks for, held or not", () => {
    const wanted = signal([1, 2, 3]);
    const view = signal("all");
    const list = new CalmList(wanted, view);
    list.hold(true);
    wanted.value = [1, 2, 3, 4];
    expect(list.shown.value).toEqual([1, 2, 3]);
    batch(() => {
      view.value = "some";
      wanted.value = [4, 2];
    });
    expect(list.shown.value).toEqual([4, 2]);
    wanted.value = [4, 2, 5];
    expect(list.shown.value).toEqual([4, 2]);
  });
});

test("a list that settles changes the mere order only now and then, and what is new at once", () => {
  vi.useFakeTimers();
  const wanted = signal<readonly number[]>([1, 2]);
  const list = new CalmList(wanted, undefined, 5_000);
  wanted.value = [2, 1];
  expect(list.shown.value).toEqual([1, 2]);
  vi.advanceTimersByTime(5_000);
  expect(list.shown.value).toEqual([2, 1]);
  wanted.value = [3, 1, 2];
  expect(list.shown.value).toEqual([3, 1, 2]);
  vi.useRealTimers();
});
