import { backOff } from "../backoff";

/** Whoever lost the way tries often, for it may be back any moment; whoever was refused leaves the server in peace. */
const LONGEST_WHEN_LOST = 4_000;
const LONGEST_WHEN_REFUSED = 20_000;
const SOON = 300;

/** When to try again: later each time and spread by chance; at once when the network is back or the page is seen again. */
export class Comeback {
  #attempts = 0;
  #waiting = new AbortController();

  /**
   * Calls `again` once, unless called off. refusedFor: milliseconds the server asked to wait, null when it did not answer;
   * up to half as long is added, for it asked a thousand pages at the same moment.
   */
  plan(again: () => void, refusedFor: number | null): number {
    const longest = refusedFor === null ? LONGEST_WHEN_LOST : LONGEST_WHEN_REFUSED;
    const asked = (refusedFor ?? 0) * (1 + Math.random() / 2);
    const pause = Math.max(asked, backOff(this.#attempts, Math.random(), 500, longest));
    this.#attempts += 1;
    this.#wait(again, pause, refusedFor === null);
    return pause;
  }

  /** There is something to come for; everybody else hears it at the same moment. */
  soon(again: () => void): void {
    this.#wait(again, Math.random() * SOON, false);
  }

  callOff(): void {
    this.#waiting.abort();
  }

  /** It went well: the next failure is a first one. */
  succeeded(): void {
    this.#attempts = 0;
  }

  #wait(again: () => void, pause: number, eager: boolean): void {
    this.callOff();
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    const now = () => {
      this.callOff();
      again();
    };
    const timer = setTimeout(now, pause);
    signal.addEventListener("abort", () => clearTimeout(timer));
    if (!eager) return;
    addEventListener("online", now, { signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "visible") now();
      },
      { signal },
    );
  }
}
