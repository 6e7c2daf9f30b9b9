"""A publisher's end of the media plane: its sources, its sender reports in, reports and requests out."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence

import pylibsrtp

from podium.relay import rtcp
from podium.relay.cache import Packet
from podium.relay.datagrams import Address
from podium.relay.fanout import Fanout, Outlet
from podium.relay.feed import Feed
from podium.relay.media import MID, Section
from podium.relay.rtp import Kind, Malformed, RtpPacket, classify, parse
from podium.relay.source import Source
from podium.relay.srtp import Unprotector
from podium.relay.stream import Stream

CNAME = "podium"
#: SSRCs that one publisher may bring; a flood of new ones is noise.
MOST_SOURCES = 8
REPORT_INTERVAL = 1.0
#: In its first seconds a sender raises its rate to what REMB allows at once, so it is told early and often.
START_SECONDS = 3.0
START_INTERVAL = 0.2
#: What a publisher may send (bits per second), and how the estimate follows loss.
HIGHEST_BITRATE = 10_000_000
LOWEST_BITRATE = 300_000
TOLERATED_LOSS = 0.10
LOSS_STEP_DOWN = 0.85
STEP_UP = 1.08


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
        self._ssrc = secrets.randbits(32)
        self._unprotector: Unprotector | None = None
        self._outlet: Outlet | None = None
        self._sources: dict[int, tuple[Source, Stream]] = {}
        self._connected_at = 0.0
        self._reported_at = 0.0
        self._bitrate = HIGHEST_BITRATE
        self._octets = self._octets_reported = 0
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
        if self._outlet is not None:
            self._outlet.move(address)

    def connected(self, inbound: pylibsrtp.Session, outbound: pylibsrtp.Session) -> None:
        """DTLS is done: media may come, and the feed is live."""
        if self.closed or self._address is None:
            return
        self._unprotector = Unprotector(inbound)
        self._outlet = Outlet(self._family, self._address, outbound)
        self._go_live()

    def shadow(self, wish: Callable[[tuple[int, ...]], None]) -> None:
        """The peer is a sibling's: its packets come by `accept`, and key frames of SSRCs are wished for by `wish`."""
        self._wish = wish
        self._go_live()

    def _go_live(self) -> None:
        self._connected_at = self._clock()
        self.feed.sections = self.sections
        self.feed.live = True

    def close(self) -> None:
        """The publisher is gone; its viewers stay. Idempotent."""
        if not self.closed:
            self.closed = True
            for source, stream in self._sources.values():
                if stream.source is source:
                    stream.detach()
            self._sources.clear()
            self._detach(self)

    def dismiss(self, reason: str) -> None:
        """The plane ends this publisher and tells its owner why."""
        if not self.closed:
            self.close()
            self._on_closed(reason)

    def stats(self) -> dict[str, int | float | str]:
        """Counts since the start, per stream kind: received, lost, codec, round trip."""
        found: dict[str, int | float | str] = {"octets": self._octets, "bitrate_allowed": self._bitrate}
        for source, stream in self._sources.values():
            codec = stream.codec
            found[f"{stream.kind}_received"] = source.received
            found[f"{stream.kind}_given_up"] = source.given_up
            found[f"{stream.kind}_codec"] = codec.name if codec is not None else ""
            found[f"{stream.kind}_round_trip"] = source.round_trip
        return found

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
        found = self._sources.get(packet.ssrc) or self._admit(packet)
        if found is None:
            self._counters["dropped_rtp_unknown"] += 1
            return
        source, stream = found
        if stream.source is not source:
            self._counters["dropped_rtp_superseded"] += 1
            return
        self._counters["packets_in"] += 1
        self._counters["bytes_in"] += len(clear)
        self._octets += len(clear)
        if self.tap is not None:
            self.tap(clear)
        new = stream.take(packet, now)
        if new:
            self._deliver(stream, new)
        elif stream.waiting:
            self.request_key_frames(now)

    def _admit(self, packet: RtpPacket) -> tuple[Source, Stream] | None:
        """A new SSRC finds its section by announcement, by the MID extension or by payload type (RFC 8843, 9.2)."""
        section = self._section_of(packet)
        codec = None if section is None else section.codec(packet.payload_type)
        if section is None or codec is None or len(self._sources) >= MOST_SOURCES:
            return None
        stream = self.feed.streams[section.kind]
        source = Source(packet.ssrc, codec.clock_rate, repairs="nack" in codec.feedback)
        stream.attach(source, section)
        self._sources[packet.ssrc] = source, stream
        return source, stream

    def _section_of(self, packet: RtpPacket) -> Section | None:
        for section in self.sections:
            if packet.ssrc in section.ssrcs:
                return section
        for section in self.sections:
            for identifier, value in packet.extensions:
                if section.extensions.get(identifier) == MID:
                    name = value.decode("ascii", "replace")
                    return next((named for named in self.sections if named.mid == name), None)
        return next((section for section in self.sections if section.codec(packet.payload_type)), None)

    def accept_control(self, clear: bytes) -> None:
        """A compound RTCP packet in the clear."""
        messages, unread = rtcp.parse(clear)
        self._counters["dropped_rtcp_malformed"] += unread
        if self.tap is not None:
            self.tap(clear)
        for message in messages:
            if isinstance(message, rtcp.SenderReport):
                found = self._sources.get(message.ssrc)
                if found is not None:
                    found[0].sender_report = message, self._clock()

    def turn(self, now: float) -> None:
        """From time to time: ask for what is missing and for key frames, report how it arrives."""
        if self._outlet is None and self._wish is None:
            return
        lost: list[rtcp.Message] = []
        for source, stream in self._sources.values():
            due = source.due(now)
            if due and self._outlet is not None:
                lost.append(rtcp.Nack(self._ssrc, source.ssrc, tuple(due)))
                self._counters["nacks_out"] += len(due)
            if source.has_given_up() and stream.source is source and stream.kind == "video":
                stream.requests.want()
        if lost:
            self._post(lost)
        self.request_key_frames(now)
        interval = START_INTERVAL if now - self._connected_at < START_SECONDS else REPORT_INTERVAL
        if self._sources and now - self._reported_at >= interval:
            self._report(now)

    def request_key_frames(self, now: float) -> None:
        """Send the key frame requests that are wanted and due."""
        asked = [
            source.ssrc
            for source, stream in self._sources.values()
            if stream.source is source and stream.kind == "video" and stream.requests.due(now)
        ]
        if asked and self._wish is not None:
            self._wish(tuple(asked))
        elif asked:
            self._counters["key_frame_requests_out"] += len(asked)
            self._post([rtcp.KeyFrameRequest(self._ssrc, ssrc) for ssrc in asked])
            self._fanout.flush()

    def want_key_frames(self, ssrcs: Sequence[int]) -> None:
        """Viewers at a sibling need key frames of these sources."""
        for source, stream in self._sources.values():
            if source.ssrc in ssrcs:
                stream.requests.want()
        self.request_key_frames(self._clock())

    def _report(self, now: float) -> None:
        found = ((source.report(now), stream) for source, stream in self._sources.values())
        reports = [(report, stream) for report, stream in found if report is not None]
        loss = max((report.fraction / 256 for report, stream in reports if stream.kind == "video"), default=0.0)
        measured = (self._octets - self._octets_reported) * 8 / max(0.1, now - self._reported_at)
        self._octets_reported, self._reported_at = self._octets, now
        if loss > TOLERATED_LOSS:
            self._bitrate = max(LOWEST_BITRATE, int(LOSS_STEP_DOWN * min(self._bitrate, measured)))
        else:
            self._bitrate = min(HIGHEST_BITRATE, int(self._bitrate * STEP_UP))
        messages: list[rtcp.Message] = [rtcp.ReceiverReport(self._ssrc, tuple(report for report, _ in reports))]
        media = tuple(
            source.ssrc
            for source, stream in self._sources.values()
            if stream.codec is not None and "goog-remb" in stream.codec.feedback
        )
        if media:
            messages.append(rtcp.Remb(self._ssrc, self._bitrate, media))
        self._post(messages)

    def _post(self, messages: Sequence[rtcp.Message]) -> None:
        """Feedback travels behind a report and a name (RFC 3550, 6.1: every compound packet has both)."""
        if self._outlet is None:
            return
        first, rest = messages[0], messages[1:]
        if not isinstance(first, rtcp.ReceiverReport):
            first, rest = rtcp.ReceiverReport(self._ssrc), messages
        name = rtcp.description(self._ssrc, CNAME)
        self._fanout.post(self._outlet, rtcp.build([first]) + name + rtcp.build(rest))
