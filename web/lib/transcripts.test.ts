import { describe, expect, it } from "vitest";
import { Room, type Told } from "./room";

/** What the Python side recorded: every frame an audience gets, and what it then knows. */
interface Transcript {
  readonly frames: readonly Told[];
  readonly expected: {
    readonly seq: number;
    readonly entities: Readonly<Record<string, unknown>>;
    readonly votes: Readonly<Record<string, number>>;
  };
}

const transcripts = import.meta.glob<Transcript>("../../tests/transcripts/*.json", {
  eager: true,
  import: "default",
});

const NUMBERS = Array.from({ length: 100 }, (_, index) => index);

const counted = (room: Room) => {
  const votes = NUMBERS.map((number) => [number, room.votes(number).value] as const);
  return Object.fromEntries(votes.filter(([, count]) => count));
};

it("finds the golden transcripts", () => {
  expect(Object.keys(transcripts).length).toBeGreaterThan(0);
});

describe.each(Object.entries(transcripts))("%s", (_, { frames, expected }) => {
  it("leads to the expected room", () => {
    const room = new Room();
    for (const frame of frames) room.apply(frame);
    expect(Object.fromEntries(room.entities.value)).toEqual(expected.entities);
    expect(room.seq).toBe(expected.seq);
    expect(counted(room)).toEqual(expected.votes);
  });

  it("a second snapshot in the middle changes nothing", () => {
    const room = new Room();
    const [welcome] = frames;
    if (welcome?.type !== "welcome") throw new Error("a transcript begins with welcome");
    for (const frame of frames) {
      room.apply(frame);
      const entities = Object.fromEntries(room.entities.value);
      const votes = counted(room);
      room.apply({ ...welcome, seq: frame.seq, entities, votes } as Told);
    }
    expect(Object.fromEntries(room.entities.value)).toEqual(expected.entities);
  });
});
