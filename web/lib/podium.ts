import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { ConnectionState, Watch } from "./connection";
import { deviceStore } from "./device";
import { suggestLanguage } from "./i18n";
import type { Link } from "./link";
import { Outbox, type Outcome, type Pending, randomId, type Settled } from "./outbox";
import { Room } from "./room";
import { type Listener, Socket } from "./socket";
import { lasting } from "./storage";
import type { Ack, ClientFrame, CommandName, Commands, Found, Refusal } from "./wire.gen";

export interface Performed {
  readonly id: string;
  /** Settles when the server has answered, however long that takes. */
  readonly outcome: Promise<Outcome>;
}

const ENROL_PAUSE = 2_000;

/** A page's whole tie to its room. */
export interface Podium {
  readonly room: Room;
  readonly connection: ReadonlySignal<ConnectionState>;
  readonly pending: ReadonlySignal<readonly Pending[]>;
  /** The command that was answered last, also one from before a reload. */
  readonly settled: ReadonlySignal<Settled | null>;
  perform<Name extends CommandName>(command: Name, body: Commands[Name]): Performed;
  /** Send a frame that wants no answer; false when it was not sent, now or ever. */
  send(frame: ClientFrame): boolean;
  /** The last answer to a `seek`: public questions that ask the same as what somebody writes. */
  readonly found: ReadonlySignal<Found | null>;
  /** The server's time, milliseconds since the Unix epoch. */
  now(): number;
  /** How long the last ping took there and back, in milliseconds. */
  readonly roundTrip: number | null;
  /** When the server was last heard of, by the own clock; null before that. */
  readonly heardAt: number | null;
  leave(): void;
}

export interface JoinOptions {
  readonly watch?: Watch;
  /** The host asks which display this is. */
  readonly shout?: () => void;
}

/** Connects a page with its room; from then on everything comes back by itself. */
export function joinRoom(link: Link, { watch, shout }: JoinOptions = {}): Podium {
  const device = deviceStore();
  const room = new Room();
  // two screens on one device stand for two people
  const page = link.panellist === null ? link.page : `${link.page}.${link.panellist}`;
  const outbox = new Outbox(lasting, `${link.room}/${page}`, randomId, Date.now());
  const settled = signal<Settled | null>(null);
  const found = signal<Found | null>(null);
  const waiting = new Map<string, (outcome: Outcome) => void>();
  let enrolling = false;
  let enrolNotBefore = 0;
  /** The device token by which this connection is known. */
  let identity: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const greeting = () => {
    const known = device.read();
    identity = known;
    return {
      room: link.room,
      ...(link.token === null ? {} : { token: link.token }),
      ...(known === null ? {} : { device: known }),
      ...(room.seq === null ? {} : { since: room.seq }),
    };
  };

  const flush = (): void => {
    clearTimeout(timer);
    if (!socket.joined || outbox.wakeAt === null) return;
    if (link.token === null && device.read() === null) {
      enrol();
      return;
    }
    const frame = outbox.next(Date.now());
    if (frame !== null) socket.send(frame);
    flushAt(outbox.wakeAt);
  };

  const flushAt = (at: number): void => {
    timer = setTimeout(flush, Math.max(0, at - Date.now()));
  };

  const enrol = (): void => {
    if (enrolling) return;
    if (Date.now() < enrolNotBefore) flushAt(enrolNotBefore);
    else enrolling = socket.send({ type: "enrol" });
  };

  /** The server does not know who we are: another tab may have enrolled this device, else it has to be done anew. */
  const identify = (): void => {
    if (device.read() === identity) device.forget();
    else socket.reconnect();
  };

  const answer = (frame: Ack | Refusal): void => {
    if (frame.type === "refused" && frame.id === "" && enrolling) {
      enrolling = false;
      enrolNotBefore = Date.now() + (frame.retry_after ?? ENROL_PAUSE);
      return;
    }
    if (frame.type === "refused" && frame.code === "device_needed" && link.token === null) identify();
    const result = outbox.answered(frame, Date.now());
    if (result === null) return;
    batch(() => {
      if (result.pending.command === "vote" && !result.outcome.ok) {
        const { question, support } = result.pending.body as Commands["vote"];
        room.support(question, !support);
      }
      settled.value = result;
    });
    waiting.get(result.pending.id)?.(result.outcome);
    waiting.delete(result.pending.id);
  };

  const listener: Listener = (effect) => {
    switch (effect.do) {
      case "tell":
        room.apply(effect.frame);
        if (effect.frame.type === "welcome") {
          // what the server counts does not know yet what waits here
          for (const { command, body } of outbox.pending.peek())
            if (command === "vote") support(body as Commands["vote"]);
        }
        break;
      case "device":
        enrolling = false;
        identity = effect.token;
        if (effect.token === null) device.forget();
        else device.keep(effect.token);
        break;
      case "answer":
        answer(effect.frame);
        break;
      case "shout":
        shout?.();
        break;
      case "found":
        found.value = effect.frame;
        break;
    }
    flush();
  };

  const support = (vote: Commands["vote"]) => room.support(vote.question, vote.support);
  const socket = new Socket(greeting, listener, watch);

  const live = computed(() => socket.state.value.kind === "live");
  const stopWatching = [
    effect(() => {
      if (!live.value) return;
      enrolling = false;
      outbox.reconnected();
      flush();
    }),
    effect(() => {
      const about = room.about.value;
      if (about) suggestLanguage(about.language);
    }),
  ];
  socket.start();

  return {
    room,
    connection: socket.state,
    pending: outbox.pending,
    settled,
    found,
    perform(command, body) {
      const { id } = outbox.add(command, body, Date.now());
      if (command === "vote") support(body as Commands["vote"]);
      const outcome = new Promise<Outcome>((resolve) => waiting.set(id, resolve));
      flush();
      return { id, outcome };
    },
    send: (frame) => socket.send(frame),
    now: () => socket.now(),
    get heardAt() {
      return socket.heardAt;
    },
    get roundTrip() {
      return socket.roundTrip;
    },
    leave() {
      clearTimeout(timer);
      for (const stop of stopWatching) stop();
      socket.leave();
    },
  };
}
