"""A viewer under test, with its peer's keys and a clock in hand."""

from __future__ import annotations

import socket
from collections import Counter

from podium.relay import rtcp
from podium.relay.fanout import Fanout
from podium.relay.feed import Feed
from podium.relay.rtp import Kind, classify
from podium.relay.source import Source
from podium.relay.viewer import Viewer
from tests.relay.media import DELTA, KEY, inbound, outbound, packet, video_section


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
