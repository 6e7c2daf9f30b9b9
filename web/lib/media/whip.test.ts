import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeMedia } from "./fake";
import { Publisher } from "./whip";

const CREATED = { Location: "/whip/ulm/programme/s1" };

let publisher: Publisher;
let media: ReturnType<typeof fakeMedia>;

const posts = () => media.requests.filter(({ method }) => method === "POST");
const lastPost = () => {
  const post = posts().at(-1);
  if (!post?.peer) throw new Error("nothing was posted");
  return { ...post, peer: post.peer };
};

const started = async () => {
  publisher.start(new MediaStream());
  await media.settle();
  return lastPost();
};

const live = async () => {
  const post = await started();
  await post.answer(201, CREATED);
  post.peer.become("connected");
  return post.peer;
};

/** The publisher asks its old session what became of it; the server answers. */
const asked = async (status: number, headers: Readonly<Record<string, string>> = {}) => {
  await vi.advanceTimersByTimeAsync(500);
  const question = media.requests.at(-1);
  expect([question?.method, question?.url]).toEqual([
    "GET",
    expect.stringMatching(/\/whip\/ulm\/programme\/s1$/),
  ]);
  expect(question?.headers["Authorization"]).toBe("Bearer studio-token");
  await question?.answer(status, headers);
};

beforeEach(() => {
  vi.useFakeTimers();
  media = fakeMedia();
  publisher = new Publisher({ room: "ulm", feed: "programme", token: "studio-token" });
});

afterEach(() => {
  publisher.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("publishes with its token", async () => {
  await live();
  expect(lastPost().url).toBe("/whip/ulm/programme");
  expect(lastPost().headers["Authorization"]).toBe("Bearer studio-token");
  expect(publisher.state.value.kind).toBe("live");
});

it("stops with DELETE and its token", async () => {
  await live();
  publisher.stop();
  const last = media.requests.at(-1);
  expect(last?.method).toBe("DELETE");
  expect(last?.headers["Authorization"]).toBe("Bearer studio-token");
  expect(publisher.state.value).toEqual({ kind: "idle" });
});

it("comes back when the way broke, and says when", async () => {
  const peer = await live();
  peer.become("failed");
  expect(publisher.state.value.kind).toBe("reconnecting");
  await asked(404);
  expect(posts()).toHaveLength(2);
});

it("publishes again soon after the network has changed under it", async () => {
  const peer = await live();
  peer.become("disconnected");
  await vi.advanceTimersByTimeAsync(1_000);
  await asked(404);
  expect(posts()).toHaveLength(2);
});

it("publishes again when nothing is answered any more, long before ICE says so", async () => {
  const peer = await live();
  for (let moment = 0; moment < 7; moment += 1) {
    peer.asked += 1;
    await vi.advanceTimersByTimeAsync(500);
  }
  await asked(404);
  expect(posts()).toHaveLength(2);
});

it("publishes again at once when the network is back", async () => {
  const peer = await live();
  peer.become("failed");
  dispatchEvent(new Event("online"));
  await media.settle();
  await media.requests.at(-1)?.answer(404);
  expect(posts()).toHaveLength(2);
});

it.each([
  [401, "token"],
  [403, "token"],
  [404, "not_found"],
  [409, "feed_taken"],
  [422, "rejected"],
] as const)("a %i is final: %s", async (status, reason) => {
  await (await started()).answer(status);
  expect(publisher.state.value).toEqual({ kind: "failed", reason });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(posts()).toHaveLength(1);
});

it("waits as long as a busy server asks", async () => {
  await (await started()).answer(503, { "Retry-After": "4" });
  await vi.advanceTimersByTimeAsync(3_999);
  expect(posts()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_001);
  expect(posts()).toHaveLength(2);
});

it("does not fight for a feed that somebody else has taken over", async () => {
  const peer = await live();
  peer.endedByServer();
  await asked(410);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(publisher.state.value).toEqual({ kind: "failed", reason: "feed_taken" });
  expect(posts()).toHaveLength(1);
});

it.each([
  ["nobody else publishes", 404, {}],
  ["a standby publisher may come back", 410, { "Retry-After": "3" }],
] as const)("comes back when the server ended the session and %s", async (_, status, headers) => {
  const peer = await live();
  peer.endedByServer();
  await asked(status, headers);
  expect(posts()).toHaveLength(2);
});

it("stays off when it is stopped while it asks whether the feed is taken", async () => {
  const peer = await live();
  peer.endedByServer();
  await vi.advanceTimersByTimeAsync(500);
  const question = media.requests.at(-1);
  publisher.stop();
  await question?.answer(404);
  expect(posts()).toHaveLength(1);
  expect(publisher.state.value).toEqual({ kind: "idle" });
});

it("offers the picture in layers, and tells their bits together with the size of the largest", async () => {
  const peer = await live();
  expect(peer.encodings[0]?.map(({ rid }) => rid)).toEqual(["l", "m", "h"]);
  const layer = (frameWidth: number, bytesSent: number) =>
    peer.reports.push({
      ...{ type: "outbound-rtp", kind: "video", framesPerSecond: 25 },
      ...{ frameWidth, frameHeight: (frameWidth * 9) / 16, bytesSent },
    });
  layer(320, 1_000);
  layer(1280, 4_000);
  await vi.advanceTimersByTimeAsync(1_000);
  peer.reports.length = 0;
  layer(320, 11_000);
  layer(1280, 104_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(publisher.statistics.value).toMatchObject({ bitsPerSecond: 880_000, width: 1280, height: 720 });
});
