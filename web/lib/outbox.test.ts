import { expect, it } from "vitest";
import { Outbox } from "./outbox";
import { MemoryStorage } from "./storage";
import type { Code } from "./wire.gen";

const SCOPE = "digitales-podium/r";

function outbox(storage = new MemoryStorage(), scope = SCOPE, now = 0) {
  let last = 0;
  return new Outbox(storage, scope, () => `command-${scope}-${++last}`, now);
}

const ask = (text: string) => ({ text, language: "de" });
const ack = (id: string, question?: number) =>
  ({ type: "ack", id, seq: 1, ...(question ? { question } : {}) }) as const;
const refused = (id: string, code: Code, retry_after?: number) =>
  ({ type: "refused", id, code, ...(retry_after ? { retry_after } : {}) }) as const;

it("gives one command at a time, in the order they were done", () => {
  const box = outbox();
  const first = box.add("ask", ask("Wann?"), 0);
  const second = box.add("vote", { question: 3, support: true }, 1);
  expect(box.next(2)).toEqual({ type: "do", id: first.id, command: "ask", body: ask("Wann?") });
  expect(box.next(2)).toBeNull();
  box.answered(ack(first.id, 57), 3);
  expect(box.next(3)?.id).toBe(second.id);
});

it("says what became of a command", () => {
  const box = outbox();
  const asked = box.add("ask", ask("Wann?"), 0);
  box.next(0);
  expect(box.answered(ack(asked.id, 57), 1)).toEqual({
    pending: asked,
    outcome: { ok: true, seq: 1, question: 57 },
  });
  expect(box.pending.value).toEqual([]);
});

it("sends the same id again after a cut between sending and the answer", () => {
  const box = outbox();
  const asked = box.add("ask", ask("Wann?"), 0);
  expect(box.next(0)?.id).toBe(asked.id);
  box.reconnected();
  expect(box.next(1)?.id).toBe(asked.id);
});

it("keeps what is unanswered over a reload, and nothing that was answered", () => {
  const storage = new MemoryStorage();
  const before = outbox(storage);
  const answered = before.add("ask", ask("Eins"), 0);
  const open = before.add("ask", ask("Zwei"), 1);
  before.next(1);
  before.answered(ack(answered.id, 1), 2);
  const after = outbox(storage, SCOPE, 1000);
  expect(after.pending.value).toEqual([open]);
  expect(after.next(1000)?.id).toBe(open.id);
});

it("leaves the commands of another room or role alone", () => {
  const storage = new MemoryStorage();
  outbox(storage, "other/r").add("ask", ask("Wann?"), 0);
  expect(outbox(storage).pending.value).toEqual([]);
});

it("forgets the commands of another day", () => {
  const storage = new MemoryStorage();
  outbox(storage).add("ask", ask("Gestern"), 0);
  expect(outbox(storage, SCOPE, 2 * 86_400_000).pending.value).toEqual([]);
  expect(storage.keys()).toEqual([]);
});

it("two tabs do not undo each other", () => {
  const storage = new MemoryStorage();
  const one = outbox(storage);
  const asked = one.add("ask", ask("Wann?"), 0);
  const other = new Outbox(storage, SCOPE, () => "other", 0);
  other.add("vote", { question: 1, support: true }, 1);
  one.answered(ack(asked.id), 2);
  expect(outbox(storage).pending.value.map(({ id }) => id)).toEqual(["other"]);
});

it("waits as long as the server asks when it is busy, then sends the same again", () => {
  const box = outbox();
  const asked = box.add("ask", ask("Wann?"), 0);
  box.next(0);
  expect(box.answered(refused(asked.id, "busy", 3000), 100)).toBeNull();
  expect(box.next(3099)).toBeNull();
  expect(box.wakeAt).toBe(3100);
  expect(box.next(3100)?.id).toBe(asked.id);
});

it("a refusal that waiting does not heal is the end of the command", () => {
  const box = outbox();
  const asked = box.add("ask", ask(""), 0);
  box.next(0);
  expect(box.answered(refused(asked.id, "text_empty"), 1)?.outcome).toEqual({
    ok: false,
    code: "text_empty",
    retryAfter: null,
  });
  expect(box.pending.value).toEqual([]);
});

it("asks again when no answer comes", () => {
  const box = outbox();
  const asked = box.add("ask", ask("Wann?"), 0);
  box.next(0);
  expect(box.wakeAt).toBe(10_000);
  expect(box.next(9_999)).toBeNull();
  expect(box.next(10_000)?.id).toBe(asked.id);
});

it("ignores answers to what is not here", () => {
  expect(outbox().answered(ack("unknown"), 0)).toBeNull();
});
