"""A publisher under test, with its peer's keys and a clock in hand."""

from __future__ import annotations

import socket
from collections import Counter

from podium.relay import rtcp
from podium.relay.cache import Packet
from podium.relay.fanout import Fanout
from podium.relay.feed import Feed
from podium.relay.media import Section
from podium.relay.publisher import Publisher
from podium.relay.stream import Stream
from tests.relay.media import inbound, outbound, wire


class Far:
    """A publisher under test with its peer's keys and a clock in hand."""

    def __init__(self, *sections: Section) -> None:
        self.now = 100.0
        self.counters: Counter[str] = Counter()
        self.delivered: list[tuple[str, Packet]] = []
        self.closed: list[str] = []
        self.compounds: list[bytes] = []
        self.udp, self.peer = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for one in (self.udp, self.peer):
            one.setblocking(False)
            one.bind(("127.0.0.1", 0))
        self.feed = Feed("hall/programme")
        self.sealing, self.opening = outbound(b"up"), inbound(b"down")
        self.fanout = Fanout(self.udp)
        self.publisher = Publisher(
            self.feed,
            sections,
            self.udp.family,
            self.peer.getsockname(),
            fanout=self.fanout,
            counters=self.counters,
            deliver=self._deliver,
            clock=lambda: self.now,
            on_closed=self.closed.append,
            detach=lambda publisher: None,
        )
        self.publisher.connected(inbound(b"up"), outbound(b"down"))

    def _deliver(self, stream: Stream, packets: list[Packet]) -> None:
        self.delivered += [(stream.kind, packet) for packet in packets]

    def send(self, *args: object, **options: object) -> None:
        self.publisher.receive(self.sealing.protect(wire(*args, **options)))

    def turn(self, seconds: float = 0.0) -> list[rtcp.Message]:
        self.now += seconds
        self.publisher.turn(self.now)
        self.fanout.flush()
        heard: list[rtcp.Message] = []
        while True:
            try:
                datagram = self.peer.recv(2048)
            except BlockingIOError:
                return heard
            self.compounds.append(self.opening.unprotect_rtcp(datagram))
            messages, unread = rtcp.parse(self.compounds[-1])
            assert unread == 0
            assert isinstance(messages[0], rtcp.ReceiverReport), "a compound packet begins with a report"
            heard += messages

    def close(self) -> None:
        self.udp.close()
        self.peer.close()
