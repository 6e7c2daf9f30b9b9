import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { joinRoom, type Podium } from "./podium";
import type { ClientFrame, ServerFrame } from "./wire.gen";

/** The server's side of every socket the page opened, newest last. */
const sockets: FakeSocket[] = [];

class FakeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  readonly got: ClientFrame[] = [];

  constructor() {
    sockets.push(this);
  }

  send(data: string) {
    this.got.push(JSON.parse(data) as ClientFrame);
  }

  close() {
    this.readyState = 3;
  }

  say(frame: ServerFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  welcome() {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
    this.say({
      type: "welcome",
      room: "ulm",
      role: "attendee",
      panellist: null,
      now: Date.now(),
      seq: 3,
      complete: true,
      entities: {},
      drop: [],
      votes: {},
      voted: [],
      attending: 1,
      viewers: {},
      limits: {
        frame: 16_384,
        frames: 10,
        text: 600,
        name: 80,
        affiliation: 120,
        device_questions: 4,
        room_questions: 600,
        window: 60_000,
      },
      desk: null,
    });
  }

  cut() {
    this.readyState = 3;
    this.onclose?.();
  }

  get commands() {
    return this.got.filter((frame) => frame.type === "do");
  }
}

const LINK = { page: "r", room: "ulm", panellist: null, token: null };
const QUESTION = { text: "Wann kommt das Licht?", language: "de" };

let podium: Podium;

const page = () => {
  podium = joinRoom(LINK);
  return socket();
};

const socket = () => {
  const last = sockets.at(-1);
  if (!last) throw new Error("no socket was opened");
  return last;
};

/** The next socket, once the page has come back. */
const again = () => {
  const count = sockets.length;
  while (sockets.length === count) vi.advanceTimersToNextTimer();
  return socket();
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  localStorage.clear();
  localStorage.setItem("podium.device", "device-token");
});

afterEach(() => {
  podium.leave();
  sockets.length = 0;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("asks a question once, though the connection was cut before the answer", async () => {
  const first = page();
  first.welcome();
  const { id, outcome } = podium.perform("ask", QUESTION);
  expect(first.commands.map((frame) => frame.id)).toEqual([id]);
  first.cut();
  const second = again();
  second.welcome();
  expect(second.commands.map((frame) => frame.id)).toEqual([id]);
  second.say({ type: "ack", id, seq: 4, question: 57 });
  expect(await outcome).toEqual({ ok: true, seq: 4, question: 57 });
  second.cut();
  const third = again();
  third.welcome();
  expect(third.commands).toEqual([]);
});

it("sends after a reload what was not answered before", () => {
  page();
  const { id } = podium.perform("ask", QUESTION);
  podium.leave();
  const after = page();
  after.welcome();
  expect(after.commands.map((frame) => frame.id)).toEqual([id]);
  after.say({ type: "ack", id, seq: 4, question: 57 });
  expect(podium.settled.value?.outcome).toEqual({ ok: true, seq: 4, question: 57 });
  expect(podium.pending.value).toEqual([]);
});

it("resumes from the number it has seen", () => {
  const first = page();
  first.welcome();
  first.say({ type: "tick", seq: 12, now: 0, attending: 1 });
  first.cut();
  const second = again();
  second.readyState = FakeSocket.OPEN;
  second.onopen?.();
  expect(second.got[0]).toMatchObject({ type: "hello", since: 12, device: "device-token" });
});

it("enrols this device before its first question, once", () => {
  localStorage.clear();
  const server = page();
  server.welcome();
  const { id } = podium.perform("ask", QUESTION);
  podium.perform("vote", { question: 1, support: true });
  expect(server.got.filter((frame) => frame.type === "enrol")).toHaveLength(1);
  expect(server.commands).toEqual([]);
  server.say({ type: "device", token: "fresh" });
  expect(localStorage.getItem("podium.device")).toBe("fresh");
  expect(server.commands.map((frame) => frame.id)).toEqual([id]);
});

it("enrols again when that was too fast", () => {
  localStorage.clear();
  const server = page();
  server.welcome();
  podium.perform("ask", QUESTION);
  server.say({ type: "refused", id: "", code: "too_fast", retry_after: 500 });
  expect(server.got.filter((frame) => frame.type === "enrol")).toHaveLength(1);
  vi.advanceTimersByTime(500);
  expect(server.got.filter((frame) => frame.type === "enrol")).toHaveLength(2);
});

it("enrols anew when the server does not know the device", () => {
  const server = page();
  server.welcome();
  const { id } = podium.perform("ask", QUESTION);
  server.say({ type: "refused", id, code: "device_needed" });
  server.say({ type: "device", token: "fresh" });
  vi.advanceTimersByTime(5_000);
  expect(server.commands.map((frame) => frame.id)).toEqual([id, id]);
});

it("takes the identity that another tab has got for this device", () => {
  localStorage.clear();
  const first = page();
  first.welcome();
  localStorage.setItem("podium.device", "of-the-other-tab");
  const { id } = podium.perform("ask", QUESTION);
  first.say({ type: "refused", id, code: "device_needed" });
  const second = again();
  second.welcome();
  expect(second.got[0]).toMatchObject({ type: "hello", device: "of-the-other-tab" });
  expect(second.commands.map((frame) => frame.id)).toEqual([id]);
});

it("shows the own vote at once and takes it back when it is refused", () => {
  const server = page();
  server.welcome();
  const { id } = podium.perform("vote", { question: 9, support: true });
  expect(podium.room.voted.value.has(9)).toBe(true);
  server.say({ type: "refused", id, code: "unknown_question" });
  expect(podium.room.voted.value.has(9)).toBe(false);
});

it("a vote that still waits survives the snapshot of a new connection", () => {
  const first = page();
  first.welcome();
  podium.perform("vote", { question: 9, support: true });
  first.cut();
  again().welcome();
  expect(podium.room.voted.value.has(9)).toBe(true);
});

it("sends a command again when the server was busy", () => {
  const server = page();
  server.welcome();
  const { id } = podium.perform("ask", QUESTION);
  server.say({ type: "refused", id, code: "busy", retry_after: 1_000 });
  expect(server.commands).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(server.commands.map((frame) => frame.id)).toEqual([id, id]);
});

it("a hundred sockets lost between question and answer leave a hundred questions with their numbers", async () => {
  // the server: durable by id, in the order of arrival, whether or not the answer gets through
  const numbers = new Map<string, number>();
  const take = (server: FakeSocket) => {
    for (const { id } of server.commands) if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
  };
  let server = page();
  server.welcome();
  for (let turn = 1; turn <= 100; turn += 1) {
    const { id, outcome } = podium.perform("ask", { text: `Frage ${turn}?`, language: "de" });
    take(server);
    server.cut();
    server = again();
    server.welcome();
    take(server);
    expect(server.commands.map((frame) => frame.id)).toEqual([id]);
    server.say({ type: "ack", id, seq: turn, question: numbers.get(id) ?? null });
    expect(await outcome).toEqual({ ok: true, seq: turn, question: turn });
  }
  expect(numbers.size).toBe(100);
  expect(podium.pending.value).toEqual([]);
});
