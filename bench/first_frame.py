"""How soon a late joiner sees the picture: from the start of its offer to the first frame on the screen of Chromium.

    python bench/first_frame.py --whip WHIP_URL --token TOKEN --whep WHEP_URL --joins 10 [--tcp]

Publishes to a running server first from Chromium's fake camera (VP8), then from FFmpeg (H.264, a key frame every two
seconds, which answers no request for one), and joins again and again at no particular moment of a group of pictures.
With --tcp the joiner is told no UDP address, as if a firewall blocked UDP. Prints one JSON object per publisher, times in milliseconds, with the freezes of all joiners together.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import imageio_ffmpeg
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--headless=new",
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
SETTLE_SECONDS = 4.0
WATCH_SECONDS = 1.7  # no divisor of the two seconds between key frames
KEY_FRAME_EVERY = 60

PUBLISH = """async ([url, token]) => {
  const stream = await navigator.mediaDevices.getUserMedia({video: {width: 1280, height: 720}, audio: true});
  const peer = window.peer = new RTCPeerConnection();
  for (const track of stream.getTracks()) peer.addTransceiver(track, {direction: 'sendonly', streams: [stream]});
  await peer.setLocalDescription();
  const headers = {'Content-Type': 'application/sdp', Authorization: `Bearer ${token}`};
  const response = await fetch(url, {method: 'POST', body: peer.localDescription.sdp, headers});
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  await peer.setRemoteDescription({type: 'answer', sdp: await response.text()});
}"""

PLAY = """async ([url, watch, tcp]) => {
  const began = performance.now();
  const peer = new RTCPeerConnection();
  const video = document.body.appendChild(document.createElement('video'));
  video.autoplay = video.muted = true;
  const stream = video.srcObject = new MediaStream();
  peer.ontrack = (event) => stream.addTrack(event.track);
  const first = new Promise((seen) => video.requestVideoFrameCallback(() => seen(performance.now() - began)));
  for (const kind of ['video', 'audio']) peer.addTransceiver(kind, {direction: 'recvonly'});
  await peer.setLocalDescription();
  const headers = {'Content-Type': 'application/sdp'};
  const response = await fetch(url, {method: 'POST', body: peer.localDescription.sdp, headers});
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  let sdp = await response.text();
  if (tcp) sdp = sdp.replace(/a=candidate:\\S+ \\d+ udp [^\\r\\n]*\\r\\n/g, '');
  await peer.setRemoteDescription({type: 'answer', sdp});
  const frame = await first;
  await new Promise((waited) => setTimeout(waited, 1000 * watch));
  const reports = [...(await peer.getStats()).values()];
  const inbound = reports.find((report) => report.type === 'inbound-rtp' && report.kind === 'video');
  const session = new URL(response.headers.get('Location'), url);
  await fetch(session, {method: 'DELETE'});
  peer.close();
  video.remove();
  return [frame, inbound.freezeCount];
}"""


@asynccontextmanager
async def blank_page(browser: Browser) -> AsyncIterator[Page]:
    """A page on loopback, where a browser lends its camera, and on another origin than the server's."""

    async def empty(_: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><link rel=icon href=data:,><body>", content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/", empty)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    page = await browser.new_page()
    await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    yield page
    await page.close()
    await runner.cleanup()


@asynccontextmanager
async def ffmpeg(url: str, token: str) -> AsyncIterator[None]:
    """FFmpeg publishing a moving test picture and a tone in real time."""
    picture = "-re -f lavfi -i testsrc2=size=1280x720:rate=30 -re -f lavfi -i sine=frequency=440:sample_rate=48000"
    coding = (
        "-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline -pix_fmt yuv420p -b:v 2500k "
        f"-g {KEY_FRAME_EVERY} -bf 0 -c:a libopus -ac 2 -b:a 64k"
    )
    process = await asyncio.create_subprocess_exec(
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-hide_banner",
        "-loglevel",
        "error",
        *picture.split(),
        *coding.split(),
        *("-f", "whip", "-authorization", token, url),
        stdin=asyncio.subprocess.DEVNULL,
    )
    yield
    if process.returncode is None:
        process.terminate()
    await process.wait()


async def join(page: Page, whep: str, joins: int, *, tcp: bool) -> dict[str, float]:
    """Join so often; the first join warms the browser's decoder and is left out."""
    seen = [await page.evaluate(PLAY, [whep, WATCH_SECONDS, tcp]) for _ in range(joins + 1)][1:]
    frames = sorted(first for first, _ in seen)
    return {
        "joins": joins,
        "p50": round(statistics.median(frames), 1),
        "p95": round(frames[min(joins - 1, round(0.95 * joins))], 1),
        "most": round(frames[-1], 1),
        "freezes": sum(freezes for _, freezes in seen),
    }


async def measure(whip: str, token: str, whep: str, joins: int, *, tcp: bool) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        async with blank_page(browser) as viewer:
            async with blank_page(browser) as camera:
                await camera.evaluate(PUBLISH, [whip, token])
                await asyncio.sleep(SETTLE_SECONDS)
                print(json.dumps({"publisher": "Chromium, VP8", **await join(viewer, whep, joins, tcp=tcp)}))
            async with ffmpeg(whip, token):
                await asyncio.sleep(SETTLE_SECONDS)
                print(json.dumps({"publisher": "FFmpeg, H.264, 2 s GOP", **await join(viewer, whep, joins, tcp=tcp)}))
        await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Time to the first frame of a late joiner, in Chromium.")
    parser.add_argument("--whip", required=True, help="where to publish")
    parser.add_argument("--token", required=True, help="the bearer token for it")
    parser.add_argument("--whep", required=True, help="where to play")
    parser.add_argument("--joins", type=int, default=10, help="how often to join, per publisher")
    parser.add_argument("--tcp", action="store_true", help="join over TCP alone")
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.whip, arguments.token, arguments.whep, arguments.joins, tcp=arguments.tcp))


if __name__ == "__main__":
    main()
