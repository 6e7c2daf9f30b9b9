"""A viewer's link shrinks at once: what is seen at its end, modelled, by a plane on a clock that the test turns."""

from __future__ import annotations

from itertools import pairwise

import pytest

from podium.relay import rtcp
from podium.relay.crossing import AROUND
from podium.relay.media import MediaKind
from podium.relay.rtp import RtpPacket
from tests.relay.hands import Hands
from tests.relay.media import video_section
from tests.relay.stage import Layered, Remote, Stage
from tests.relay.weather import Sky, Weather

PICTURE = 1 / 30
#: What the highest layer takes: packets of 1,200 octets and what is around them.
FULL = 8 * 30 * (1220 + AROUND)
#: A browser counts a freeze when the next picture comes so much later than usual (seconds).
FREEZE = 0.15 + PICTURE
VIDEO: MediaKind = "video"


class Browser:
    """Behind a link that holds back 250 ms and drops what exceeds it; reports and an estimate that tells nothing five times a second."""

    def __init__(self, remote: Remote, hands: Hands) -> None:
        self.sky = Sky(Weather(), 1)
        self.shown: list[tuple[float, RtpPacket]] = []
        self.keys = 0
        self._remote, self._hands = remote, hands
        self._under_way: list[tuple[float, RtpPacket]] = []
        self._read = 0
        self._highest = -1
        self._came = self._told = self._expected = 0
        self._torn = True

    def look(self, layers: Layered) -> None:
        self._remote.read()
        now = self._hands.now
        for packet in self._remote.rtp[self._read :]:
            waits = self.sky.queued(len(packet.payload) + AROUND, now)
            if waits is not None:
                own = 8 * (len(packet.payload) + AROUND) / (self.sky.weather.capacity or 1e9)
                self._under_way.append((now + waits + own, packet))
        self._read = len(self._remote.rtp)
        while self._under_way and self._under_way[0][0] <= now:
            at, packet = self._under_way.pop(0)
            self._show(at, packet, layers)

    def _show(self, at: float, packet: RtpPacket, layers: Layered) -> None:
        self._came += 1
        lost = self._highest >= 0 and packet.sequence != self._highest + 1
        if packet.sequence <= self._highest:
            return
        self._highest = packet.sequence
        self._torn = (self._torn or lost) and not layers.is_key(packet)
        if not self._torn:
            self.shown.append((at, packet))

    def report(self) -> bytes:
        expected = self._highest + 1
        lost = max(0, (expected - self._expected) - (self._came - self._told))
        fraction = round(255 * lost / max(1, expected - self._expected))
        self._expected, self._told = expected, self._came
        report = rtcp.Report(7, fraction, 0, self._highest, 0, 0, 0)
        return self._remote.seal_control(rtcp.ReceiverReport(8, (report,)), rtcp.Remb(8, 3 * FULL, (7,)))


@pytest.mark.parametrize("share", [0.5, 0.4])
def test_a_link_cut_to_less_than_half_is_seen_as_a_smaller_picture_and_not_as_a_freeze(
    timed: Stage, hands: Hands, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda below: 0)  # numbers that do not begin anew
    layers = Layered(timed, hands.now)
    layers.shoot(1, key=True)
    remote, viewer = timed.play(video_section(ssrcs=(7,)))
    browser = Browser(remote, hands)

    def run(pictures: int) -> None:
        for _ in range(pictures):
            layers.remote.read()
            asked = any(isinstance(message, rtcp.KeyFrameRequest) for message in layers.remote.control)
            layers.remote.control.clear()
            layers.shoot(1, key=asked)
            for _ in range(7):
                hands.run(PICTURE / 7)
                browser.look(layers)
            if layers.shot % 6 == 0:
                viewer.receive(browser.report())

    run(90)
    assert layers.of(browser.shown[-1][1]) == "f"
    browser.sky.weather = Weather(capacity=round(share * FULL))
    cut = hands.now
    run(90)
    since = [(at, packet) for at, packet in browser.shown if at >= cut - 2 * PICTURE]
    assert layers.seen([packet for _, packet in since])[0] == "f"
    assert layers.of(since[-1][1]) == "q"
    assert max(later - earlier for (earlier, _), (later, _) in pairwise(since)) < FREEZE
    browser.sky.weather = Weather()
    run(15 * 30)
    assert layers.of(browser.shown[-1][1]) == "f", "and it comes back up"
