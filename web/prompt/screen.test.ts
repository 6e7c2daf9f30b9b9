import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConnectionState } from "../lib/connection";
import { lostSince } from "./screen";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const connected = () => {
  const connection = signal<ConnectionState>({ kind: "live" });
  return { connection, lost: lostSince(connection) };
};

test("a short cut heals unnoticed", () => {
  const { connection, lost } = connected();
  connection.value = { kind: "stale", retryAt: null };
  vi.advanceTimersByTime(4_999);
  connection.value = { kind: "live" };
  vi.advanceTimersByTime(10_000);
  expect(lost.value).toBeNull();
});

test("a cut of five seconds is marked with the time it began, however often the page tried", () => {
  const { connection, lost } = connected();
  const began = Date.now();
  connection.value = { kind: "stale", retryAt: null };
  vi.advanceTimersByTime(3_000);
  connection.value = { kind: "stale", retryAt: 4_000 };
  vi.advanceTimersByTime(1_000);
  connection.value = { kind: "offline" };
  vi.advanceTimersByTime(1_000);
  expect(lost.value).toBe(began);
  connection.value = { kind: "live" };
  expect(lost.value).toBeNull();
});
