import { type ReadonlySignal, signal } from "@preact/signals";

/** What staff may know of a feed; see "How a feed is" in docs/PROTOCOL.md. Null: nobody can tell. */
export interface FeedReport {
  readonly name: string;
  readonly live: boolean;
  readonly viewers: number;
  readonly speaking: boolean;
  readonly warnings: readonly FeedWarning[];
  readonly live_seconds?: number;
  readonly round_trip?: number | null;
  readonly video?: VideoReport | null;
  readonly audio?: AudioReport | null;
}

export interface VideoReport {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly profile: string;
  readonly level: string;
  readonly announced: string;
  readonly frame_rate: number;
  readonly bitrate: number;
  readonly key_frame_interval: number | null;
  readonly since_key_frame: number | null;
  readonly loss: number;
}

export interface AudioReport {
  readonly codec: string;
  readonly bitrate: number;
  readonly level: number | null;
  readonly loss: number;
}

export type WarningCode =
  | "no_picture"
  | "no_sound"
  | "silent"
  | "loss"
  | "low_frame_rate"
  | "b_frames"
  | "profile_mismatch"
  | "no_key_frame";

export interface FeedWarning {
  readonly code: WarningCode;
  readonly value: number | string | null;
}

const PAUSE = 2_000;
/** Figures of a server that no longer answers say nothing; an answer or two may get lost. */
const MOST_MISSED = 3;

/** Asks the server how the feeds of a room are, again and again while somebody looks. */
export class FeedReports {
  readonly #url: string;
  readonly #token: string;
  readonly #feeds = signal<readonly FeedReport[] | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #missed = 0;

  /** Null before the first answer, and when none comes any more. */
  readonly feeds: ReadonlySignal<readonly FeedReport[] | null> = this.#feeds;

  constructor(room: string, token: string) {
    this.#url = `/api/rooms/${encodeURIComponent(room)}/feeds`;
    this.#token = token;
  }

  start(): void {
    if (this.#timer === undefined) this.#again(0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#missed = 0;
    this.#feeds.value = null;
  }

  #again(pause: number): void {
    const timer = setTimeout(async () => {
      if (document.visibilityState === "visible") await this.#ask();
      if (this.#timer === timer) this.#again(PAUSE);
    }, pause);
    this.#timer = timer;
  }

  async #ask(): Promise<void> {
    const timer = this.#timer;
    const options = {
      headers: { Authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(PAUSE),
    };
    const answer = await fetch(this.#url, options)
      .then((response) => (response.ok ? response.json() : null))
      .catch(() => null);
    if (this.#timer !== timer) return; // stopped meanwhile
    this.#missed = answer === null ? this.#missed + 1 : 0;
    if (answer !== null) this.#feeds.value = answer.feeds;
    else if (this.#missed >= MOST_MISSED) this.#feeds.value = null;
  }
}
