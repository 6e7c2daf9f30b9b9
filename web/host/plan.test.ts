import { describe, expect, test } from "vitest";
import { Room, type Told } from "../lib/room";
import { blocksOf } from "../lib/script";
import type { CueView, Entity, RequestView, ScreenView, StaffQuestionView, Welcome } from "../lib/wire.gen";
import {
  acknowledged,
  backOf,
  following,
  healthOf,
  keyedPlace,
  nextTime,
  offerOf,
  promptOf,
  stepLine,
} from "./plan";

interface Transcript {
  readonly frames: readonly Told[];
}

const transcripts = import.meta.glob<Transcript>("../../tests/transcripts/{staff,speaker}.json", {
  eager: true,
  import: "default",
});

function replayed(name: string, reach: number): Room {
  const room = new Room();
  for (const frame of transcripts[`../../tests/transcripts/${name}.json`]?.frames ?? [])
    if (frame.seq <= reach) room.apply(frame);
  return room;
}

const about = (ids: readonly string[]) => ({
  panellists: ids.map((id) => ({ id, name: id, role: "" })),
  feeds: [],
});

/** A room of Ulm and Ziemer; queues as given, on air as given. */
function roomOf(
  questions: readonly Partial<StaffQuestionView>[],
  queues: Record<string, readonly number[]> = {},
  onAir: number | null = null,
): Room {
  const entities: Record<string, unknown> = { room: about(["ulm", "ziemer"]) };
  for (const question of questions)
    entities[`question/${question.number}`] = {
      queue: null,
      aired_at: null,
      since: 0,
      step: null,
      briefing: null,
      state: "queued",
      ...question,
    };
  for (const [name, numbers] of Object.entries(queues)) entities[`queue/${name}`] = { numbers };
  entities["stage"] = { on_air: onAir, since: onAir === null ? null : 100 };
  const room = new Room();
  room.apply({
    type: "welcome",
    seq: 1,
    complete: true,
    entities: entities as Record<string, Entity>,
    drop: [],
    votes: {},
    voted: [],
    attending: 0,
    viewers: {},
  } as unknown as Welcome);
  return room;
}

describe("what a prompter shows", () => {
  const speaker = transcripts["../../tests/transcripts/speaker.json"]?.frames ?? [];
  const [welcome] = speaker;
  const place = (welcome?.type === "welcome" && welcome.panellist) || "";
  const numbers = [...new Set(speaker.map(({ seq }) => seq))];

  test.each(numbers)("staff work out what the server tells the screen itself, at event %i", (seq) => {
    const own = replayed("speaker", seq).prompt.value;
    const worked = promptOf(replayed("staff", seq), place);
    expect(own).not.toBeNull();
    expect({ ...worked, on_air: worked.on_air?.text, next: worked.next?.text }).toEqual({
      ...own,
      on_air: own?.on_air?.text,
      next: own?.next?.text,
    });
  });

  test("the transcript airs something", () => {
    expect(numbers.some((seq) => replayed("speaker", seq).prompt.value?.on_air)).toBe(true);
  });

  test("the screen of the stage shows whatever is asked, and the panel's queue first", () => {
    const room = roomOf(
      [
        { number: 1, queue: "ulm" },
        { number: 2, queue: "ziemer" },
        { number: 3, queue: "panel" },
      ],
      { ziemer: [2], panel: [3] },
      1,
    );
    expect(promptOf(room, "panel")).toMatchObject({ on_air: { number: 1 }, next: { number: 3 }, waiting: 1 });
    const others = [{ place: "ulm", on_air: true, waiting: 0 }];
    expect(promptOf(room, "ziemer")).toMatchObject({ on_air: null, next: { number: 2 }, waiting: 1, others });
    expect(promptOf(room, "ulm").others).toEqual([{ place: "ziemer", on_air: false, waiting: 1 }]);
  });
});

describe("next", () => {
  const waiting = [
    { number: 2, queue: "ulm" },
    { number: 3, queue: "panel" },
    { number: 4, queue: "ziemer" },
  ];
  const queues = { ulm: [2], panel: [3], ziemer: [4] };

  test("goes on with the running order that is being heard", () => {
    const room = roomOf(
      [{ number: 1, queue: "ziemer", state: "on_air", aired_at: 5 }, ...waiting],
      queues,
      1,
    );
    expect(following(room)?.number).toBe(4);
    expect(promptOf(room, "panel"), "the stage's screen says the same").toMatchObject({
      next: { number: 4 },
      waiting: 2,
    });
  });

  test("remembers it when nothing is on air", () => {
    const before = { state: "answered" as const };
    const room = roomOf(
      [
        { number: 1, queue: "ziemer", aired_at: 5, ...before },
        { number: 5, queue: "ulm", aired_at: 9, ...before },
        ...waiting,
      ],
      queues,
    );
    expect(following(room)?.number).toBe(2);
  });

  test("takes the panel's when that one is empty, then anybody's, then none", () => {
    expect(following(roomOf(waiting, queues))?.number).toBe(3);
    expect(following(roomOf(waiting, { ziemer: [4] }))?.number).toBe(4);
    expect(following(roomOf([]))).toBeNull();
  });
});

describe("back", () => {
  test("takes back the airing of what is on air", () => {
    const room = roomOf([{ number: 1, state: "on_air", aired_at: 5, step: 7 }], {}, 1);
    expect(backOf(room)).toMatchObject({ question: { number: 1 }, step: 7 });
  });

  test("brings back what left the stage last, not what was declined or answered in writing since", () => {
    const room = roomOf([
      { number: 1, state: "answered", aired_at: 5, since: 20, step: 7 },
      { number: 2, state: "queued", aired_at: 6, since: 30, step: 8 },
      { number: 3, state: "answered", aired_at: null, since: 40, step: 9 },
      { number: 4, state: "declined", aired_at: null, since: 50, step: 10 },
    ]);
    expect(backOf(room)).toMatchObject({ question: { number: 2 }, step: 8 });
  });

  test("knows when there is nothing", () => {
    expect(backOf(roomOf([{ number: 1 }]))).toBeNull();
  });
});

describe("a granted request", () => {
  const room = roomOf([{ number: 1, queue: "panel", state: "on_air" }], {}, 1);
  const request: RequestView = {
    number: 1,
    place: "ulm",
    kind: "skip",
    question: 1,
    to: null,
    at: 200,
    granted: true,
  };

  test.each([
    ["skip", null, { kind: "skip", question: 1 }],
    ["take", null, { kind: "give", question: 1, to: "ulm" }],
    ["pass_on", "ziemer", { kind: "give", question: 1, to: "ziemer" }],
    ["repeat", null, null],
    ["more_time", null, null],
  ] as const)("%s leaves its step to the host", (kind, to, offer) => {
    expect(offerOf(room, { ...request, kind, to })).toEqual(offer);
  });

  test.each([{ granted: null }, { granted: false }, { question: 2 }, { at: 50 }])(
    "%o leaves nothing",
    (other) => {
      expect(offerOf(room, { ...request, ...other })).toBeNull();
    },
  );

  test("is done when the question is with the right one", () => {
    const given = roomOf([{ number: 1, queue: "ulm", state: "on_air" }], {}, 1);
    expect(offerOf(given, { ...request, kind: "take" })).toBeNull();
  });
});

test("a screen is silent after two and a half seconds and gone when its connection is", () => {
  const screen = { seen: 1_000, gone: null } as ScreenView;
  expect(healthOf(screen, 3_500)).toBe("well");
  expect(healthOf(screen, 3_501)).toBe("silent");
  expect(healthOf({ ...screen, gone: 2_000 }, 2_001)).toBe("gone");
});

test("the last acknowledgement is the latest read cue, whatever was sent later", () => {
  const cue = (number: number, mark: "shown" | "read", at: number) =>
    ({ number, text: `${number}`, marks: { ulm: { mark, at } } }) as unknown as CueView;
  const cues = [cue(1, "read", 50), cue(2, "read", 40), cue(3, "shown", 60)];
  expect(acknowledged(cues, "ulm")).toMatchObject({ cue: { number: 1 }, at: 50 });
  expect(acknowledged(cues, "ziemer")).toBeNull();
});

describe("until a time of day", () => {
  const noon = new Date(2026, 9, 28, 12, 0).getTime();

  test("is later today, or tomorrow", () => {
    expect(nextTime("12:30", noon)).toBe(noon + 30 * 60_000);
    expect(nextTime("11:59", noon)).toBe(new Date(2026, 9, 29, 11, 59).getTime());
  });

  test("is nothing while nobody has said when", () => {
    expect(nextTime("", noon)).toBeNull();
  });
});

describe("steering a script", () => {
  const blocks = blocksOf(["# Anfang", "Eins.", "", "Zwei.", "zwei noch.", "", "# Schluss"]);

  test.each([
    [0, 0, 1, 1],
    [1, 0.9, 1, 3],
    [3, 0.05, -1, 1],
    [3, 0.5, -1, 3],
    [4, 0, 1, 6],
    [6, 0, 1, null],
    [0, 0, -1, null],
  ] as const)("from line %i, %f into its part, %i leads to line %s", (line, share, direction, to) => {
    expect(stepLine(blocks, line, share, direction)).toBe(to);
  });
});

describe("keys run", () => {
  const places = ["ulm", "ziemer", "panel"];
  const screen = (place: string, isReading: boolean) =>
    ({ place, reading: isReading ? { line: 0 } : null }) as ScreenView;
  const screens = [screen("ulm", false), screen("panel", true), screen("ziemer", true)];

  test.each([
    ["the first text that is shown", null, "ziemer"],
    ["the one that was run last", "panel", "panel"],
    ["not one that is shown no more", "ulm", "ziemer"],
  ])("%s", (_, last, place) => {
    expect(keyedPlace(places, screens, last)).toBe(place);
  });

  test("nothing where no screen shows a text", () => {
    expect(keyedPlace(places, screens.slice(0, 1), "ulm")).toBeNull();
  });
});
