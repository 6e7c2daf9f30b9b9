"""A viewer's end: what its feedback does, and what a compound report to it says."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator

import pytest

from podium.relay import rtcp
from podium.relay.fanout import Fanout
from podium.relay.feed import Feed
from podium.relay.rtp import Kind, classify
from podium.relay.source import Source
from podium.relay.viewer import Viewer
from tests.relay.media import DELTA, KEY, inbound, outbound, packet, video_section, wire


class Near:
    """A viewer under test who saw the whole of a short stream."""

    def __init__(self) -> None:
        self.now = 0.0
        self.counters: Counter[str] = Counter()
        self.told: list[str] = []
        self.udp, self.peer = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for one in (self.udp, self.peer):
            one.setblocking(False)
            one.bind(("127.0.0.1", 0))
        self.feed = Feed("hall/programme")
        stream = self.feed.streams["video"]
        stream.attach(Source(1, 90000, repairs=True), video_section())
        for number in range(1, 6):
            stream.take(packet(number, 3000 * number, DELTA if number > 1 else KEY), 0.0)
        self.sealing, self.opening = outbound(b"up"), inbound(b"down")
        self.fanout = Fanout(self.udp)
        self.viewer = Viewer(
            self.feed,
            [video_section(ssrcs=(7,))],
            self.udp.family,
            self.peer.getsockname(),
            fanout=self.fanout,
            counters=self.counters,
            clock=lambda: self.now,
            seated=lambda viewer: self.told.append("seated"),
            left=lambda viewer: self.told.append("left"),
            wanted=lambda viewer: self.told.append("wanted"),
            aimed=lambda seat: self.told.append("aimed"),
            on_closed=self.told.append,
        )
        self.viewer.connected(inbound(b"up"), outbound(b"down"))
        (seat,) = self.viewer.seats
        seat.delivery.consider(0.0)
        self.viewer.send(seat, seat.delivery.replay(100), 0.0)
        self.fanout.flush()
        self.got = self.read()

    def close(self) -> None:
        self.udp.close()
        self.peer.close()

    def read(self) -> list[bytes]:
        self.fanout.flush()
        found = []
        while True:
            try:
                datagram = self.peer.recv(2048)
            except BlockingIOError:
                return found
            control = classify(datagram) is Kind.RTCP
            found.append(self.opening.unprotect_rtcp(datagram) if control else self.opening.unprotect(datagram))

    def say(self, *messages: rtcp.Message) -> None:
        self.viewer.receive(self.sealing.protect_rtcp(rtcp.build(messages)))


@pytest.fixture
def near() -> Iterator[Near]:
    made = Near()
    yield made
    made.close()


def test_a_lost_picture_is_told_to_the_plane(near: Near) -> None:
    near.say(rtcp.KeyFrameRequest(9, 7))
    assert near.told == ["seated", "wanted"]
    assert near.counters["key_frame_requests_in"] == 1


def test_feedback_on_other_ssrcs_changes_nothing(near: Near) -> None:
    near.say(rtcp.Nack(9, 8, (1,)), rtcp.KeyFrameRequest(9, 8))
    assert near.read() == []
    assert near.told == ["seated"]


def test_reports_and_estimates_are_kept_for_the_statistics(near: Near) -> None:
    near.say(
        rtcp.ReceiverReport(9, (rtcp.Report(7, 64, 1, 1, 1, 1, 1), rtcp.Report(5, 255, 1, 1, 1, 1, 1))),
        rtcp.Remb(9, 1_000_000, (7,)),
        rtcp.Goodbye((9,)),
    )
    stats = near.viewer.stats()
    assert (stats["fraction_lost"], stats["estimate"]) == (0.25, 1_000_000 >> 2 << 2)


def test_media_and_noise_from_a_viewer_are_counted(near: Near) -> None:
    near.viewer.receive(near.sealing.protect(wire(1, 1)))
    near.viewer.receive(b"\x80\xc9" + bytes(40))
    near.viewer.receive(near.sealing.protect_rtcp(b"\x80\xc9\x00\x01" + bytes(4) + b"\x81\xc9\x00\x01" + bytes(4)))
    assert near.counters["dropped_rtp_unknown"] == 1
    assert near.counters["dropped_srtp"] == 1
    assert near.counters["dropped_rtcp_malformed"] == 1


def test_closing_tells_the_plane_once(near: Near) -> None:
    near.viewer.close()
    near.viewer.dismiss("codec changed")
    assert near.told == ["seated", "left"]
    near.say(rtcp.Nack(9, 7, (1,)))
    assert near.counters["dropped_unconnected"] == 1
