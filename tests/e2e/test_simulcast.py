"""Chromium publishes three layers, Chromium watches: which one it gets, by its wish and by its link."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Page

from tests.relay.proxy import Proxy, running_proxy
from tests.relay.rig import FEED, TOKEN, Rig, running_relay
from tests.relay.weather import CLEAR, Weather

pytestmark = pytest.mark.media

Result = TypeVar("Result")

WIDTHS = {"q": 240, "h": 480, "f": 960}
PUBLISH = """async ([url, token, width]) => {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: {width, height: width * 9 / 16, frameRate: 20}, audio: true,
  });
  const connection = window.connection = new RTCPeerConnection();
  connection.addTransceiver(stream.getAudioTracks()[0], {direction: 'sendonly', streams: [stream]});
  const layers = [['q', 4, 150_000], ['h', 2, 400_000], ['f', 1, 1_200_000]];
  const video = connection.addTransceiver(stream.getVideoTracks()[0], {
    direction: 'sendonly', streams: [stream],
    sendEncodings: layers.map(([rid, scaleResolutionDownBy, maxBitrate]) =>
      ({rid, scaleResolutionDownBy, maxBitrate, scalabilityMode: 'L1T2'})),
  });
  const known = RTCRtpReceiver.getCapabilities('video').codecs;
  video.setCodecPreferences(known.filter(({mimeType}) => ['video/VP8', 'video/rtx'].includes(mimeType)));
  await connection.setLocalDescription();
  const response = await fetch(url, {
    method: 'POST', body: connection.localDescription.sdp,
    headers: {'Content-Type': 'application/sdp', Authorization: 'Bearer ' + token},
  });
  await connection.setRemoteDescription({type: 'answer', sdp: await response.text()});
  return response.status;
}"""
WATCH = """async ([url, port]) => {
  const connection = window.connection = new RTCPeerConnection();
  connection.addTransceiver('audio', {direction: 'recvonly'});
  connection.addTransceiver('video', {direction: 'recvonly'});
  const video = document.body.appendChild(Object.assign(document.createElement('video'), {muted: true, autoplay: true}));
  video.srcObject = new MediaStream();
  connection.ontrack = ({track}) => video.srcObject.addTrack(track);
  await connection.setLocalDescription();
  const response = await fetch(url, {
    method: 'POST', body: connection.localDescription.sdp, headers: {'Content-Type': 'application/sdp'},
  });
  const sdp = (await response.text()).replace(/( udp \\d+ 127\\.0\\.0\\.1) \\d+/g, `$1 ${port}`);
  await connection.setRemoteDescription({type: 'answer', sdp});
  return response.status;
}"""
#: Resolves with the statistics once a condition holds, looking ten times a second; rejects after so many seconds.
UNTIL = """async ([direction, condition, seconds]) => {
  const holds = {
    width: (all, wanted) => all.some(({frameWidth}) => frameWidth === wanted),
    narrower: (all, than) => all.some(({frameWidth}) => frameWidth < than),
    layers: (all, count) => all.filter(({framesEncoded}) => framesEncoded > 0).length === count,
    decoded: (all, count) => all.some(({framesDecoded}) => framesDecoded >= count),
  }[condition[0]];
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    const all = [...(await window.connection.getStats()).values()]
      .filter(({type, kind}) => type === direction && kind === 'video');
    if (holds(all, condition[1])) return all;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('never: ' + condition.join(' '));
}"""


class Studio:
    """A relay with a proxy before it, in an event loop of their own; `do` runs something there."""

    def __init__(self, loop: asyncio.AbstractEventLoop, rig: Rig, proxy: Proxy) -> None:
        self.rig, self.proxy = rig, proxy
        self._loop = loop

    def do(self, action: Callable[[], Result]) -> Result:
        async def act() -> Result:
            return action()

        return asyncio.run_coroutine_threadsafe(act(), self._loop).result(5)

    def open(self, browser: Browser) -> Page:
        """An empty page of the relay's origin."""
        page = browser.new_page()
        address = f"{self.rig.url}/empty"
        page.route(address, lambda route: route.fulfill(body="<!doctype html><body>", content_type="text/html"))
        page.goto(address)
        return page


@contextmanager
def studio() -> Iterator[Studio]:
    started, ended = threading.Event(), asyncio.Event()
    found: list[Studio] = []

    async def run() -> None:
        async with running_relay() as rig, running_proxy(rig.media_port) as proxy:
            found.append(Studio(asyncio.get_running_loop(), rig, proxy))
            started.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield found[0]
    finally:
        found[0].do(ended.set)
        thread.join(10)


def until(page: Page, direction: str, *condition: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(UNTIL, [direction, list(condition), 30])
    return found


def test_mp_15_mp_16_layers_follow_the_wish_and_the_link(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podium.relay.choice.TROUBLED_WAIT", 3.0)
    with studio() as here:
        publisher, viewer = here.open(browser), here.open(browser)
        assert publisher.evaluate(PUBLISH, [here.rig.whip, TOKEN, WIDTHS["f"]]) == 201
        sent = until(publisher, "outbound-rtp", "layers", 3)
        assert {layer["rid"] for layer in sent} == set(WIDTHS)
        assert viewer.evaluate(WATCH, [here.rig.whep, here.proxy.port]) == 201
        (before,) = until(viewer, "inbound-rtp", "width", WIDTHS["f"])
        watching = here.do(lambda: next(iter(here.rig.plane._viewers)))
        for name in ("q", "f", "h", "q", "f"):
            assert here.do(lambda name=name: watching.choose(rid=name))  # type: ignore[misc]
            (now,) = until(viewer, "inbound-rtp", "width", WIDTHS[name])
            until(viewer, "inbound-rtp", "decoded", now["framesDecoded"] + 10)
        (after,) = until(viewer, "inbound-rtp", "width", WIDTHS["f"])
        assert after["framesDecoded"] - before["framesDecoded"] > 50
        assert after["freezeCount"] == before["freezeCount"], "no change of layers is seen as a freeze"
        assert after["pliCount"] == before["pliCount"], "nor does the decoder ever ask for a whole picture"

        assert here.do(watching.choose)
        here.do(lambda: here.proxy.change(Weather(capacity=400_000)))
        (low,) = until(viewer, "inbound-rtp", "narrower", WIDTHS["f"])
        until(viewer, "inbound-rtp", "decoded", low["framesDecoded"] + 20)
        here.do(lambda: here.proxy.change(CLEAR))
        until(viewer, "inbound-rtp", "width", WIDTHS["f"])
        assert here.do(lambda: here.rig.plane.feeds()[FEED].viewers) == 1
        for page in (publisher, viewer):
            page.close()
