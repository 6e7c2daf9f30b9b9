import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Sight } from "./sight";

const picture = { clientWidth: 0, videoWidth: 0 };
const told: number[] = [];
let sight: Sight;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("devicePixelRatio", 2);
  told.length = 0;
  sight = new Sight(picture, (width) => told.push(width));
});

afterEach(() => {
  sight.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function becomes(clientWidth: number, videoWidth: number) {
  Object.assign(picture, { clientWidth, videoWidth });
  sight.changed();
  vi.advanceTimersByTime(500);
}

test("a picture that fits its frame needs no word", () => {
  becomes(640, 1280);
  expect(told).toEqual([]);
});

test("a picture larger than its frame is told how large it may be, and again when the frame grows", () => {
  becomes(200, 1280);
  becomes(205, 640);
  expect(told).toEqual([600]);
  becomes(640, 640);
  expect(told).toEqual([600, 1920]);
});

test("a window that is being dragged is told about once", () => {
  for (let width = 600; width > 200; width -= 10) {
    Object.assign(picture, { clientWidth: width, videoWidth: 1920 });
    sight.changed();
    vi.advanceTimersByTime(50);
  }
  vi.advanceTimersByTime(500);
  expect(told).toEqual([630]);
});

test("a frame that is not shown says nothing, and a new session hears it all again", () => {
  becomes(0, 1280);
  expect(told).toEqual([]);
  becomes(200, 1280);
  sight.begin();
  vi.advanceTimersByTime(500);
  expect(told).toEqual([600, 600]);
});
