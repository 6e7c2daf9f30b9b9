import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { iceServers, learnIceServers } from "./iceservers";

const STUN = '<stun:stun.example:3478>; rel="ice-server"';
const TURN =
  '<turn:turn.example?transport=tcp>; rel="ice-server"; username="1700:ab"; credential="a\\"b,c=="; credential-type="password"';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("reads the servers of an answer, whatever stands beside them", () => {
  const other = '<https://podium.example/events>; rel="urn:ietf:params:whep:ext:core:server-sent-events"';
  expect(learnIceServers("/whep/a", `${STUN}, ${other}, ${TURN}`)).toBe(true);
  expect(iceServers("/whep/a")).toEqual([
    { urls: "stun:stun.example:3478" },
    { urls: "turn:turn.example?transport=tcp", username: "1700:ab", credential: 'a"b,c==' },
  ]);
});

it("passes over what a browser would refuse", () => {
  const strange =
    '<https://a.example>; rel="ice-server", <turn:turn.example>; rel="ice-server", <stun:x>; rel=other';
  expect(learnIceServers("/whep/b", strange)).toBe(false);
  expect(learnIceServers("/whep/b", null)).toBe(false);
  expect(iceServers("/whep/b")).toEqual([]);
});

it("keeps them per endpoint, as long as their credentials are good", () => {
  learnIceServers("/whep/c", TURN);
  expect(iceServers("/whep/other")).toEqual([]);
  vi.advanceTimersByTime(3_599_000);
  expect(iceServers("/whep/c")).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(iceServers("/whep/c")).toEqual([]);
});
