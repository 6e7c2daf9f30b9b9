import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Podium } from "../lib/podium";
import type { ClientFrame, Desk } from "../lib/wire.gen";
import { Company } from "./company";

const said: ClientFrame[] = [];
const desk = signal<Desk>({});
let stop = () => {};

function company(): Company {
  const podium = {
    room: { desk },
    connection: signal({ kind: "live" }),
    send: (frame: ClientFrame) => said.push(frame) > 0,
  } as unknown as Podium;
  const created = new Company(podium);
  stop = created.watch();
  return created;
}

const touch = (selector: string) =>
  document.querySelector(selector)?.dispatchEvent(new Event("pointerdown", { bubbles: true }));

beforeEach(() => {
  vi.useFakeTimers();
  said.length = 0;
  document.body.innerHTML = `<ol><li data-number="7"><b>A</b></li></ol><dialog><i>B</i></dialog><p>C</p>`;
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

test("says on which question somebody works, again while they do, and when they leave", () => {
  const mine = company();
  touch("b");
  expect(said.at(-1)).toEqual({ type: "look", question: 7, name: null });
  mine.name.value = " Sibel ";
  expect(said.at(-1)).toEqual({ type: "look", question: 7, name: "Sibel" });
  const before = said.length;
  touch("i");
  vi.advanceTimersByTime(20_000);
  expect(said.length).toBe(before + 2);
  expect(said.at(-1)).toEqual({ type: "look", question: 7, name: "Sibel" });
  touch("p");
  expect(said.at(-1)).toEqual({ type: "look", question: null, name: "Sibel" });
  mine.name.value = "";
});

test("lets go of a question when nobody does anything any more", () => {
  company();
  touch("b");
  vi.advanceTimersByTime(60_000);
  expect(said.at(-1)).toEqual({ type: "look", question: null, name: null });
  const count = said.length;
  vi.advanceTimersByTime(60_000);
  expect(said.length).toBe(count);
});

test("knows the others and what each of them looks at", () => {
  const mine = company();
  desk.value = {
    me: "a",
    colleagues: [
      { id: "a", name: null, question: 3, until: 1 },
      { id: "b", name: "Sibel", question: 3, until: 1 },
      { id: "c", name: null, question: null, until: null },
    ],
  };
  expect(mine.others.value.map(({ id }) => id)).toEqual(["b", "c"]);
  expect(mine.claims.value.get(3)?.map(({ id }) => id)).toEqual(["b"]);
  expect(mine.others.value.map((other) => mine.title(other, (place) => `M${place}`))).toEqual([
    "Sibel",
    "M3",
  ]);
});
