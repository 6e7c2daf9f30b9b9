import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FeedReports } from "./reports";

const FEED = { name: "programme", live: true, viewers: 3, speaking: false, warnings: [] };
let answers: (() => Promise<Response>)[] = [];
const asked: { url: string; authorization: string | null }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  answers = [];
  asked.length = 0;
  vi.stubGlobal("fetch", (url: string, options: RequestInit) => {
    asked.push({ url, authorization: new Headers(options.headers).get("Authorization") });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer ? answer() : Promise.reject(new Error("offline"));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const answer = (feeds: unknown) => () => Promise.resolve(Response.json({ feeds }));

test("asks with the token of the link, every two seconds", async () => {
  answers = [answer([FEED])];
  const reports = new FeedReports("halle 1", "secret");
  reports.start();
  await vi.advanceTimersByTimeAsync(4_100);
  expect(asked).toEqual(Array(3).fill({ url: "/api/rooms/halle%201/feeds", authorization: "Bearer secret" }));
  expect(reports.feeds.value).toEqual([FEED]);
  reports.stop();
});

test("an answer that gets lost is no reason to blink, a server that is gone is", async () => {
  answers = [answer([FEED]), () => Promise.reject(new Error("offline"))];
  const reports = new FeedReports("r", "t");
  reports.start();
  await vi.advanceTimersByTimeAsync(4_100);
  expect(reports.feeds.value).toEqual([FEED]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(reports.feeds.value).toBeNull();
  answers = [answer([FEED])];
  await vi.advanceTimersByTimeAsync(2_000);
  expect(reports.feeds.value).toEqual([FEED]);
  reports.stop();
});

test("a page that nobody looks at does not ask", async () => {
  answers = [answer([FEED])];
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  const reports = new FeedReports("r", "t");
  reports.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  reports.stop();
});

test("after stop nothing is asked and nothing known", async () => {
  answers = [answer([FEED])];
  const reports = new FeedReports("r", "t");
  reports.start();
  await vi.advanceTimersByTimeAsync(100);
  reports.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.length).toBe(1);
  expect(reports.feeds.value).toBeNull();
});
