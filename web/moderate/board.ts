import { computed, type ReadonlySignal } from "@preact/signals";
import { CalmList } from "../lib/calm";
import type { Room } from "../lib/room";
import { PANEL, type StaffQuestionView, type State } from "../lib/wire.gen";
import { type Filter, kept } from "./filter";
import { shortNames } from "./names";
import { words } from "./words";

export type Order = "oldest" | "votes";

/** One running order with the person or the panel it belongs to. */
export interface Line {
  readonly id: string;
  readonly name: string;
  readonly short: string;
  readonly role: string;
}

/** What the person at this device chose to see. */
export interface Choices {
  readonly filter: ReadonlySignal<Filter>;
  readonly order: ReadonlySignal<Order>;
  readonly mine: ReadonlySignal<readonly number[]>;
}

/** Which question stands in which list. */
export class Board {
  readonly lines: ReadonlySignal<readonly Line[]>;
  /** How many questions the filter keeps, and of how many. */
  readonly found: ReadonlySignal<{ readonly shown: number; readonly all: number }>;
  readonly inbox: CalmList;
  readonly held: CalmList;
  readonly deferred: CalmList;
  readonly merged: CalmList;
  readonly approved: CalmList;
  readonly done: CalmList;
  readonly declined: CalmList;
  readonly #room: Room;
  readonly #filter: ReadonlySignal<Filter>;
  readonly #kept: ReadonlySignal<ReadonlySet<number> | null>;
  readonly #queues = new Map<string, CalmList>();

  constructor(room: Room, { filter, order, mine }: Choices) {
    this.#room = room;
    this.#filter = filter;
    this.#kept = computed(() => {
      const own = new Set(filter.value.mine ? mine.value : []);
      return kept(room.staffQuestions.value, filter.value, {
        votes: (number) => room.votes(number).value,
        isMine: (number) => own.has(number),
      });
    });
    this.found = computed(() => {
      const all = room.staffQuestions.value.length;
      return { shown: this.#kept.value?.size ?? all, all };
    });
    this.lines = computed(() => linesOf(room));

    const list = (...states: State[]) => new CalmList(this.#inState(states), filter);
    const latest = (...states: State[]) => {
      const numbers = this.#inState(states);
      const since = (number: number) => room.question(number)?.since ?? 0;
      const wanted = computed(() => numbers.value.toSorted((one, other) => since(other) - since(one)));
      return new CalmList(wanted, filter);
    };
    this.inbox = list("submitted");
    this.held = list("held");
    this.deferred = list("deferred");
    this.merged = latest("merged");
    this.done = latest("answered");
    this.declined = latest("declined", "withdrawn");
    const approved = this.#inState(["approved"]);
    const ordered = computed(() => {
      if (order.value === "oldest") return approved.value;
      const votes = (number: number) => room.votes(number).value;
      return approved.value.toSorted((one, other) => votes(other) - votes(one) || one - other);
    });
    this.approved = new CalmList(
      ordered,
      computed(() => [filter.value, order.value]),
    );
  }

  /** Whether the filter leaves this question out. */
  hides(number: number): boolean {
    return this.#kept.value?.has(number) === false;
  }

  queue(name: string): CalmList {
    let list = this.#queues.get(name);
    if (list === undefined) {
      const wanted = computed(() => {
        const numbers = this.#kept.value;
        const queue = this.#room.queue(name);
        return numbers === null ? queue : queue.filter((number) => numbers.has(number));
      });
      list = new CalmList(wanted, this.#filter);
      this.#queues.set(name, list);
    }
    return list;
  }

  /** A running order as it is to be changed: what the person sees, unless a filter hides a part of it. */
  order(name: string): readonly number[] {
    const list = this.queue(name);
    if (this.#kept.value !== null) return this.#room.queue(name);
    return list.shown.value.filter((number) => list.has(number));
  }

  #inState(states: readonly State[]): ReadonlySignal<readonly number[]> {
    const wanted = (question: StaffQuestionView) => states.includes(question.state);
    return computed(() => {
      const numbers = this.#kept.value;
      return this.#room.staffQuestions.value
        .filter((question) => wanted(question) && (numbers === null || numbers.has(question.number)))
        .map(({ number }) => number);
    });
  }
}

function linesOf(room: Room): readonly Line[] {
  const panellists = room.about.value?.panellists ?? [];
  const short = shortNames(panellists);
  const own = panellists.map(({ id, name, role }) => ({ id, name, role, short: short.get(id) ?? name }));
  return [...own, { id: PANEL, name: words().panel, short: words().panelShort, role: "" }];
}
