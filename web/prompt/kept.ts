import { effect } from "@preact/signals";
import type { Podium } from "../lib/podium";
import { lasting, parsed } from "../lib/storage";
import type { Entity, Welcome } from "../lib/wire.gen";

/** So long a screen shows what it knew before a reload without a network. */
const FRESH = 12 * 3_600_000;
const PAUSE = 500;
/** Another build of the page may expect more than this one has kept. */
const BUILD = import.meta.url;

interface Kept {
  readonly build: string;
  readonly at: number;
  readonly seq: number;
  readonly entities: readonly (readonly [string, Entity])[];
}

/**
 * Shows what this screen knew before a reload until the room says more, and keeps what the room says. A speaker whose
 * laptop restarts in a hall without a network still has question, text and clocks.
 */
export function keep(podium: Podium, room: string, place: string, now = Date.now()): () => void {
  const key = `kept/${room}/${place}`;
  const kept = parsed<Kept>(lasting.get(key));
  if (kept?.build === BUILD && now - kept.at < FRESH && Array.isArray(kept.entities))
    podium.room.apply(welcomeBack(room, place, kept));
  else lasting.remove(key);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const entities = [...podium.room.entities.value];
    if (entities.length === 0) return;
    clearTimeout(timer);
    timer = setTimeout(
      () =>
        lasting.set(key, JSON.stringify({ build: BUILD, at: Date.now(), seq: podium.room.seq, entities })),
      PAUSE,
    );
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** Forget what was kept: the link is valid no more. */
export function forget(room: string, place: string): void {
  lasting.remove(`kept/${room}/${place}`);
}

function welcomeBack(room: string, place: string, kept: Kept): Welcome {
  return {
    type: "welcome",
    room,
    role: "speaker",
    panellist: place,
    now: kept.at,
    seq: kept.seq,
    complete: true,
    entities: Object.fromEntries(kept.entities),
    drop: [],
    votes: {},
    voted: [],
    attending: 0,
    viewers: {},
    desk: null,
    limits: {
      frame: 0,
      frames: 0,
      text: 0,
      name: 0,
      affiliation: 0,
      device_questions: 0,
      room_questions: 0,
      window: 0,
    },
  };
}
