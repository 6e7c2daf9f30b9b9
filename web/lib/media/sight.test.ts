import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Sight } from "./sight";

let video: HTMLVideoElement;
let resized: () => void;
let sight: Sight;
const told: number[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("devicePixelRatio", 2);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(changed: () => void) {
        resized = changed;
      }
      observe() {}
      disconnect() {}
    },
  );
  video = document.createElement("video");
  told.length = 0;
  sight = new Sight(video, (width) => told.push(width));
});

afterEach(() => {
  sight.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function measures(clientWidth: number, videoWidth: number) {
  for (const [name, value] of Object.entries({ clientWidth, videoWidth }))
    Object.defineProperty(video, name, { value, configurable: true });
}

function becomes(clientWidth: number, videoWidth: number) {
  measures(clientWidth, videoWidth);
  resized();
  vi.advanceTimersByTime(500);
}

function turns(state: DocumentVisibilityState) {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}

/** The picture goes into a window of its own. */
function floats(width: number) {
  const floating = Object.assign(new EventTarget(), { width });
  const event = Object.assign(new Event("enterpictureinpicture"), { pictureInPictureWindow: floating });
  video.dispatchEvent(event);
  return floating;
}

test("a picture that fits its frame needs no word", () => {
  becomes(640, 1280);
  expect(told).toEqual([]);
});

test("a picture larger than its frame is told how large it may be, and again when the frame grows", () => {
  becomes(200, 1280);
  becomes(205, 640);
  expect(told).toEqual([800]);
  becomes(640, 640);
  expect(told).toEqual([800, 2560]);
});

test("a picture that arrives larger later on is noticed, though its frame stays", () => {
  becomes(200, 320);
  expect(told).toEqual([]);
  measures(200, 1280);
  video.dispatchEvent(new Event("resize"));
  vi.advanceTimersByTime(500);
  expect(told).toEqual([800]);
});

test("a window that is being dragged is told about once", () => {
  for (let width = 600; width > 200; width -= 10) {
    measures(width, 1920);
    resized();
    vi.advanceTimersByTime(50);
  }
  vi.advanceTimersByTime(500);
  expect(told).toEqual([840]);
});

test("a frame that is not shown says nothing, and a new session hears it all again", () => {
  becomes(0, 1280);
  expect(told).toEqual([]);
  becomes(200, 1280);
  sight.begin();
  vi.advanceTimersByTime(500);
  expect(told).toEqual([800, 800]);
});

test("a page that nobody sees takes the smallest picture, but not for a glance elsewhere", () => {
  becomes(640, 1280);
  turns("hidden");
  vi.advanceTimersByTime(4_000);
  turns("visible");
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
  turns("hidden");
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([1]);
  turns("visible");
  vi.advanceTimersByTime(500);
  expect(told).toEqual([1, 2560]);
});

test("a picture in a window of its own is as large as that, even when its page is hidden", () => {
  becomes(640, 1280);
  const floating = floats(300);
  turns("hidden");
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([1200]);
  floating.width = 400;
  floating.dispatchEvent(new Event("resize"));
  vi.advanceTimersByTime(500);
  expect(told).toEqual([1200, 1600]);
  video.dispatchEvent(new Event("leavepictureinpicture"));
  turns("visible");
  vi.advanceTimersByTime(500);
  expect(told).toEqual([1200, 1600, 2560]);
});
