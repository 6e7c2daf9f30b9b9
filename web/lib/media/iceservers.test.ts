import { expect, it } from "vitest";
import { iceServers, linked } from "./iceservers";

const STUN = '<stun:stun.example:3478>; rel="ice-server"';
const TURN =
  '<turn:turn.example?transport=tcp>; rel="ice-server"; username="1700:ab"; credential="a\\"b,c=="; credential-type="password"';

it("reads the servers of an answer, whatever stands beside them", () => {
  const other = '<https://podium.example/events>; rel="urn:ietf:params:whep:ext:core:server-sent-events"';
  expect(iceServers(`${STUN}, ${other}, ${TURN}`)).toEqual([
    { urls: "stun:stun.example:3478" },
    { urls: "turn:turn.example?transport=tcp", username: "1700:ab", credential: 'a"b,c==' },
  ]);
});

it("passes over what a browser would refuse", () => {
  const strange =
    '<https://a.example>; rel="ice-server", <turn:turn.example>; rel="ice-server", <stun:x>; rel=other';
  expect(iceServers(strange)).toEqual([]);
  expect(iceServers(null)).toEqual([]);
});

it("finds an extension by its name", () => {
  const header = '</s/events>; rel="urn:events"; events="active,layers", </s/layer>; rel="urn:layer"';
  expect(linked(header, "urn:layer")).toBe("/s/layer");
  expect(linked(header, "urn:events")).toBe("/s/events");
  expect(linked(header, "urn:other")).toBeNull();
  expect(linked(null, "urn:layer")).toBeNull();
});
