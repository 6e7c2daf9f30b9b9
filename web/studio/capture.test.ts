import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Capture, troubleOf } from "./capture";

class Track extends EventTarget {
  readonly kind: "audio" | "video";
  readonly from: string;
  enabled = true;
  stopped = false;
  contentHint = "";
  constructor(kind: "audio" | "video", from: string) {
    super();
    this.kind = kind;
    this.from = from;
  }
  clone = () => new Track(this.kind, this.from);
  stop = () => {
    this.stopped = true;
  };
}

class Stream {
  readonly tracks: readonly Track[];
  constructor(tracks: readonly Track[]) {
    this.tracks = tracks;
  }
  getTracks = () => this.tracks;
  getVideoTracks = () => this.tracks.filter(({ kind }) => kind === "video");
  getAudioTracks = () => this.tracks.filter(({ kind }) => kind === "audio");
}

const taken: Track[] = [];
const give = (...tracks: Track[]) => {
  taken.push(...tracks);
  return new Stream(tracks);
};

beforeEach(() => {
  taken.length = 0;
  vi.stubGlobal("MediaStream", Stream);
  vi.stubGlobal("navigator", {
    mediaDevices: Object.assign(new EventTarget(), {
      enumerateDevices: async () => [],
      getUserMedia: async ({ video }: MediaStreamConstraints) =>
        give(...(video ? [new Track("video", "camera")] : []), new Track("audio", "microphone")),
      getDisplayMedia: async () => give(new Track("video", "screen")),
    }),
  });
});
afterEach(() => vi.unstubAllGlobals());

const shown = (capture: Capture) => capture.stream.value?.getVideoTracks() as unknown as Track[];

test("another microphone or camera does not put a camera in sight of those who see the screen", async () => {
  const capture = new Capture();
  await capture.useCamera();
  await capture.useScreen();
  const [screen] = shown(capture);
  await capture.chooseMicrophone("other");
  await capture.chooseCamera("other");
  expect(shown(capture)).toEqual([screen]);
  expect(screen).toMatchObject({ from: "screen", stopped: false });
  expect(capture.stream.value?.getAudioTracks()).toHaveLength(1);
  expect(taken.filter(({ from }) => from === "camera")).toMatchObject([{ stopped: true }]);
  screen?.dispatchEvent(new Event("ended"));
  await vi.waitFor(() => expect(shown(capture)).toMatchObject([{ from: "camera" }]));
});

test("who leaves a feed lets go of camera and microphone", async () => {
  const capture = new Capture();
  await capture.useCamera();
  capture.stop();
  expect(capture.stream.value).toBeNull();
  expect(taken).toMatchObject([{ stopped: true }, { stopped: true }]);
});

test.each([
  ["NotAllowedError", "denied"],
  ["SecurityError", "denied"],
  ["NotFoundError", "missing"],
  ["OverconstrainedError", "missing"],
  ["NotReadableError", "busy"],
  ["AbortError", "busy"],
])("%s means %s", (name, trouble) => {
  const error = new Error("no");
  error.name = name;
  expect(troubleOf(error)).toBe(trouble);
});
