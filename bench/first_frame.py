"""How long a viewer who comes late waits for the first picture: a browser publisher, and FFmpeg with a key frame every 2 s.

    python bench/first_frame.py [--joins 30]

Starts a server of its own on loopback, publishes over WHIP, and lets Chromium join over WHEP again and again at
random moments of the group of pictures. Counted from the call to `new RTCPeerConnection()` to the first presented frame
(requestVideoFrameCallback). The reference of the same run is the time of the WHEP exchange alone (offer to answer).
"""

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import imageio_ffmpeg
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.e2e.conftest import CHROMIUM_ARGUMENTS
from tests.e2e.server import ROOM, Server

JOIN = """async (endpoint) => {
  const started = performance.now();
  const peer = new RTCPeerConnection();
  peer.addTransceiver("video", { direction: "recvonly" });
  peer.addTransceiver("audio", { direction: "recvonly" });
  const video = document.createElement("video");
  video.muted = true;
  video.autoplay = true;
  video.srcObject = new MediaStream();
  peer.ontrack = ({ track }) => video.srcObject.addTrack(track);
  const first = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  await peer.setLocalDescription();
  const headers = { "Content-Type": "application/sdp" };
  const answer = await fetch(endpoint, { method: "POST", headers, body: peer.localDescription.sdp });
  if (!answer.ok) { peer.close(); return { status: answer.status }; }
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  const exchanged = performance.now() - started;
  await first;
  const waited = performance.now() - started;
  await fetch(answer.headers.get("Location"), { method: "DELETE" });
  peer.close();
  return { status: 201, exchanged, waited };
}"""

PUBLISH = """async ([endpoint, token]) => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
  const peer = new RTCPeerConnection();
  for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  await peer.setLocalDescription();
  const headers = { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` };
  const answer = await fetch(endpoint, { method: "POST", headers, body: peer.localDescription.sdp });
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  globalThis.peer = peer;
  return answer.status;
}"""


def ffmpeg(endpoint: str, token: str) -> subprocess.Popen[bytes]:
    """FFmpeg as an encoder that never answers a picture loss indication: H.264, a key frame every 2 s."""
    source = ("-re", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-f", "lavfi", "-i", "sine=frequency=220")
    video = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "50")
    audio = ("-c:a", "libopus", "-ar", "48000", "-ac", "2")
    out = ("-b:v", "1500k", "-f", "whip", "-authorization", token, endpoint)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *source, *video, *audio, *out]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def joined(page: Page, endpoint: str, joins: int) -> list[dict[str, float]]:
    """The times of `joins` joins, at random moments; the first answer that is no 409 begins them."""
    deadline = time.monotonic() + 30
    while page.evaluate(JOIN, endpoint)["status"] != 201:
        if time.monotonic() > deadline:
            raise SystemExit("no publisher went live within 30 s")
        page.wait_for_timeout(250)
    times = []
    for _ in range(joins):
        page.wait_for_timeout(random.uniform(0, 2000))
        times.append(page.evaluate(JOIN, endpoint))
    return times


def report(name: str, times: list[dict[str, float]]) -> None:
    waited = [one["waited"] for one in times]
    exchanged = [one["exchanged"] for one in times]
    print(
        f"{name:28} first frame p50 {statistics.median(waited):6.0f} ms  p95 {percentile(waited, 0.95):6.0f} ms"
        f"  | offer to answer p50 {statistics.median(exchanged):6.0f} ms"
        f"  | ratio {statistics.median(waited) / statistics.median(exchanged):4.1f}  ({len(times)} joins)"
    )


def measure(server: Server, browser: Browser, joins: int) -> None:
    token = server.token("studio")
    whip = f"{server.base}/whip/{ROOM}/programme"
    whep = f"{server.base}/whep/{ROOM}/programme"
    viewer = browser.new_context().new_page()
    viewer.goto(f"{server.base}/healthz")
    encoder = ffmpeg(whip, token)
    try:
        report("FFmpeg, H.264, 2 s GOP", joined(viewer, whep, joins))
    finally:
        encoder.terminate()
        encoder.wait()
    camera = browser.new_context(permissions=["camera", "microphone"]).new_page()
    camera.goto(f"{server.base}/studio/{ROOM}")
    if camera.evaluate(PUBLISH, [whip, token]) != 201:
        raise SystemExit("the browser could not publish")
    report("Chromium, VP8, fake camera", joined(viewer, whep, joins))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--joins", type=int, default=30, help="joins per publisher (default: 30)")
    arguments = parser.parse_args()
    executable = shutil.which("chromium")
    if executable is None:
        raise SystemExit("needs Chromium: install the package `chromium`")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        try:
            measure(server, browser, arguments.joins)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
