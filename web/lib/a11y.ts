import type { Signal } from "@preact/signals";
import { remembered } from "./storage";

/** Whether the person wants no summaries of what happens around them; results of own actions are always said. */
export const quiet: Signal<boolean> = remembered("quiet", false);

const SUMMARY_PAUSE = 12_000;
const SAY_AGAIN_PAUSE = 150;

/**
 * Says things through one `role="status"` element that stands in the page from the start. Results of the person's own
 * action are said at once; summaries wait, and only the last of each kind is said.
 */
export class Announcer {
  readonly #element: Element;
  readonly #waiting = new Map<string, string>();
  #said: ReturnType<typeof setTimeout> | undefined;
  #summary: ReturnType<typeof setTimeout> | undefined;

  constructor(element: Element) {
    this.#element = element;
  }

  announce(text: string): void {
    // screen readers say a change, so the same sentence twice needs an empty moment between
    this.#element.textContent = "";
    clearTimeout(this.#said);
    this.#said = setTimeout(() => {
      this.#element.textContent = text;
    }, SAY_AGAIN_PAUSE);
  }

  summarise(key: string, text: string): void {
    this.#waiting.set(key, text);
    this.#summary ??= setTimeout(() => {
      this.#summary = undefined;
      const text = [...this.#waiting.values()].join(" ");
      this.#waiting.clear();
      if (!quiet.peek()) this.announce(text);
    }, SUMMARY_PAUSE);
  }
}

let announcer: Announcer | undefined;

/** Every page brings `<div id="status" role="status" aria-atomic="true" class="visually-hidden">` in its HTML. */
function ofPage(): Announcer {
  announcer ??= new Announcer(document.getElementById("status") ?? document.createElement("div"));
  return announcer;
}

/** Say the result of the person's own action now. */
export function announce(text: string): void {
  ofPage().announce(text);
}

/** Say what happened around the person, at most one summary every 12 seconds; the last sentence of a key wins. */
export function summarise(key: string, text: string): void {
  ofPage().summarise(key, text);
}
