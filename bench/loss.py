"""What a lossy network costs a viewer, with and without asking for lost packets again.

    PYTHONPATH=. python bench/loss.py [--seconds 15]

Starts a server on a folder of its own, publishes Chromium's fake camera (VP8, 1280x720) to it, and plays it in Chromium
through a UDP proxy that loses packets in both directions, with 50 ms of delay each way. For each share of loss two
viewers watch at the same time, each through a proxy of its own: one as it is, the other with `nack` taken out of
its offer, so that it never asks for a lost packet and gets no retransmissions. Prints one row per viewer of a table for
docs/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import ExitStack

from first_frame import CHROMIUM, FLAGS, PUBLISH, SETTLE_SECONDS, blank_page
from playwright.async_api import Page, async_playwright
from questions import ROOM, serving

from tests.relay.proxy import proxy_thread
from tests.relay.weather import Weather

LOSSES = (0.0, 0.01, 0.05, 0.10)
DELAY = 0.05
JOIN_SECONDS = 3.0
"""A viewer joins in fair weather; then the loss begins, and what is counted begins with it."""

JOIN = """async ([url, port, nack]) => {
  const peer = new RTCPeerConnection();
  const video = document.body.appendChild(document.createElement('video'));
  video.autoplay = video.muted = true;
  const stream = video.srcObject = new MediaStream();
  peer.ontrack = (event) => stream.addTrack(event.track);
  for (const kind of ['video', 'audio']) peer.addTransceiver(kind, {direction: 'recvonly'});
  const {sdp} = await peer.createOffer();
  const asking = (lines) => nack ? lines : lines.replace(/a=rtcp-fb:\\S+ nack\\r\\n/g, '');
  await peer.setLocalDescription({type: 'offer', sdp: asking(sdp)});
  const headers = {'Content-Type': 'application/sdp'};
  const response = await fetch(url, {method: 'POST', body: peer.localDescription.sdp, headers});
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  const ours = / udp \\d+ 127\\.0\\.0\\.1 \\d+ typ host/;
  const answer = (await response.text()).split('\\r\\n')
    .filter((line) => !line.startsWith('a=candidate') || ours.test(line))
    .map((line) => line.startsWith('a=candidate') ? line.replace(/127\\.0\\.0\\.1 \\d+/, `127.0.0.1 ${port}`) : line)
    .join('\\r\\n');
  await peer.setRemoteDescription({type: 'answer', sdp: asking(answer)});
  const session = new URL(response.headers.get('Location'), url);
  (globalThis.viewers ??= []).push({peer, video, session});
}"""

COUNTS = """() => Promise.all(globalThis.viewers.map(async ({peer}) => {
  const reports = [...(await peer.getStats()).values()];
  const of = (kind) => reports.find((report) => report.type === 'inbound-rtp' && report.kind === kind) ?? {};
  const video = of('video');
  return {
    decoded: video.framesDecoded ?? 0, freezes: video.freezeCount ?? 0, frozen: video.totalFreezesDuration ?? 0,
    nacks: video.nackCount ?? 0, repaired: video.retransmittedPacketsReceived ?? 0, plis: video.pliCount ?? 0,
    concealed: of('audio').concealedSamples ?? 0, samples: of('audio').totalSamplesReceived ?? 0,
  };
}))"""

LEAVE = """async () => {
  for (const {peer, video, session} of globalThis.viewers) {
    await fetch(session, {method: 'DELETE'});
    peer.close();
    video.remove();
  }
  globalThis.viewers = [];
}"""


async def watch(page: Page, whep: str, media_port: int, loss: float, seconds: float) -> None:
    """Print what the two viewers saw in this weather."""
    with ExitStack() as stack:
        proxies = [stack.enter_context(proxy_thread(media_port, Weather(delay=DELAY))) for _ in range(2)]
        for proxy, asks in zip(proxies, (True, False), strict=True):
            await page.evaluate(JOIN, [whep, proxy.port, asks])
        await asyncio.sleep(JOIN_SECONDS)
        before = await page.evaluate(COUNTS)
        for proxy in proxies:
            proxy.change(Weather(loss=loss, delay=DELAY))
        await asyncio.sleep(seconds)
        after = await page.evaluate(COUNTS)
        await page.evaluate(LEAVE)
    for name, was, is_ in zip(("with NACK", "without"), before, after, strict=True):
        seen = {key: is_[key] - was[key] for key in is_}
        heard = 100 * seen["concealed"] / max(1, seen["samples"])
        print(
            f"| {loss:.0%} | {name} | {seen['decoded'] / seconds:.1f} | {seen['freezes']} | {seen['frozen']:.1f} "
            f"| {seen['nacks']} | {seen['repaired']} | {seen['plis']} | {heard:.1f} % |",
            flush=True,
        )


async def measure(seconds: float) -> None:
    with serving() as server:
        base, media_port, token = server.base, server.media_port, server.token("studio")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            async with blank_page(browser) as camera, blank_page(browser) as viewer:
                await camera.evaluate(PUBLISH, [f"{base}/whip/{ROOM}/programme", token])
                await asyncio.sleep(SETTLE_SECONDS)
                print(
                    "| loss | viewer | frames/s decoded | freezes | frozen, s | NACKs | repaired | PLIs | sound concealed |"
                )
                print("|---|---|---|---|---|---|---|---|---|")
                for loss in LOSSES:
                    await watch(viewer, f"{base}/whep/{ROOM}/programme", media_port, loss, seconds)
            await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15, help="of each weather (default: 15)")
    asyncio.run(measure(parser.parse_args().seconds))


if __name__ == "__main__":
    main()
