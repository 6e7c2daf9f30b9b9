import { computed, type ReadonlySignal } from "@preact/signals";
import type { Room } from "./room";
import {
  type ClockView,
  type CueView,
  type NoticeView,
  type OrdersView,
  PANEL,
  type PlaceCueView,
  type RequestView,
  type ScriptView,
  SESSION,
} from "./wire.gen";

/** What a room tells of its stage beside the questions; each audience gets only what is its own. */
export class Stage {
  readonly #room: Room;
  /** By place and SESSION. */
  readonly clocks = this.#under<ClockView>("clock/");
  readonly requests = this.#listed<RequestView>("request/");
  /** For staff. */
  readonly cues = this.#listed<CueView>("cue/");
  /** For a place's screen: those it has to show, oldest first. */
  readonly placeCues = this.#listed<PlaceCueView>("cue/");
  readonly scripts = this.#under<ScriptView>("script/");
  /** What the host wants of a running script, by place. */
  readonly orders = this.#under<OrdersView>("orders/");

  constructor(room: Room) {
    this.#room = room;
  }

  clock(name: string): ClockView | null {
    return this.clocks.value.get(name) ?? null;
  }

  get session(): ClockView | null {
    return this.clock(SESSION);
  }

  script(place: string): ScriptView {
    return this.scripts.value.get(place) ?? { lines: [], revision: 0 };
  }

  /** All places that have a screen: the panellists' in their order, then the whole stage's. */
  get places(): readonly string[] {
    return [...(this.#room.about.value?.panellists ?? []).map(({ id }) => id), PANEL];
  }

  #under<Kind>(prefix: string): ReadonlySignal<ReadonlyMap<string, Kind>> {
    return computed(() => {
      const found = new Map<string, Kind>();
      for (const [key, entity] of this.#room.entities.value)
        if (key.startsWith(prefix)) found.set(key.slice(prefix.length), entity as Kind);
      return found;
    });
  }

  #listed<Kind extends { readonly number: number }>(prefix: string): ReadonlySignal<readonly Kind[]> {
    const named = this.#under<Kind>(prefix);
    return computed(() => [...named.value.values()].sort((one, other) => one.number - other.number));
  }
}

/** What everybody in the room is told now. */
export function noticeOf(room: Room): NoticeView | null {
  return (room.entities.value.get("notice") as NoticeView | undefined) ?? null;
}
