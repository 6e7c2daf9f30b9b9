"""A publisher's end of the media plane: its sources, its sender reports in, reports and requests out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

import pylibsrtp

from podium.relay import rtcp
from podium.relay.cache import Packet
from podium.relay.datagrams import Address
from podium.relay.fanout import Fanout
from podium.relay.feed import Feed
from podium.relay.gauge import Gauge
from podium.relay.intake import Intake
from podium.relay.lanes import Outlet
from podium.relay.media import Section
from podium.relay.report import FeedReport
from podium.relay.rtp import Kind, Malformed, build, classify, parse
from podium.relay.srtp import Unprotector
from podium.relay.stream import Stream
from podium.relay.told import Told, middle

#: NTP counts from 1900 (RFC 5905).
NTP_EPOCH = 2_208_988_800


class Publisher:
    """One WHIP session, or its shadow in a sibling worker. `deliver` is given what is new for the viewers of a stream.

    `tap` is given every packet in the clear that belongs to a source, RTP and RTCP, for the siblings.
    """

    def __init__(
        self,
        feed: Feed,
        sections: Sequence[Section],
        family: int,
        address: Address | None,
        *,
        fanout: Fanout,
        counters: Counter[str],
        deliver: Callable[[Stream, list[Packet]], None],
        clock: Callable[[], float],
        on_closed: Callable[[str], None],
        detach: Callable[[Publisher], None],
    ) -> None:
        self.feed = feed
        self.sections = tuple(sections)
        self._family = family
        self._address = address
        self._fanout = fanout
        self._counters = counters
        self._deliver = deliver
        self._clock = clock
        self._on_closed = on_closed
        self._detach = detach
        self._unprotector: Unprotector | None = None
        self._told = Told(self.sections, fanout)
        self._intake = Intake(feed, self.sections)
        self._ntp_shift: int | None = None
        self._gauge: Gauge | None = None
        self._round_trip: float | None = None
        self._connected_at = 0.0
        self._octets = 0
        self._wish: Callable[[tuple[int, ...]], None] | None = None
        self.tap: Callable[[bytes], None] | None = None
        self.closed = False

    @property
    def address(self) -> Address | None:
        """Where the peer is."""
        return self._address

    @address.setter
    def address(self, address: Address) -> None:
        self._address = address
        self._told.move(address)

    def connected(self, inbound: pylibsrtp.Session, outbound: pylibsrtp.Session) -> None:
        """DTLS is done: media may come, and the feed is live."""
        if self.closed or self._address is None:
            return
        self._unprotector = Unprotector(inbound)
        self._go_live()
        self._told.begin(Outlet(self._family, self._address, outbound), self._connected_at)
        self._gauge = Gauge(self.feed, self._connected_at)

    def shadow(self, wish: Callable[[tuple[int, ...]], None]) -> None:
        """The peer is a sibling's: its packets come by `accept`, and key frames of SSRCs are wished for by `wish`."""
        self._wish = wish
        self._go_live()

    def sources(self) -> tuple[tuple[int, str, str], ...]:
        """(SSRC, mid, layer) of all that it sends, for shadows that begin later."""
        return self._intake.sources()

    def kept(self) -> list[bytes]:
        """The pictures since the last key frame, each layer's in order, in the clear."""
        inlets = [inlet for inlet in self._intake.inlets.values() if inlet.in_use and inlet.stream.kind == "video"]
        return [build(packet) for inlet in inlets for packet in inlet.stream.kept()]

    def learn(self, sources: Sequence[tuple[int, str, str]]) -> None:
        """The `sources` of the publisher whose shadow this is."""
        self._intake.learn(sources)

    def _go_live(self) -> None:
        self._connected_at = self._clock()
        self.feed.begin(self.sections)

    def close(self) -> None:
        """The publisher is gone; its viewers stay. Idempotent."""
        if not self.closed:
            self.closed = True
            self._intake.close()
            self._detach(self)

    def dismiss(self, reason: str) -> None:
        """The plane ends this publisher and tells its owner why."""
        if not self.closed:
            self.close()
            self._on_closed(reason)

    def stats(self) -> dict[str, int | float | str]:
        """Counts since the start, per stream kind: received, lost, codec, round trip."""
        found: dict[str, int | float | str] = {"octets": self._octets, "bitrate_allowed": self._told.allowed}
        for inlet in self._intake.inlets.values():
            codec = inlet.stream.codec
            name = f"{inlet.stream.kind}_{inlet.layer}" if inlet.layer else inlet.stream.kind
            found[f"{name}_received"] = inlet.source.received
            found[f"{name}_given_up"] = inlet.source.given_up
            found[f"{name}_codec"] = codec.name if codec is not None else ""
            found[f"{name}_round_trip"] = inlet.source.round_trip
        return found

    def report(self) -> FeedReport | None:
        """What it sends, measured since the last call; None at a sibling, which has only the packets."""
        return None if self._gauge is None else self._gauge.read(self._clock(), self._measured_round_trip())

    def _measured_round_trip(self) -> float | None:
        """By extended reports, which browsers answer; else by how long repairs took, once there were any."""
        sources = (inlet.source for inlet in self._intake.inlets.values() if inlet.in_use)
        repaired = (source.round_trip for source in sources if source.repaired)
        return self._round_trip if self._round_trip is not None else next(repaired, None)

    def receive(self, datagram: bytes | bytearray | memoryview) -> None:
        """SRTP or SRTCP from the peer. Noise is dropped and counted."""
        if self._unprotector is None or self.closed:
            self._counters["dropped_unconnected"] += 1
            return
        is_control = classify(datagram) is Kind.RTCP
        clear = self._unprotector.rtcp(datagram) if is_control else self._unprotector.rtp(datagram)
        if clear is None:
            self._counters["dropped_srtp"] += 1
        elif is_control:
            self.accept_control(clear)
        else:
            self.accept(clear)

    def accept(self, clear: bytes) -> None:
        """An RTP packet in the clear."""
        try:
            packet = parse(clear)
        except Malformed:
            self._counters["dropped_rtp_malformed"] += 1
            return
        now = self._clock()
        self._told.arrived(packet, now)
        if self._intake.is_repair(packet):
            restored = self._intake.restore(packet)
            if restored is None:
                self._counters["padding_in"] += 1
                return
            self._counters["retransmissions_in"] += 1
            packet, clear = restored, build(restored)
        inlet = self._intake.place(packet)
        if inlet is None:
            self._counters["dropped_rtp_unknown"] += 1
            return
        if not inlet.in_use:
            self._counters["dropped_rtp_superseded"] += 1
            return
        self._counters["packets_in"] += 1
        self._counters["bytes_in"] += len(clear)
        self._octets += len(clear)
        if self.tap is not None:
            self.tap(clear)
        new = inlet.stream.take(packet, now)
        if new:
            self._deliver(inlet.stream, new)
        elif inlet.stream.waiting:
            self.request_key_frames(now)

    def accept_control(self, clear: bytes) -> None:
        """A compound RTCP packet in the clear."""
        messages, unread = rtcp.parse(clear)
        self._counters["dropped_rtcp_malformed"] += unread
        if self.tap is not None:
            self.tap(clear)
        for message in messages:
            if isinstance(message, rtcp.Delay) and message.receiver == self._told.ssrc and message.last_reference:
                passed = middle(self._clock()) - message.last_reference - message.delay & 0xFFFFFFFF
                self._round_trip = passed / 65536 if passed < 1 << 31 else 0.0
                for source in (each.source for each in self._intake.inlets.values()):
                    if not source.repaired:  # what repairs take is the better measure of when to ask again
                        source.round_trip = self._round_trip
            if isinstance(message, rtcp.SenderReport):
                inlet = self._intake.inlets.get(message.ssrc)
                if inlet is not None:
                    if self._ntp_shift is None:
                        self._ntp_shift = round((time.time() + NTP_EPOCH) * (1 << 32)) - message.ntp
                    inlet.source.ntp_shift = self._ntp_shift
                    inlet.source.sender_report = message, self._clock()

    def turn(self, now: float) -> None:
        """From time to time: ask for what is missing and for key frames, report how it arrives."""
        if self._told.outlet is None and self._wish is None:
            return
        lost: list[rtcp.Message] = []
        for inlet in self._intake.inlets.values():
            due = inlet.source.due(now)
            if due and self._told.outlet is not None:
                lost.append(rtcp.Nack(self._told.ssrc, inlet.source.ssrc, tuple(due)))
                self._counters["nacks_out"] += len(due)
            if inlet.source.has_given_up() and inlet.in_use and inlet.stream.kind == "video":
                inlet.stream.lose()
        if lost:
            self._told.post(lost)
        self.request_key_frames(now)
        self._told.turn(self._intake.inlets, self._octets, now)

    def request_key_frames(self, now: float) -> None:
        """Send the key frame requests that are wanted and due."""
        asked = [
            inlet.source.ssrc
            for inlet in self._intake.inlets.values()
            if inlet.in_use and inlet.stream.kind == "video" and inlet.stream.requests.due(now)
        ]
        if asked and self._wish is not None:
            self._wish(tuple(asked))
        elif asked:
            self._counters["key_frame_requests_out"] += len(asked)
            self._told.post([rtcp.KeyFrameRequest(self._told.ssrc, ssrc) for ssrc in asked])
            self._fanout.flush()

    def want_key_frames(self, ssrcs: Sequence[int]) -> None:
        """Viewers at a sibling need key frames of these sources."""
        for inlet in self._intake.inlets.values():
            if inlet.source.ssrc in ssrcs:
                inlet.stream.requests.want()
        self.request_key_frames(self._clock())
