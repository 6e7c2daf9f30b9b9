import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Announcer, quiet } from "./a11y";

let status: Element;
let announcer: Announcer;

beforeEach(() => {
  vi.useFakeTimers();
  quiet.value = false;
  status = document.createElement("div");
  announcer = new Announcer(status);
});

afterEach(() => {
  vi.useRealTimers();
});

it("says the result of an action, and the same again when it happens again", () => {
  announcer.announce("Frage eingegangen");
  vi.advanceTimersByTime(150);
  expect(status.textContent).toBe("Frage eingegangen");
  announcer.announce("Frage eingegangen");
  expect(status.textContent).toBe("");
  vi.advanceTimersByTime(150);
  expect(status.textContent).toBe("Frage eingegangen");
});

it("gathers what happens around into one summary, the last of each kind", () => {
  announcer.summarise("questions", "1 neue Frage");
  announcer.summarise("questions", "3 neue Fragen");
  announcer.summarise("stage", "Frage 7 ist auf der Bühne");
  vi.advanceTimersByTime(11_999);
  expect(status.textContent).toBe("");
  vi.advanceTimersByTime(151);
  expect(status.textContent).toBe("3 neue Fragen Frage 7 ist auf der Bühne");
});

it("keeps quiet for who wants it", () => {
  quiet.value = true;
  announcer.summarise("questions", "3 neue Fragen");
  vi.advanceTimersByTime(13_000);
  expect(status.textContent).toBe("");
});
