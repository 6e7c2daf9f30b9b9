import { expect, test } from "vitest";
import { Room } from "./room";
import { noticeOf, Stage } from "./stage";
import type { Entity, Welcome } from "./wire.gen";

const welcome = (entities: Record<string, Entity>) =>
  ({
    type: "welcome",
    seq: 1,
    complete: true,
    entities,
    drop: [],
    votes: {},
    voted: [],
    attending: 0,
    viewers: {},
  }) as unknown as Welcome;

const clock = { kind: "countdown", mark: 9, paused_at: null, warning: 0, danger: 0 } as const;
const cue = (number: number) => ({ number, text: "Bitte kürzer", sent_at: 1, mark: "sent" as const });

function told(entities: Record<string, Entity>) {
  const room = new Room();
  room.apply(welcome(entities));
  return { room, stage: new Stage(room) };
}

test("a screen finds its clocks, its cues in their order, and its script", () => {
  const { stage } = told({
    "clock/session": clock,
    "clock/ulm": { ...clock, mark: 7 },
    "cue/12": cue(12),
    "cue/2": cue(2),
    "script/ulm": { lines: ["Guten Tag"], revision: 3 },
  });
  expect(stage.session?.mark).toBe(9);
  expect(stage.clock("ulm")?.mark).toBe(7);
  expect(stage.clock("ziemer")).toBeNull();
  expect(stage.placeCues.value.map(({ number }) => number)).toEqual([2, 12]);
  expect(stage.script("ulm").revision).toBe(3);
  expect(stage.script("ziemer")).toEqual({ lines: [], revision: 0 });
});

test("a room without a stage shows none of it", () => {
  const { room, stage } = told({});
  expect(stage.session).toBeNull();
  expect(stage.placeCues.value).toEqual([]);
  expect(stage.places).toEqual(["panel"]);
  expect(noticeOf(room)).toBeNull();
});

test("everybody reads the notice", () => {
  const { room } = told({ notice: { kind: "break", de: "Pause", en: null, since: 1 } });
  expect(noticeOf(room)?.kind).toBe("break");
});
