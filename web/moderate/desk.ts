import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { announce } from "../lib/a11y";
import type { CalmList } from "../lib/calm";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { remembered } from "../lib/storage";
import {
  type Code,
  type CommandName,
  type Commands,
  MERGE_TARGETS,
  PANEL,
  type StaffQuestionView,
  type State,
  TRANSITIONS,
} from "../lib/wire.gen";
import { Board, type Line, type Order } from "./board";
import { Company } from "./company";
import { EVERYTHING, type Filter } from "./filter";
import { type Done, House } from "./house";
import { words } from "./words";

export type Section = "inbox" | "held" | "approved" | "queues" | "stage" | "done";
const SECTION_OF: Readonly<Record<State, Section>> = {
  submitted: "inbox",
  held: "held",
  deferred: "held",
  approved: "approved",
  queued: "queues",
  on_air: "stage",
  answered: "done",
  merged: "done",
  declined: "done",
  withdrawn: "done",
};

/** The commands that say what was seen. */
type Deciding = {
  [Name in CommandName]: "seen" extends keyof Commands[Name] ? Name : never;
}[CommandName];

/** A question whose decline is being explained. leave: takes it out of the list where it was declined. */
export interface Declining {
  readonly number: number;
  readonly leave: () => void;
}

/** A step that needs words first. leave: takes the question out of the list where it was. */
export interface Dialogue extends Declining {
  /** The question that is suggested to merge with. */
  readonly into?: number;
  readonly kind: "merge" | "reply" | "defer" | "edit" | "redact";
}

/** What the moderator's page knows beyond the room: which list shows what, what waits, what was refused. */
export class Desk {
  readonly podium: Podium;
  /** The section that a small screen shows. */
  readonly section = signal<Section>("inbox");
  readonly order = remembered<Order>("moderate.order", "oldest");
  readonly shortcuts = remembered<boolean>("moderate.shortcuts", true);
  /** Whether a small screen shows the search. */
  readonly searching = signal(false);
  /** What the column in the middle of a large screen shows. */
  readonly middle = signal<Section>("approved");
  readonly declining = signal<Declining | null>(null);
  readonly dialogue = signal<Dialogue | null>(null);
  /** By question and kind: what somebody wrote here that was not taken, so that nobody has to write it again. */
  readonly drafts = new Map<string, string>();
  /** The question that somebody wants to be led to: the list where it stands is drawn as far as there. */
  readonly sought = signal<{ readonly number: number } | null>(null);
  readonly last = signal<Done | null>(null);
  readonly house: House;
  readonly company: Company;
  readonly filter: Signal<Filter>;
  readonly board: Board;
  /** Numbers of the questions that somebody acted on from this device, the latest last. */
  readonly #mine: Signal<readonly number[]>;
  readonly #refusals = signal<ReadonlyMap<number, Code>>(new Map());

  readonly refusals: ReadonlySignal<ReadonlyMap<number, Code>> = this.#refusals;
  /** By question: the command on its way. */
  readonly busy: ReadonlySignal<ReadonlyMap<number, CommandName>>;

  /** room: its identifier, under which this device keeps what the person chose. */
  constructor(podium: Podium, room: string) {
    this.podium = podium;
    this.filter = remembered<Filter>(`moderate.filter/${room}`, EVERYTHING);
    this.#mine = remembered<readonly number[]>(`moderate.mine/${room}`, []);
    this.board = new Board(podium.room, { filter: this.filter, order: this.order, mine: this.#mine });
    this.company = new Company(podium);
    this.house = new House(podium, (done) => {
      this.last.value = done;
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

  get lines(): ReadonlySignal<readonly Line[]> {
    return this.board.lines;
  }

  question(number: number | null): StaffQuestionView | null {
    return this.podium.room.question(number) as StaffQuestionView | null;
  }

  queue(name: string): CalmList {
    return this.board.queue(name);
  }

  choose(change: Partial<Filter>): void {
    this.filter.value = { ...this.filter.peek(), ...change };
  }

  lineName(id: string | null): string {
    // who has left the panel is no line any more
    return this.lines.value.find((line) => line.id === id)?.name ?? id ?? "";
  }

  /** Others that seem to ask the same and can be merged with it, the nearest first. */
  similar(number: number): readonly number[] {
    if (!TRANSITIONS[this.question(number)?.state ?? "withdrawn"].merge) return [];
    const found = this.podium.room.desk.value.similar?.[number] ?? [];
    return found.filter((other) => MERGE_TARGETS.some((state) => state === this.question(other)?.state));
  }

  isBlocked(device: number): boolean {
    return this.podium.room.rules.value?.blocked.includes(device) ?? false;
  }

  /** "an Prof. Dr. Ziemer", "ans ganze Podium". */
  toWhom(id: string): string {
    return id === PANEL ? words().toPanel : words().to(this.lineName(id));
  }

  show(section: Section): void {
    this.section.value = section;
    if (section === "held" || section === "approved" || section === "done") this.middle.value = section;
  }

  /** Leads to where a question stands now. */
  goTo(number: number): void {
    const state = this.question(number)?.state;
    if (state === undefined) return;
    if (this.board.hides(number)) this.filter.value = EVERYTHING;
    this.show(SECTION_OF[state]);
    this.sought.value = { number };
    // drawn with the next frame
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-number="${number}"]:not([data-gone])`)?.focus(),
    );
  }

  dismiss(number: number): void {
    if (!this.#refusals.peek().has(number)) return;
    const refusals = new Map(this.#refusals.peek());
    refusals.delete(number);
    this.#refusals.value = refusals;
  }

  approve(number: number): void {
    this.#decide("approve", { question: number }, () => words().said.approved(number));
  }

  decline(number: number, reason: Commands["decline"]["reason"], note: string): void {
    const said = () => words().said.declined(number);
    this.#decide("decline", { question: number, reason, note: note.trim() || null }, said);
  }

  enqueue(number: number, queue: string): void {
    const said = () => words().said.queued(number, this.lineName(queue));
    this.#decide("enqueue", { question: number, queue }, said);
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
    this.#decide("hold", { question: number }, () => words().said.held(number));
  }

  merge(number: number, into: number): void {
    this.#decide("merge", { question: number, into }, () => words().said.merged(number, into));
  }

  separate(number: number): void {
    this.#perform("separate", { question: number }, () => words().said.separated(number));
  }

  /** instead: the answer it was written over, "" for none. */
  async reply(number: number, text: string, instead: string): Promise<void> {
    const said = () => words().said.replied(number);
    const isDone = await this.#decide("reply", { question: number, text, instead }, said);
    this.#keep(`reply-${number}`, isDone ? null : text);
  }

  defer(number: number, owner: string, due: string): void {
    const body = { question: number, owner, due: due.trim() || null };
    this.#decide("defer", body, () => words().said.deferred(number));
  }

  /** instead: the wording it was written over. */
  async edit(number: number, text: string, instead: string): Promise<void> {
    const said = () => words().said.edited(number);
    const isDone = await this.#perform("edit", { question: number, text, instead }, said);
    this.#keep(`edit-${number}`, isDone ? null : text);
  }

  redact(number: number, passages: readonly string[], whole: boolean, name: boolean): void {
    this.#perform("redact", { question: number, passages, whole, name }, () => words().said.redacted(number));
  }

  /** Takes back the event with the number step, unless somebody has gone on with the question since. */
  undo(number: number, step: number): void {
    this.#perform("undo", { question: number, step }, () => words().said.undone(number));
  }

  undoLast(): boolean {
    const last = this.last.peek();
    last?.back();
    return last !== null;
  }

  /** A decision about the question as it is seen here: where a colleague was first, it is refused. */
  #decide<Name extends Deciding>(command: Name, body: Commands[Name], said: () => string): Promise<boolean> {
    return this.#perform(command, { ...body, seen: this.question(body.question)?.state ?? null }, said);
  }

  #keep(draft: string, text: string | null): void {
    if (text === null) this.drafts.delete(draft);
    else this.drafts.set(draft, text);
  }

  async #perform<Name extends CommandName>(
    command: Name,
    body: Commands[Name] & { readonly question: number },
    said: () => string,
  ): Promise<boolean> {
    const { question } = body;
    if (this.busy.peek().has(question)) return false;
    this.dismiss(question);
    this.last.value = null;
    if (!this.#mine.peek().includes(question)) this.#mine.value = [...this.#mine.peek(), question];
    const { outcome } = this.podium.perform(command, body);
    const result = await outcome;
    if (result.ok) {
      announce(said());
      const back = () => this.undo(question, result.seq);
      if (command !== "undo" && command !== "redact") this.last.value = { said: said(), back };
      return true;
    }
    this.#refusals.value = new Map(this.#refusals.peek()).set(question, result.code);
    announce(words().said.refused(question, refusalSentence(result.code, result.retryAfter)));
    return false;
  }
}
