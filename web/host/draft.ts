import { effect, type Signal, signal } from "@preact/signals";
import type { Podium } from "../lib/podium";
import { edits, linesOf } from "../lib/script";
import type { Stage } from "../lib/stage";
import type { Code } from "../lib/wire.gen";
import { merged } from "./merge";

/** Keystrokes this close together travel together (milliseconds). */
const GATHERED = 250;

/**
 * The script of a place while the host writes in it. What is written reaches the speaker at once; what the speaker
 * changes meanwhile is kept.
 */
export class ScriptDraft {
  readonly text: Signal<string>;
  /** Why the last change was not taken. */
  readonly refusal = signal<Code | null>(null);
  /** Whether something written here is not with the server yet. */
  readonly open = signal(false);
  readonly #podium: Podium;
  readonly #stage: Stage;
  readonly #place: string;
  readonly #stop: () => void;
  /** The lines both sides knew last. */
  #known: readonly string[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;

  constructor(podium: Podium, stage: Stage, place: string) {
    this.#podium = podium;
    this.#stage = stage;
    this.#place = place;
    this.#known = stage.script(place).lines;
    this.text = signal(this.#known.join("\n"));
    this.#stop = effect(() => {
      const theirs = stage.script(place).lines;
      if (!this.#sending) this.#hear(theirs);
    });
  }

  write(text: string): void {
    this.text.value = text;
    this.refusal.value = null;
    this.open.value = true;
    if (this.#timer === undefined && !this.#sending) this.#timer = setTimeout(() => this.#send(), GATHERED);
  }

  /** Sends what is left and stops listening. */
  close(): void {
    this.#stop();
    if (this.open.peek() && !this.#sending) void this.#send();
  }

  #hear(theirs: readonly string[]): void {
    const mine = linesOf(this.text.peek());
    const both = merged(this.#known, mine, theirs);
    this.#known = theirs;
    if (both.join("\n") !== mine.join("\n")) this.text.value = both.join("\n");
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { lines, revision } = this.#stage.script(this.#place);
    this.#hear(lines);
    const wanted = linesOf(this.text.peek());
    this.#sending = true;
    const sent = edits(this.#place, revision, lines, wanted).map(
      (edit) => this.#podium.perform("editscript", edit).outcome,
    );
    const outcomes = await Promise.all(sent);
    this.#sending = false;
    const refused = outcomes.find((outcome) => !outcome.ok);
    if (!refused) this.#known = wanted;
    this.#hear(this.#stage.script(this.#place).lines);
    if (refused && !refused.ok && refused.code !== "changed_since") {
      this.refusal.value = refused.code;
      return;
    }
    const now = this.#stage.script(this.#place).lines.join("\n");
    this.open.value = linesOf(this.text.peek()).join("\n") !== now;
    // somebody was first, or more was written meanwhile
    if (this.open.peek()) this.#timer = setTimeout(() => this.#send(), GATHERED);
  }
}
