import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakePeer, fakeMedia } from "./fake";
import { Player } from "./whep";

const CREATED = { Location: "/whep/ulm/programme/s1" };

let player: Player;
let media: ReturnType<typeof fakeMedia>;

const posts = () => media.requests.filter(({ method }) => method === "POST");
const deletes = () => media.requests.filter(({ method }) => method === "DELETE");
const lastPost = () => {
  const post = posts().at(-1);
  if (!post?.peer) throw new Error("nothing was posted");
  return { ...post, peer: post.peer };
};

const playing = async () => {
  player.start();
  await media.settle();
  await lastPost().answer(201, CREATED);
  const { peer } = lastPost();
  peer.frames = 1;
  peer.become("connected");
  await media.settle();
  return peer;
};

beforeEach(() => {
  vi.useFakeTimers();
  media = fakeMedia();
  player = new Player({ room: "ulm", feed: "programme" });
});

afterEach(() => {
  player.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("asks for picture and sound and plays", async () => {
  const peer = await playing();
  expect(lastPost().url).toBe("/whep/ulm/programme");
  expect(lastPost().headers["Content-Type"]).toBe("application/sdp");
  expect(peer.kinds).toEqual(["video", "audio"]);
  expect(peer.remote).toBe("answer");
  expect(player.state.value).toEqual({ kind: "playing" });
});

it("leaves with DELETE", async () => {
  const peer = await playing();
  player.stop();
  expect(deletes().map(({ url }) => new URL(url).pathname)).toEqual(["/whep/ulm/programme/s1"]);
  expect(peer.closed).toBe(true);
});

it("leaves with DELETE when the page goes away", async () => {
  await playing();
  dispatchEvent(new Event("pagehide"));
  expect(deletes()).toHaveLength(1);
});

it("waits calmly while nobody publishes, and comes at once when the room says so", async () => {
  player.start();
  await media.settle();
  await lastPost().answer(409, { "Retry-After": "3" });
  expect(player.state.value).toEqual({ kind: "waiting" });
  await vi.advanceTimersByTimeAsync(2_999);
  expect(posts()).toHaveLength(1);
  player.publisherIsLive();
  await vi.advanceTimersByTimeAsync(300);
  expect(posts()).toHaveLength(2);
});

it("asks again by itself while nobody publishes", async () => {
  player.start();
  await media.settle();
  await lastPost().answer(409, { "Retry-After": "3" });
  await vi.advanceTimersByTimeAsync(4_500);
  expect(posts()).toHaveLength(2);
  expect(player.state.value).toEqual({ kind: "waiting" });
});

it("honours Retry-After of a busy server", async () => {
  player.start();
  await media.settle();
  await lastPost().answer(503, { "Retry-After": "7" });
  expect(player.state.value).toEqual({ kind: "reconnecting" });
  await vi.advanceTimersByTimeAsync(6_999);
  expect(posts()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(3_501);
  expect(posts()).toHaveLength(2);
});

it("comes back when the way broke", async () => {
  const peer = await playing();
  peer.become("failed");
  expect(player.state.value).toEqual({ kind: "reconnecting" });
  await vi.advanceTimersByTimeAsync(500);
  expect(posts()).toHaveLength(2);
});

it("gives a short break of the way time to heal", async () => {
  const peer = await playing();
  peer.become("disconnected");
  peer.frames += 1;
  await vi.advanceTimersByTimeAsync(900);
  peer.frames += 1;
  peer.become("connected");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(posts()).toHaveLength(1);
  expect(player.state.value).toEqual({ kind: "playing" });
});

it("comes back when pictures stop though the connection looks well", async () => {
  await playing();
  await vi.advanceTimersByTimeAsync(9_000);
  expect(posts()).toHaveLength(2);
  expect(deletes()).toHaveLength(1);
});

it("is back soon after the network has changed under it", async () => {
  const peer = await playing();
  peer.become("disconnected");
  await vi.advanceTimersByTimeAsync(1_500);
  expect(posts()).toHaveLength(2);
  expect(deletes()).toHaveLength(1);
});

it("is back within five seconds when nothing is answered any more, long before ICE says so", async () => {
  const peer = await playing();
  for (let moment = 0; moment < 8; moment += 1) {
    peer.asked += 1;
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(posts()).toHaveLength(2);
  expect(FakePeer.all.filter(({ closed }) => !closed)).toHaveLength(1);
});

it("stays while checks are answered, though the publisher pauses", async () => {
  const peer = await playing();
  for (let moment = 0; moment < 10; moment += 1) {
    peer.asked += 1;
    peer.answered += 1;
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(posts()).toHaveLength(1);
});

it("stays when it is too early to ask again", async () => {
  const peer = await playing();
  peer.asked += 2;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(posts()).toHaveLength(1);
});

it("asks anew when the network comes back while it asks", async () => {
  player.start();
  await media.settle();
  expect(posts()).toHaveLength(1);
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(500);
  expect(posts()).toHaveLength(2);
  expect(FakePeer.all.filter(({ closed }) => !closed)).toHaveLength(1);
});

it("leaves a good session alone when the network says it is back", async () => {
  await playing();
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(500);
  expect(posts()).toHaveLength(1);
});

it("asks again when no answer comes", async () => {
  player.start();
  await media.settle();
  await vi.advanceTimersByTimeAsync(5_500);
  expect(posts()).toHaveLength(2);
});

it("takes a new session after the laptop has slept", async () => {
  await playing();
  vi.setSystemTime(Date.now() + 60_000);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(posts()).toHaveLength(2);
});

it("does not mistake a steady picture for a still one", async () => {
  const peer = await playing();
  for (let second = 0; second < 30; second += 1) {
    peer.frames += 25;
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(posts()).toHaveLength(1);
});

it("stays when sound comes before the first picture, and while there is sound only", async () => {
  player.start();
  await media.settle();
  await lastPost().answer(201, CREATED);
  const { peer } = lastPost();
  const sound = { type: "inbound-rtp", bytesReceived: 5_000 };
  peer.reports.push(sound);
  peer.become("connected");
  await media.settle();
  expect(player.state.value).toEqual({ kind: "playing" });
  for (let second = 0; second < 40; second += 1) {
    if (second > 20) peer.frames += 25;
    sound.bytesReceived += 4_000;
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(posts()).toHaveLength(1);
});

it("comes back when the picture stands though the sound goes on", async () => {
  const peer = await playing();
  const sound = { type: "inbound-rtp", bytesReceived: 0 };
  peer.reports.push(sound);
  for (let second = 0; second < 8; second += 1) {
    sound.bytesReceived += 4_000;
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(posts()).toHaveLength(2);
});

it("comes back when the server ends the session", async () => {
  const peer = await playing();
  peer.endedByServer();
  await vi.advanceTimersByTimeAsync(500);
  expect(posts()).toHaveLength(2);
});

it("says so where a browser cannot play", () => {
  vi.stubGlobal("RTCPeerConnection", undefined);
  player.start();
  expect(player.state.value).toEqual({ kind: "failed", reason: "unsupported" });
});

it("keeps one connection at a time", async () => {
  const first = await playing();
  first.become("failed");
  await vi.advanceTimersByTimeAsync(500);
  expect(FakePeer.all.filter(({ closed }) => !closed)).toHaveLength(1);
});

it("looks for candidates through the servers that the answer names", async () => {
  player.start();
  await media.settle();
  expect(lastPost().peer.local).toBeNull();
  await lastPost().answer(201, { ...CREATED, Link: '<stun:stun.example>; rel="ice-server"' });
  expect(lastPost().peer.local).toEqual({ sdp: "offer", servers: [{ urls: "stun:stun.example" }] });
});

it("asks for a picture no larger than it is shown", async () => {
  vi.stubGlobal("devicePixelRatio", 1);
  const video = document.createElement("video");
  Object.defineProperties(video, { clientWidth: { value: 320 }, videoWidth: { value: 1280 } });
  player.attach(video, null);
  player.start();
  await media.settle();
  const layer = '</whep/r/f/s/layer>; rel="urn:ietf:params:whep:ext:core:layer"';
  const post = lastPost();
  await post.answer(201, { ...CREATED, Link: layer });
  post.peer.become("connected");
  post.peer.frames = 10;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(media.requests.at(-1)?.url).toContain("/whep/r/f/s/layer");
  expect(media.requests.at(-1)?.method).toBe("POST");
});
