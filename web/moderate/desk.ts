import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { announce } from "../lib/a11y";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { remembered } from "../lib/storage";
import { type Code, type CommandName, type Commands, PANEL, type StaffQuestionView } from "../lib/wire.gen";
import { CalmList } from "./calm";
import { shortNames } from "./names";
import { words } from "./words";

export type Section = "inbox" | "held" | "approved" | "queues" | "stage" | "done";
export type Order = "oldest" | "votes";

/** One running order with the person or the panel it belongs to. */
export interface Line {
  readonly id: string;
  readonly name: string;
  readonly short: string;
  readonly role: string;
}

/** A question whose decline is being explained. leave: takes it out of the list where it was declined. */
export interface Declining {
  readonly number: number;
  readonly leave: () => void;
}

/** A step that needs words first. leave: takes the question out of the list where it was. */
export interface Dialogue extends Declining {
  readonly kind: "merge" | "reply" | "defer" | "edit";
}

/** What was done here last, and can be undone as long as nobody goes on. */
export interface Last {
  readonly number: number;
  readonly step: number;
  readonly said: string;
}

/** What the moderator's page knows beyond the room: which list shows what, what waits, what was refused. */
export class Desk {
  readonly podium: Podium;
  /** The section that a small screen shows. */
  readonly section = signal<Section>("inbox");
  readonly order = remembered<Order>("moderate.order", "oldest");
  readonly shortcuts = remembered<boolean>("moderate.shortcuts", true);
  /** What the column in the middle of a large screen shows. */
  readonly middle = signal<Section>("approved");
  readonly declining = signal<Declining | null>(null);
  readonly dialogue = signal<Dialogue | null>(null);
  readonly last = signal<Last | null>(null);
  readonly #refusals = signal<ReadonlyMap<number, Code>>(new Map());
  readonly #queues = new Map<string, CalmList>();

  readonly refusals: ReadonlySignal<ReadonlyMap<number, Code>> = this.#refusals;
  readonly lines: ReadonlySignal<readonly Line[]>;
  /** By question: the command on its way. */
  readonly busy: ReadonlySignal<ReadonlyMap<number, CommandName>>;
  readonly inbox: CalmList;
  readonly held: CalmList;
  readonly deferred: CalmList;
  readonly merged: CalmList;
  readonly approved: CalmList;
  readonly done: CalmList;
  readonly declined: CalmList;

  constructor(podium: Podium) {
    this.podium = podium;
    const { room } = podium;
    const inState = (wanted: (question: StaffQuestionView) => boolean) =>
      computed(() => room.staffQuestions.value.filter(wanted).map((question) => question.number));
    const latestFirst = (numbers: ReadonlySignal<readonly number[]>) =>
      computed(() => numbers.value.toSorted((one, other) => this.#since(other) - this.#since(one)));

    this.inbox = new CalmList(inState(({ state }) => state === "submitted"));
    this.held = new CalmList(inState(({ state }) => state === "held"));
    this.deferred = new CalmList(inState(({ state }) => state === "deferred"));
    this.merged = new CalmList(latestFirst(inState(({ state }) => state === "merged")));
    const approved = inState(({ state }) => state === "approved");
    this.approved = new CalmList(
      computed(() => {
        if (this.order.value === "oldest") return approved.value;
        const votes = (number: number) => room.votes(number).value;
        return approved.value.toSorted((one, other) => votes(other) - votes(one) || one - other);
      }),
    );
    this.done = new CalmList(latestFirst(inState(({ state }) => state === "answered")));
    this.declined = new CalmList(
      latestFirst(inState(({ state }) => state === "declined" || state === "withdrawn")),
    );
    this.lines = computed(() => {
      const panellists = room.about.value?.panellists ?? [];
      const short = shortNames(panellists);
      const own = panellists.map(({ id, name, role }) => ({ id, name, role, short: short.get(id) ?? name }));
      return [...own, { id: PANEL, name: words().panel, short: words().panelShort, role: "" }];
    });
    this.busy = computed(
      () =>
        new Map(
          podium.pending.value.flatMap(({ command, body }) =>
            "question" in body ? [[body.question, command] as const] : [],
          ),
        ),
    );
  }

  question(number: number): StaffQuestionView | null {
    return this.podium.room.question(number) as StaffQuestionView | null;
  }

  queue(name: string): CalmList {
    let list = this.#queues.get(name);
    if (list === undefined) {
      list = new CalmList(computed(() => this.podium.room.queue(name)));
      this.#queues.set(name, list);
    }
    return list;
  }

  lineName(id: string | null): string {
    return this.lines.value.find((line) => line.id === id)?.name ?? "";
  }

  show(section: Section): void {
    this.section.value = section;
    if (section === "held" || section === "approved" || section === "done") this.middle.value = section;
  }

  dismiss(number: number): void {
    if (!this.#refusals.peek().has(number)) return;
    const refusals = new Map(this.#refusals.peek());
    refusals.delete(number);
    this.#refusals.value = refusals;
  }

  approve(number: number): void {
    this.#perform("approve", { question: number }, () => words().said.approved(number));
  }

  decline(number: number, reason: Commands["decline"]["reason"], note: string): void {
    const said = () => words().said.declined(number);
    this.#perform("decline", { question: number, reason, note: note.trim() || null }, said);
  }

  enqueue(number: number, queue: string): void {
    const said = () => words().said.queued(number, this.lineName(queue));
    this.#perform("enqueue", { question: number, queue }, said);
  }

  move(number: number, after: number | null): void {
    this.#perform("move", { question: number, after }, () => {
      const queue = this.podium.room.queue(this.question(number)?.queue ?? "");
      return words().said.moved(number, queue.indexOf(number) + 1);
    });
  }

  air(number: number): void {
    const instead = this.podium.room.stage.peek()?.on_air ?? null;
    this.#perform("air", { question: number, instead }, () => words().said.aired(number));
  }

  answer(number: number): void {
    this.#perform("answer", { question: number }, () => words().said.answered(number));
  }

  hold(number: number): void {
    this.#perform("hold", { question: number }, () => words().said.held(number));
  }

  merge(number: number, into: number): void {
    this.#perform("merge", { question: number, into }, () => words().said.merged(number, into));
  }

  separate(number: number): void {
    this.#perform("separate", { question: number }, () => words().said.separated(number));
  }

  reply(number: number, text: string): void {
    this.#perform("reply", { question: number, text }, () => words().said.replied(number));
  }

  defer(number: number, owner: string, due: string): void {
    const body = { question: number, owner, due: due.trim() || null };
    this.#perform("defer", body, () => words().said.deferred(number));
  }

  edit(number: number, text: string): void {
    this.#perform("edit", { question: number, text }, () => words().said.edited(number));
  }

  /** Takes back the event with the number step, unless somebody has gone on with the question since. */
  undo(number: number, step: number): void {
    this.#perform("undo", { question: number, step }, () => words().said.undone(number));
  }

  undoLast(): boolean {
    const last = this.last.peek();
    if (last !== null) this.undo(last.number, last.step);
    return last !== null;
  }

  #since(number: number): number {
    return this.question(number)?.since ?? 0;
  }

  async #perform<Name extends CommandName>(
    command: Name,
    body: Commands[Name] & { readonly question: number },
    said: () => string,
  ): Promise<void> {
    const { question } = body;
    if (this.busy.peek().has(question)) return;
    this.dismiss(question);
    this.last.value = null;
    const { outcome } = this.podium.perform(command, body);
    const result = await outcome;
    if (result.ok) {
      announce(said());
      if (command !== "undo") this.last.value = { number: question, step: result.seq, said: said() };
      return;
    }
    this.#refusals.value = new Map(this.#refusals.peek()).set(question, result.code);
    announce(words().said.refused(question, refusalSentence(result.code, result.retryAfter)));
  }
}
