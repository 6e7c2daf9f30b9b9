import { type ReadonlySignal, signal } from "@preact/signals";
import { parsed, type Storage } from "./storage";
import type { Ack, Code, CommandName, Commands, Do, Refusal } from "./wire.gen";

/** A command on its way: not yet sent, or sent and not yet answered. */
export interface Pending<Name extends CommandName = CommandName> {
  readonly id: string;
  readonly command: Name;
  readonly body: Commands[Name];
  /** When the person did it, milliseconds since the Unix epoch by the own clock. */
  readonly since: number;
}

/** What became of a command. retryAfter: milliseconds after which the same may succeed. */
export type Outcome =
  | { readonly ok: true; readonly seq: number; readonly question: number | null }
  | { readonly ok: false; readonly code: Code; readonly retryAfter: number | null };

export interface Settled {
  readonly pending: Pending;
  readonly outcome: Outcome;
}

/** These say "not now": the command stays and is sent again, nobody has to do anything. */
const TRANSIENT: ReadonlySet<Code> = new Set([
  "device_needed",
  "too_fast",
  "busy",
  "shutting_down",
  "storage_full",
  "storage_busy",
  "storage_unavailable",
]);
const PAUSE = 2_000;
const ANSWER_TIMEOUT = 10_000;
const DAY = 86_400_000;

/**
 * Commands wait here until the server has answered them, over reloads and cuts. Each is kept under a key of its own, so
 * that two tabs do not undo each other. One at a time is on its way: order survives refusals, and one that is sent
 * again has the same id, so it happens once.
 */
export class Outbox {
  readonly #storage: Storage;
  readonly #prefix: string;
  readonly #newId: () => string;
  readonly #pending = signal<readonly Pending[]>([]);
  #sentAt: number | null = null;
  #notBefore = 0;

  readonly pending: ReadonlySignal<readonly Pending[]> = this.#pending;

  /** scope: room and role. Commands of another day are dropped: nobody expects them any more. */
  constructor(storage: Storage, scope: string, newId: () => string, now: number) {
    this.#storage = storage;
    this.#prefix = `outbox/${scope}/`;
    this.#newId = newId;
    this.#pending.value = this.#stored(now);
  }

  add<Name extends CommandName>(command: Name, body: Commands[Name], now: number): Pending<Name> {
    const pending: Pending<Name> = { id: this.#newId(), command, body, since: now };
    this.#storage.set(this.#prefix + pending.id, JSON.stringify(pending));
    this.#pending.value = [...this.#pending.peek(), pending];
    return pending;
  }

  /** The frame to send now, null when nothing waits, one is on its way, or it is too early. */
  next(now: number): Do | null {
    const [first] = this.#pending.peek();
    const onItsWay = this.#sentAt !== null && now < this.#sentAt + ANSWER_TIMEOUT;
    if (first === undefined || onItsWay || now < this.#notBefore) return null;
    this.#sentAt = now;
    return { type: "do", id: first.id, command: first.command, body: first.body };
  }

  /** When to ask `next` again though nothing came in, null for never. */
  get wakeAt(): number | null {
    if (this.#pending.peek().length === 0) return null;
    return Math.max(this.#notBefore, this.#sentAt === null ? 0 : this.#sentAt + ANSWER_TIMEOUT);
  }

  /** The connection is gone or new: what was on its way has to be sent again. */
  reconnected(): void {
    this.#sentAt = null;
    this.#notBefore = 0;
  }

  /** Takes an answer; null when it is not final or for none of ours. */
  answered(frame: Ack | Refusal, now: number): Settled | null {
    const pending = this.#pending.peek().find(({ id }) => id === frame.id);
    if (pending === undefined) return null;
    this.#sentAt = null;
    if (frame.type === "refused" && TRANSIENT.has(frame.code)) {
      this.#notBefore = now + (frame.retry_after ?? PAUSE);
      return null;
    }
    this.#storage.remove(this.#prefix + pending.id);
    this.#pending.value = this.#pending.peek().filter((other) => other !== pending);
    const outcome: Outcome =
      frame.type === "ack"
        ? { ok: true, seq: frame.seq, question: frame.question ?? null }
        : { ok: false, code: frame.code, retryAfter: frame.retry_after ?? null };
    return { pending, outcome };
  }

  #stored(now: number): readonly Pending[] {
    const found: Pending[] = [];
    for (const key of this.#storage.keys().filter((key) => key.startsWith(this.#prefix))) {
      const pending = parsed<Pending>(this.#storage.get(key));
      if (pending !== null && now - pending.since < DAY) found.push(pending);
      else this.#storage.remove(key);
    }
    return found.sort((one, other) => one.since - other.since);
  }
}

/** 128 random bits. Not crypto.randomUUID: that is missing on plain http, where a first trial runs. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
