import { signal } from "@preact/signals";
import { announce } from "../lib/a11y";
import { messages } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { refusalSentence } from "../lib/sentences";
import { Stage } from "../lib/stage";
import { type CommandName, type Commands, PANEL } from "../lib/wire.gen";
import type { CueSender } from "../stage/cueing";
import { words as ofPage } from "./words";

const words = messages(
  {
    admitted: {
      open: "Fragen sind offen.",
      paused: "Fragen sind pausiert.",
      closed: "Fragen sind geschlossen.",
    },
    before: "Die Moderation liest jede Frage, bevor alle sie sehen.",
    after: "Neue Fragen sehen alle sofort.",
    transcribed: (n: number) => `Die Frage aus dem Saal hat die Nummer ${n}.`,
    watched: "Die Wortliste ist gespeichert.",
    blocked: (n: number) => `Gerät ${n} ist gesperrt.`,
    unblocked: (n: number) => `Gerät ${n} ist nicht mehr gesperrt.`,
    granted: "Gewährt.",
    refused: "Abgelehnt.",
  },
  {
    admitted: {
      open: "Questions are open.",
      paused: "Questions are paused.",
      closed: "Questions are closed.",
    },
    before: "A moderator reads each question before everybody sees it.",
    after: "Everybody sees new questions at once.",
    transcribed: (n: number) => `The question from the hall is number ${n}.`,
    watched: "The list of words is saved.",
    blocked: (n: number) => `Device ${n} is blocked.`,
    unblocked: (n: number) => `Device ${n} is not blocked any more.`,
    granted: "Granted.",
    refused: "Refused.",
  },
);

/** What was done here last, and the way back. */
export interface Done {
  readonly said: string;
  readonly back: () => void;
}

/** Steps that concern the whole room, not one question. Each says whether it came about. */
export class House implements CueSender {
  readonly podium: Podium;
  readonly stage: Stage;
  readonly #onDone: (done: Done | null) => void;
  /** The room's dialog, the form for questions from the hall, the cues, or none of them. */
  readonly open = signal<"room" | "hall" | "cues" | null>(null);
  /** Why the last step did not come about. */
  readonly refusal = signal<string | null>(null);
  readonly targets = signal<readonly string[]>([]);
  readonly draft = signal("");

  constructor(podium: Podium, onDone: (done: Done | null) => void) {
    this.podium = podium;
    this.stage = new Stage(podium.room);
    this.#onDone = onDone;
  }

  /** Opens a dialog; what another one was refused is not said there. */
  show(dialog: "room" | "hall" | "cues"): void {
    this.refusal.value = null;
    this.open.value = dialog;
  }

  admit(body: Commands["admit"]): Promise<boolean> {
    return this.#perform("admit", body, () => words().admitted[body.intake]);
  }

  premoderate(on: boolean): Promise<boolean> {
    return this.#perform("premoderate", { on }, () => (on ? words().before : words().after));
  }

  transcribe(body: Commands["transcribe"]): Promise<boolean> {
    return this.#perform("transcribe", body, (number) => words().transcribed(number ?? 0));
  }

  watch(list: readonly string[]): Promise<boolean> {
    return this.#perform("watch", { words: list }, () => words().watched);
  }

  async block(device: number): Promise<void> {
    if (!(await this.#perform("block", { device }, () => words().blocked(device)))) return;
    this.#onDone({ said: words().blocked(device), back: () => this.unblock(device) });
  }

  async unblock(device: number): Promise<void> {
    if (await this.#perform("unblock", { device }, () => words().unblocked(device))) this.#onDone(null);
  }

  /** Answers a speaker's request. */
  settle(request: number, granted: boolean): Promise<boolean> {
    return this.#perform("settlerequest", { request, granted }, () =>
      granted ? words().granted : words().refused,
    );
  }

  placeName(place: string): string {
    return place === PANEL ? ofPage().panel : this.podium.room.panellistName(place) || place;
  }

  perform<Name extends CommandName>(command: Name, body: Commands[Name], said: string): Promise<boolean> {
    return this.#perform(command, body, () => said);
  }

  async #perform<Name extends CommandName>(
    command: Name,
    body: Commands[Name],
    said: (question: number | null) => string,
  ): Promise<boolean> {
    this.refusal.value = null;
    const outcome = await this.podium.perform(command, body).outcome;
    const sentence = outcome.ok ? said(outcome.question) : refusalSentence(outcome.code, outcome.retryAfter);
    if (!outcome.ok) this.refusal.value = sentence;
    announce(sentence);
    return outcome.ok;
  }
}
