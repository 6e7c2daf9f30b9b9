import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { announce } from "../lib/a11y";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { Stage } from "../lib/stage";
import { remembered } from "../lib/storage";
import { type CommandName, type Commands, PANEL, type StaffQuestionView } from "../lib/wire.gen";
import { backOf, following, keyedPlace, type Offer } from "./plan";
import { words } from "./words";

export const SECTIONS = ["flow", "clocks", "cues", "screens", "room"] as const;
export type Section = (typeof SECTIONS)[number];

const STEPS: readonly CommandName[] = ["air", "answer", "undo", "enqueue"];

/** What the host's page knows beyond the room, and the steps a host takes. */
export class Host {
  readonly podium: Podium;
  readonly stage: Stage;
  /** The section that a phone shows, and the one a tablet shows beside the course of events. */
  readonly section = signal<Section>("flow");
  readonly beside = signal<Section>("clocks");
  readonly shortcuts = remembered("host.shortcuts", true);
  /** Why the last step did not come about, in words. */
  readonly refusal = signal<string | null>(null);
  /** Places that the next cue goes to; none for all. */
  readonly targets = signal<readonly string[]>([]);
  /** A cue in own words that is not sent yet. */
  readonly draft = signal("");
  /** The place whose text was run from here last. */
  readonly steered = signal<string | null>(null);
  /** The place whose script is open, and the question whose note is. */
  readonly script = signal<string | null>(null);
  readonly briefed = signal<number | null>(null);
  /** Granted requests that need nothing more. */
  readonly settled = signal<readonly number[]>([]);
  /** A step on the stage is on its way: the next one waits for it. */
  readonly stepping: ReadonlySignal<boolean>;

  constructor(podium: Podium) {
    this.podium = podium;
    this.stage = new Stage(podium.room);
    this.stepping = computed(() => podium.pending.value.some(({ command }) => STEPS.includes(command)));
  }

  /** The place whose text the keys run. */
  get keyed(): string | null {
    return keyedPlace(this.stage.places, this.podium.room.desk.value.screens ?? [], this.steered.value);
  }

  get onAir(): StaffQuestionView | null {
    return this.podium.room.onAir.value as StaffQuestionView | null;
  }

  question(number: number | null): StaffQuestionView | null {
    return this.podium.room.question(number) as StaffQuestionView | null;
  }

  placeName(place: string): string {
    return place === PANEL ? words().panel : this.podium.room.panellistName(place) || place;
  }

  show(section: Section): void {
    this.section.value = section;
    if (section !== "flow") this.beside.value = section;
  }

  /** Sends a command and says what became of it; whether it was taken. */
  async perform<Name extends CommandName>(
    command: Name,
    body: Commands[Name],
    said: string,
  ): Promise<boolean> {
    this.refusal.value = null;
    const outcome = await this.podium.perform(command, body).outcome;
    if (outcome.ok) announce(said);
    else {
      this.refusal.value = refusalSentence(outcome.code, outcome.retryAfter);
      announce(this.refusal.value);
    }
    return outcome.ok;
  }

  take(number: number): void {
    if (this.stepping.peek()) return;
    const instead = this.podium.room.stage.peek()?.on_air ?? null;
    void this.perform("air", { question: number, instead }, words().said.aired(number));
  }

  next(): void {
    const question = following(this.podium.room);
    if (question) this.take(question.number);
  }

  answered(): void {
    const { onAir } = this;
    if (onAir && !this.stepping.peek())
      void this.perform("answer", { question: onAir.number }, words().said.answered(onAir.number));
  }

  back(): void {
    const back = backOf(this.podium.room);
    if (!back || this.stepping.peek()) return;
    const { question, step } = back;
    void this.perform("undo", { question: question.number, step }, words().said.back(question.number));
  }

  /** What a granted request asked for, done on the stage. */
  async carryOut(offer: Offer): Promise<void> {
    if (this.stepping.peek()) return;
    const { question } = offer;
    if (offer.kind === "give") {
      const { to } = offer;
      if (await this.perform("enqueue", { question, queue: to }, words().said.given(this.placeName(to))))
        await this.perform("air", { question, instead: null }, words().said.given(this.placeName(to)));
      return;
    }
    const next = following(this.podium.room);
    const queue = this.question(question)?.queue ?? PANEL;
    if ((await this.perform("enqueue", { question, queue }, words().said.skipped(question))) && next)
      await this.perform("air", { question: next.number, instead: null }, words().said.aired(next.number));
  }

  async settle(request: number, granted: boolean): Promise<boolean> {
    return await this.perform("settlerequest", { request, granted }, words().said.settled(granted));
  }

  extend(clock: string, by: number): void {
    void this.perform("extendclock", { clock, by }, words().said.extended(by));
  }
}
