import { backOff } from "./backoff";
import type { Told } from "./room";
import type { Ack, Bye, ClientFrame, Code, Found, Hello, Pong, Refusal, ServerFrame } from "./wire.gen";

/**
 * How it stands, for people. stale: it was live and the last content stays, or it never came about, as behind a proxy
 * that lets no WebSocket through; it is tried again by itself.
 */
export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "stale"; readonly retryAt: number | null }
  | { readonly kind: "offline" }
  | { readonly kind: "ended"; readonly code: Code };

/** What has to be done outside because of what came in. */
export type Effect =
  | { readonly do: "open" }
  | { readonly do: "close" }
  | { readonly do: "send"; readonly frame: ClientFrame }
  | { readonly do: "tell"; readonly frame: Told }
  | { readonly do: "answer"; readonly frame: Ack | Refusal }
  | { readonly do: "found"; readonly frame: Found }
  | { readonly do: "device"; readonly token: string | null }
  | { readonly do: "shout" };

/** What hello says; asked anew for every attempt. */
export type Greeting = () => Omit<Hello, "type">;

const JOIN_TIMEOUT = 10_000;
/** After so many failures a page that was never joined no longer says that it is about to be. */
const HOPE = 3;
/** The first attempt after a cut waits so long at most. */
const SOON = 500;

/**
 * How soon a silent connection is asked whether it is still there, how long it has to answer, and how long at most the
 * next attempt waits when there is none; milliseconds.
 */
export interface Watch {
  readonly silence: number;
  readonly answer: number;
  readonly longest: number;
}

/** For everybody's pages. A prompter and a host have to know sooner. */
export const PATIENT: Watch = { silence: 15_000, answer: 5_000, longest: 15_000 };
export const ALERT: Watch = { silence: 2_000, answer: 2_500, longest: 2_500 };
/** A connection that lived this long was a good one: the next attempt comes soon again. */
const GOOD = 10_000;

type Phase = "waiting" | "opening" | "joining" | "joined" | "ended";

/**
 * The protocol of one page without a socket, a timer or a clock: what came in and when goes in, what has to be done
 * comes out. After each call, call `woke` at `wakeAt`.
 */
export class Connection {
  readonly #greeting: Greeting;
  readonly #random: () => number;
  readonly #watch: Watch;
  #phase: Phase = "waiting";
  #wakeAt: number | null = null;
  #online = true;
  #everJoined = false;
  #attempts = 0;
  #joinedAt = 0;
  /** What the server asked for when it sent us away. */
  #notBefore = 0;
  #pinged = false;
  #bye: Bye | null = null;
  #deviceForgotten = false;
  #offset: number | null = null;
  #roundTrip = Number.POSITIVE_INFINITY;
  #lastRoundTrip: number | null = null;
  #heardAt: number | null = null;

  /** random: numbers from 0 to 1, so that a thousand pages do not come back at the same moment. */
  constructor(greeting: Greeting, random: () => number, watch = PATIENT) {
    this.#greeting = greeting;
    this.#watch = watch;
    this.#random = random;
  }

  get joined(): boolean {
    return this.#phase === "joined";
  }

  /** When `woke` has to be called, null for never. */
  get wakeAt(): number | null {
    return this.#wakeAt;
  }

  /** What to add to the own clock to get the server's, in milliseconds. */
  get offset(): number {
    return this.#offset ?? 0;
  }

  /** When the server was last heard of, by the own clock. */
  get heardAt(): number | null {
    return this.#heardAt;
  }

  /** How long the last ping took there and back, in milliseconds. */
  get roundTrip(): number | null {
    return this.#lastRoundTrip;
  }

  get state(): ConnectionState {
    if (this.#phase === "ended") return { kind: "ended", code: this.#bye?.code ?? "malformed" };
    if (this.#phase === "joined") return { kind: "live" };
    if (!this.#online) return { kind: "offline" };
    if (!this.#everJoined && this.#attempts < HOPE) return { kind: "connecting" };
    return { kind: "stale", retryAt: this.#phase === "waiting" ? this.#wakeAt : null };
  }

  start(now: number): Effect[] {
    return this.#open(now);
  }

  opened(now: number): Effect[] {
    if (this.#phase !== "opening") return [];
    this.#phase = "joining";
    this.#wakeAt = now + JOIN_TIMEOUT;
    return [{ do: "send", frame: { type: "hello", ...this.#greeting() } }];
  }

  received(data: unknown, now: number): Effect[] {
    const frame = read(data);
    if (frame === null || this.#phase === "waiting" || this.#phase === "ended") return [];
    this.#pinged = false;
    this.#heardAt = now;
    if (this.#phase === "joined") this.#wakeAt = now + this.#watch.silence;
    switch (frame.type) {
      case "welcome":
        return [{ do: "tell", frame }, ...this.#join(frame.now, now)];
      case "event":
      case "tick":
        return [{ do: "tell", frame }];
      case "ack":
      case "refused":
        return [{ do: "answer", frame }];
      case "found":
        return [{ do: "found", frame }];
      case "device":
        return [{ do: "device", token: frame.token }];
      case "pong":
        this.#measure(frame, now);
        return [];
      case "shout":
        return [{ do: "shout" }];
      case "bye":
        return this.#farewell(frame);
      default:
        // a newer server may say more than this page understands
        return [];
    }
  }

  /** The socket is closed, by whomever. */
  closed(now: number): Effect[] {
    if (this.#phase === "ended" || this.#phase === "waiting") return [];
    if (this.#phase === "joined" && now - this.#joinedAt > GOOD) this.#attempts = 0;
    this.#phase = "waiting";
    this.#notBefore = now + (this.#bye?.retry_after ?? 0);
    this.#wakeAt = this.#notBefore + backOff(this.#attempts, this.#random(), SOON, this.#watch.longest);
    this.#attempts += 1;
    this.#bye = null;
    return [];
  }

  woke(now: number): Effect[] {
    if (this.#wakeAt === null || now < this.#wakeAt) return [];
    if (this.#phase === "waiting") return this.#open(now);
    if (this.#phase === "joined" && !this.#pinged) return this.#ping(now);
    return this.#giveUp(now);
  }

  /** The browser says whether it has a network. It is believed when it says yes, and checked when it says no. */
  network(online: boolean, now: number): Effect[] {
    this.#online = online;
    return this.#look(now);
  }

  /** Somebody looks at the page again; timers may have slept and the socket may be dead. */
  visible(now: number): Effect[] {
    return this.#look(now);
  }

  #look(now: number): Effect[] {
    if (this.#phase === "joined" && !this.#pinged) return this.#ping(now);
    return this.#phase === "waiting" && this.#online && now >= this.#notBefore ? this.#open(now) : [];
  }

  #open(now: number): Effect[] {
    this.#phase = "opening";
    this.#wakeAt = now + JOIN_TIMEOUT;
    return [{ do: "open" }];
  }

  #join(serverTime: number, now: number): Effect[] {
    this.#offset ??= serverTime - now;
    if (this.#phase === "joined") return [];
    this.#phase = "joined";
    this.#everJoined = true;
    this.#online = true;
    this.#joinedAt = now;
    this.#roundTrip = Number.POSITIVE_INFINITY;
    const ping = this.#ping(now);
    this.#wakeAt = now + this.#watch.silence;
    this.#pinged = false;
    return ping;
  }

  #ping(now: number): Effect[] {
    this.#pinged = true;
    this.#wakeAt = now + this.#watch.answer;
    return [{ do: "send", frame: { type: "ping", mark: now } }];
  }

  #measure(pong: Pong, now: number): void {
    const roundTrip = now - pong.mark;
    if (roundTrip >= 0) this.#lastRoundTrip = roundTrip;
    if (roundTrip < 0) return;
    // what was measured before lies outside what this answer allows: a clock was set
    const jumped =
      Math.abs(pong.now + roundTrip / 2 - now - this.offset) > roundTrip / 2 + this.#roundTrip / 2;
    if (roundTrip > this.#roundTrip && !jumped) return;
    this.#roundTrip = roundTrip;
    this.#offset = pong.now + roundTrip / 2 - now;
  }

  #giveUp(now: number): Effect[] {
    return [{ do: "close" }, ...this.closed(now)];
  }

  #farewell(bye: Bye): Effect[] {
    this.#bye = bye;
    const { device, token } = this.#greeting();
    if (bye.code === "token_invalid" && device && !token && !this.#deviceForgotten) {
      // the device's token is of no use any more, everybody may still watch
      this.#deviceForgotten = true;
      this.#bye = { ...bye, retry_after: 0 };
      return [{ do: "device", token: null }, { do: "close" }];
    }
    if (bye.retry_after === undefined || bye.retry_after === null) {
      this.#phase = "ended";
      this.#wakeAt = null;
    }
    return [{ do: "close" }];
  }
}

function read(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && "type" in frame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
