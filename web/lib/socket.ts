import { type ReadonlySignal, signal } from "@preact/signals";
import { Connection, type ConnectionState, type Effect, type Greeting, type Watch } from "./connection";
import { type ClientFrame, SUBPROTOCOL } from "./wire.gen";

/** What the rest of the page does with what the connection hears. */
export type Listener = (effect: Exclude<Effect, { do: "open" | "close" | "send" }>) => void;

/** A Connection on a WebSocket, timers, and what the browser says about network and attention. */
export class Socket {
  readonly #connection: Connection;
  readonly #listener: Listener;
  readonly #state = signal<ConnectionState>({ kind: "connecting" });
  readonly #left = new AbortController();
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly state: ReadonlySignal<ConnectionState> = this.#state;

  constructor(greeting: Greeting, listener: Listener, watch?: Watch) {
    this.#connection = new Connection(greeting, Math.random, watch);
    this.#listener = listener;
  }

  get joined(): boolean {
    return this.#connection.joined;
  }

  /** The server's time, milliseconds since the Unix epoch. */
  now(): number {
    return Date.now() + this.#connection.offset;
  }

  /** When the server was last heard of, by the own clock. */
  get heardAt(): number | null {
    return this.#connection.heardAt;
  }

  /** How long the last ping took there and back, in milliseconds. */
  get roundTrip(): number | null {
    return this.#connection.roundTrip;
  }

  start(): void {
    const { signal } = this.#left;
    const connection = this.#connection;
    addEventListener("online", () => this.#run(connection.network(true, Date.now())), { signal });
    addEventListener("offline", () => this.#run(connection.network(false, Date.now())), { signal });
    const look = () => {
      if (document.visibilityState === "visible") this.#run(connection.visible(Date.now()));
    };
    document.addEventListener("visibilitychange", look, { signal });
    // a page that comes back from the browser's back-forward cache has lost its socket
    addEventListener("pageshow", (event) => event.persisted && look(), { signal });
    this.#run(connection.start(Date.now()));
  }

  /** Send a frame if joined; false when it was not sent. */
  send(frame: ClientFrame): boolean {
    if (!this.joined || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Say hello anew, on a new connection. */
  reconnect(): void {
    this.#drop();
    this.#run(this.#connection.closed(Date.now()));
  }

  leave(): void {
    this.#left.abort();
    clearTimeout(this.#timer);
    this.#drop();
  }

  #run(effects: readonly Effect[]): void {
    this.#show();
    for (const effect of effects) this.#perform(effect);
    this.#show();
    clearTimeout(this.#timer);
    const { wakeAt } = this.#connection;
    if (wakeAt === null || this.#left.signal.aborted) return;
    this.#timer = setTimeout(
      () => this.#run(this.#connection.woke(Date.now())),
      Math.max(0, wakeAt - Date.now()),
    );
  }

  /** A state that says the same is not news. */
  #show(): void {
    const { state } = this.#connection;
    if (JSON.stringify(state) !== JSON.stringify(this.#state.peek())) this.#state.value = state;
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case "open":
        this.#open();
        break;
      case "close":
        this.#drop();
        this.#connection.closed(Date.now());
        break;
      case "send":
        this.#socket?.send(JSON.stringify(effect.frame));
        break;
      default:
        this.#listener(effect);
    }
  }

  #open(): void {
    this.#drop();
    const socket = new WebSocket(new URL("/ws", location.href.replace(/^http/, "ws")), SUBPROTOCOL);
    const mine = (step: () => readonly Effect[]) => () => {
      if (this.#socket === socket) this.#run(step());
    };
    socket.onopen = mine(() => this.#connection.opened(Date.now()));
    socket.onclose = mine(() => this.#connection.closed(Date.now()));
    socket.onmessage = (message) => mine(() => this.#connection.received(message.data, Date.now()))();
    this.#socket = socket;
  }

  /** Close without waiting for the other side, who may be gone. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
