import { expect, it, vi } from "vitest";
import { adapt, addPicture, largest } from "./encodings";
import { FakePeer } from "./fake";

type Peer = FakePeer & RTCPeerConnection;
const track = (contentHint: string, width?: number) => {
  const settings = width ? { width, height: (width * 9) / 16 } : {};
  return { kind: "video", contentHint, getSettings: () => settings } as MediaStreamTrack;
};
const adding = (contentHint: string, width?: number) => {
  const peer = new FakePeer() as Peer;
  addPicture(peer, track(contentHint, width), { direction: "sendonly" });
  return peer;
};
const active = (peer: FakePeer) => peer.encodings[0]?.filter((each) => each.active).map(({ rid }) => rid);
const parts = (peer: FakePeer) =>
  peer.encodings[0]?.filter((each) => each.active).map((each) => each.scaleResolutionDownBy);
const adapted = async (peer: Peer, contentHint: string, width?: number) => {
  const [transceiver] = peer.getTransceivers();
  if (transceiver) await adapt(transceiver.sender as unknown as RTCRtpSender, track(contentHint, width));
};

it("sends a camera in three sizes, the smallest first", () => {
  const peer = adding("");
  expect(peer.encodings[0]?.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual([4, 2, 1]);
  expect(active(peer)).toEqual(["l", "m", "h"]);
});

it("sends a screen in no size in which it cannot be read, and all of a camera that follows", async () => {
  const peer = adding("detail");
  expect(active(peer)).toEqual(["m", "h"]);
  await adapted(peer, "");
  expect(active(peer)).toEqual(["l", "m", "h"]);
  await adapted(peer, "detail");
  expect(active(peer)).toEqual(["m", "h"]);
});

it("sends all of a small camera: browsers encode two or one layer of it, and leave out the last", async () => {
  const peer = adding("", 640);
  expect(parts(peer)).toEqual([2, 1]);
  await adapted(peer, "", 320);
  expect(parts(peer)).toEqual([1]);
  await adapted(peer, "detail", 320);
  expect(parts(peer)).toEqual([1]);
  await adapted(peer, "detail", 640);
  expect(parts(peer)).toEqual([1]);
  await adapted(peer, "", 1920);
  expect(parts(peer)).toEqual([4, 2, 1]);
});

it("sends the whole picture where the server takes one encoding: what is left is the smallest", async () => {
  const peer = adding("");
  peer.encodings[0]?.splice(1);
  await adapted(peer, "");
  expect(peer.encodings[0]).toMatchObject([{ scaleResolutionDownBy: 1, maxBitrate: 2_500_000 }]);
});

it("sends one encoding where the browser knows no simulcast", () => {
  const peer = new FakePeer() as Peer;
  const add = peer.addTransceiver.bind(peer);
  vi.spyOn(peer, "addTransceiver").mockImplementationOnce(() => {
    throw new TypeError("rid");
  });
  addPicture(peer, null, {});
  peer.addTransceiver = add;
  expect(peer.kinds).toEqual(["video"]);
  expect(peer.encodings[0]).toMatchObject([{ scaleResolutionDownBy: 1 }]);
});

it("tells the largest layer that is really sent", () => {
  const sent = [
    { rid: "l", frameWidth: 320, frameHeight: 180, framesPerSecond: 30 },
    { rid: "m", frameWidth: 640, frameHeight: 360, framesPerSecond: 28 },
    { rid: "h", frameWidth: 1280, frameHeight: 720, framesPerSecond: 0 },
  ] as RTCOutboundRtpStreamStats[];
  expect(largest(sent)?.frameWidth).toBe(640);
  expect(largest([])).toBeNull();
});
