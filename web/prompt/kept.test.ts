import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Podium } from "../lib/podium";
import { Room } from "../lib/room";
import { lasting } from "../lib/storage";
import type { Event } from "../lib/wire.gen";
import { forget, keep } from "./kept";

const KEY = "kept/main/ulm";
const told: Event = {
  type: "event",
  seq: 8,
  put: { "script/ulm": { lines: ["Guten Tag"], revision: 1 } },
};

const podium = () => ({ room: new Room(), connection: signal({ kind: "connecting" }) }) as unknown as Podium;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  lasting.remove(KEY);
});

test("a screen that is loaded again without a network shows what it knew, and goes on from there", () => {
  const before = podium();
  const stop = keep(before, "main", "ulm");
  before.room.apply(told);
  vi.advanceTimersByTime(1_000);
  stop();
  const again = podium();
  keep(again, "main", "ulm")();
  expect(again.room.ready.value).toBe(true);
  expect(again.room.seq).toBe(8);
  expect(again.room.entities.value.get("script/ulm")).toEqual({ lines: ["Guten Tag"], revision: 1 });
});

test("what is a day old, of another build, broken or forgotten is not shown", () => {
  const before = podium();
  const stop = keep(before, "main", "ulm");
  before.room.apply(told);
  vi.advanceTimersByTime(1_000);
  stop();
  const late = podium();
  keep(late, "main", "ulm", Date.now() + 86_400_000)();
  expect(late.room.ready.value).toBe(false);
  lasting.set(KEY, (lasting.get(KEY) ?? "").replace("kept.ts", "kept-of-last-week.ts"));
  keep(late, "main", "ulm")();
  expect(late.room.ready.value).toBe(false);
  lasting.set(KEY, "{");
  keep(late, "main", "ulm")();
  expect(late.room.ready.value).toBe(false);
  forget("main", "ulm");
  expect(lasting.get(KEY)).toBeNull();
});
