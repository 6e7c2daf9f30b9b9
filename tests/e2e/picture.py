"""Whether a page shows a moving picture, told by the frames the browser presented."""

from dataclasses import dataclass

from playwright.sync_api import Page

WATCH = """async (frames) => {
  const video = document.querySelector("video");
  const canvas = new OffscreenCanvas(32, 18);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const pictures = new Set();
  let last = null;
  let longest = 0;
  for (let seen = 0; seen < frames; seen += 1) {
    await new Promise((resolve, reject) => {
      const never = setTimeout(() => reject(new Error("no picture for 20 seconds")), 20_000);
      video.requestVideoFrameCallback(() => {
        clearTimeout(never);
        resolve();
      });
    });
    const now = performance.now();
    if (last !== null) longest = Math.max(longest, now - last);
    last = now;
    context.drawImage(video, 0, 0, 32, 18);
    pictures.add(String(context.getImageData(0, 0, 32, 18).data));
  }
  return { pictures: pictures.size, longest, width: video.videoWidth, height: video.videoHeight };
}"""


@dataclass(frozen=True)
class Watched:
    """What was seen. pictures: how many of the frames differed. longest: milliseconds between two frames."""

    pictures: int
    longest: float
    width: int
    height: int


def watch(page: Page, frames: int = 40) -> Watched:
    """Wait until the page's video has presented this many more frames."""
    return Watched(**page.evaluate(WATCH, frames))


WAIT_FOR_GROUND = """async ([red, green, blue]) => {
  const video = document.querySelector("video");
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const near = (one, other) => Math.abs(one - other) < 40;
  const shows = () => {
    context.drawImage(video, 8, 8, 8, 8, 0, 0, 1, 1);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    return near(r, red) && near(g, green) && near(b, blue);
  };
  const late = performance.now() + 20_000;
  while (!(video.videoWidth && shows())) {
    if (performance.now() > late) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}"""


def shows_ground(page: Page, colour: tuple[int, int, int]) -> bool:
    """Wait until the upper left corner of the page's video is about this colour; False when it never is."""
    shown: bool = page.evaluate(WAIT_FOR_GROUND, list(colour))
    return shown
