import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ConnectionState } from "./connection";
import { chooseLanguage } from "./i18n";
import { tellInterruptions } from "./interruption";

document.body.innerHTML = '<div id="status" role="status"></div>';
const said = () => document.getElementById("status")?.textContent;
const connection = signal<ConnectionState>({ kind: "connecting" });

beforeEach(() => {
  vi.useFakeTimers();
  chooseLanguage("de");
  connection.value = { kind: "connecting" };
});
afterEach(() => vi.useRealTimers());

it("says once that the connection is gone, however often it is tried, and once that it is back", () => {
  const stop = tellInterruptions(connection);
  connection.value = { kind: "live" };
  vi.advanceTimersByTime(60_000);
  expect(said()).toBe("");
  for (const retryAt of [1_000, null, 3_000, null]) {
    connection.value = { kind: "stale", retryAt };
    vi.advanceTimersByTime(1_000);
  }
  expect(said()).toBe("Verbindung unterbrochen, neuer Versuch läuft …");
  connection.value = { kind: "live" };
  vi.advanceTimersByTime(1_000);
  expect(said()).toBe("Verbunden");
  stop();
});

it("says nothing of a hiccup, and nothing of a page that was left", () => {
  const stop = tellInterruptions(connection);
  const before = said();
  connection.value = { kind: "stale", retryAt: null };
  vi.advanceTimersByTime(2_000);
  connection.value = { kind: "live" };
  vi.advanceTimersByTime(60_000);
  expect(said()).toBe(before);
  connection.value = { kind: "offline" };
  stop();
  vi.advanceTimersByTime(60_000);
  expect(said()).toBe(before);
});
