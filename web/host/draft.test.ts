import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Outcome } from "../lib/outbox";
import type { Podium } from "../lib/podium";
import { Room } from "../lib/room";
import { Stage } from "../lib/stage";
import type { EditScript, Event, Welcome } from "../lib/wire.gen";
import { ScriptDraft } from "./draft";

/** A server that keeps one script, decides as the real one does, and tells the room before it answers. */
class Server {
  readonly room = new Room();
  lines: readonly string[] = ["Guten Tag", "Danke"];
  revision = 1;
  /** What somebody else does right before the next edit is decided. */
  meanwhile: (() => void) | null = null;
  refuse = false;

  constructor() {
    const welcome = { type: "welcome", seq: 1, complete: true, drop: [], votes: {}, voted: [], attending: 0 };
    this.room.apply({
      ...welcome,
      viewers: {},
      entities: { "script/ulm": this.script },
    } as unknown as Welcome);
  }

  get script() {
    return { lines: this.lines, revision: this.revision };
  }

  change(lines: readonly string[]): void {
    this.lines = lines;
    this.revision += 1;
    this.room.apply({
      type: "event",
      seq: this.revision,
      put: { "script/ulm": this.script },
    } as unknown as Event);
  }

  perform = (_: string, edit: EditScript): { outcome: Promise<Outcome> } => {
    this.meanwhile?.();
    this.meanwhile = null;
    if (this.refuse) return refused("text_too_long");
    if (edit.revision !== this.revision) return refused("changed_since");
    const { line, removed, inserted } = edit;
    this.change([...this.lines.slice(0, line), ...inserted, ...this.lines.slice(line + removed)]);
    return { outcome: Promise.resolve({ ok: true, seq: 1, question: null } as unknown as Outcome) };
  };
}

const refused = (code: string) => ({
  outcome: Promise.resolve({ ok: false, code, retryAfter: null } as unknown as Outcome),
});

const opened = () => {
  const server = new Server();
  const draft = new ScriptDraft(server as unknown as Podium, new Stage(server.room), "ulm");
  return { server, draft };
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what is written is with the server a moment later", async () => {
  const { server, draft } = opened();
  draft.write("Guten Abend\nDanke");
  expect(draft.open.value).toBe(true);
  await vi.runAllTimersAsync();
  expect(server.lines).toEqual(["Guten Abend", "Danke"]);
  expect(draft.open.value).toBe(false);
});

test("what the speaker changes appears in the text", () => {
  const { server, draft } = opened();
  server.change(["Guten Tag", "Vielen Dank"]);
  expect(draft.text.value).toBe("Guten Tag\nVielen Dank");
});

test("two people write at once and both texts stay", async () => {
  const { server, draft } = opened();
  draft.write("Guten Abend\nDanke");
  server.meanwhile = () => server.change(["Guten Tag", "Danke", "Auf Wiedersehen"]);
  await vi.runAllTimersAsync();
  expect(server.lines).toEqual(["Guten Abend", "Danke", "Auf Wiedersehen"]);
  expect(draft.text.value).toBe("Guten Abend\nDanke\nAuf Wiedersehen");
  expect(draft.open.value).toBe(false);
});

test("what is refused stays in the field, with the reason, and is not tried for ever", async () => {
  const { server, draft } = opened();
  server.refuse = true;
  draft.write("Guten Abend\nDanke");
  await vi.runAllTimersAsync();
  expect(draft.refusal.value).toBe("text_too_long");
  expect(draft.text.value).toBe("Guten Abend\nDanke");
});

test("closing sends what is left", () => {
  const { server, draft } = opened();
  draft.write("Guten Abend\nDanke");
  draft.close();
  expect(server.lines).toEqual(["Guten Abend", "Danke"]);
});
