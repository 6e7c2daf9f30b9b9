"""What a publisher is told: how its packets arrive and what it may send; requests travel behind the same report and name."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from podium.relay import rtcp
from podium.relay.allowance import Allowance
from podium.relay.datagrams import Address
from podium.relay.fanout import Fanout
from podium.relay.intake import Inlet
from podium.relay.lanes import Outlet
from podium.relay.media import TRANSPORT_SEQUENCE, Section
from podium.relay.rtp import RtpPacket
from podium.relay.transportfeedback import TransportFeedback

CNAME = "podium"
REPORT_INTERVAL = 1.0
#: In its first seconds a sender raises its rate to what REMB allows at once, so it is told early and often.
START_SECONDS = 3.0
START_INTERVAL = 0.2
#: Transport-wide feedback goes out so often (seconds).
TRANSPORT_INTERVAL = 0.06


class Told:
    """Of one publisher, which is told nothing before `begin`. `ssrc` is whom it hears."""

    def __init__(self, sections: Sequence[Section], fanout: Fanout) -> None:
        self.ssrc = secrets.randbits(32)
        self.outlet: Outlet | None = None
        self._fanout = fanout
        self._arrivals = _transport_feedback(sections)
        self._arrivals_sent_at = 0.0
        self._allowance = Allowance()
        self._began = 0.0
        self._reported_at = 0.0
        self._octets_reported = 0

    @property
    def allowed(self) -> int:
        """Bits per second that it was told it may send, where it knows no transport-wide feedback."""
        return self._allowance.bitrate

    def begin(self, outlet: Outlet, now: float) -> None:
        """The way to it is open."""
        self.outlet, self._began = outlet, now

    def move(self, address: Address) -> None:
        """It is somewhere else."""
        if self.outlet is not None:
            self.outlet.move(address)

    def arrived(self, packet: RtpPacket, now: float) -> None:
        """A packet came, retransmissions among them."""
        if self._arrivals is None or self.outlet is None:
            return
        identifier, feedback = self._arrivals
        for number, value in packet.extensions:
            if number == identifier and len(value) == 2:
                feedback.arrived(int.from_bytes(value, "big"), now)

    def turn(self, inlets: Mapping[int, Inlet], octets: int, now: float) -> None:
        """From time to time: report how it arrives, `octets` since the beginning."""
        interval = START_INTERVAL if now - self._began < START_SECONDS else REPORT_INTERVAL
        if inlets and now - self._reported_at >= interval:
            self._report(inlets, octets, now)
        if self._arrivals is not None and now - self._arrivals_sent_at >= TRANSPORT_INTERVAL:
            self._arrivals_sent_at = now
            for message in self._arrivals[1].messages(self.ssrc, next(iter(inlets), 0)):
                self.post([], message)

    def post(self, messages: Sequence[rtcp.Message], feedback: bytes = b"") -> None:
        """Queue messages behind a report and a name (RFC 3550, 6.1: every compound packet has both)."""
        if self.outlet is None:
            return
        first, rest = (messages[0], messages[1:]) if messages else (rtcp.ReceiverReport(self.ssrc), ())
        if not isinstance(first, rtcp.ReceiverReport):
            first, rest = rtcp.ReceiverReport(self.ssrc), messages
        name = rtcp.description(self.ssrc, CNAME)
        self._fanout.post(self.outlet, rtcp.build([first]) + name + rtcp.build(rest) + feedback)

    def _report(self, inlets: Mapping[int, Inlet], octets: int, now: float) -> None:
        found = ((inlet.source.report(now), inlet.stream) for inlet in inlets.values())
        reports = [(report, stream) for report, stream in found if report is not None]
        loss = max((report.fraction / 256 for report, stream in reports if stream.kind == "video"), default=0.0)
        measured = (octets - self._octets_reported) * 8 / max(0.1, now - self._reported_at)
        self._octets_reported, self._reported_at = octets, now
        messages: list[rtcp.Message] = [rtcp.ReceiverReport(self.ssrc, tuple(report for report, _ in reports))]
        media = tuple(
            inlet.source.ssrc
            for inlet in inlets.values()
            if inlet.stream.codec is not None and "goog-remb" in inlet.stream.codec.feedback
        )
        if media and self._arrivals is None:
            self._allowance.update(loss, measured)
            messages.append(rtcp.Remb(self.ssrc, self._allowance.bitrate, media))
        messages.append(rtcp.ReferenceTime(self.ssrc, middle(now) << 16))
        self.post(messages)


def middle(now: float) -> int:
    """Our clock as the middle of an NTP time, in 1/65536 s; nobody else reads it (RFC 3611 section 4.4)."""
    return int(now * 65536) & 0xFFFFFFFF


def _transport_feedback(sections: Sequence[Section]) -> tuple[int, TransportFeedback] | None:
    """The id of the transport-wide number, with what it is collected in; None when the peer wants no such feedback."""
    for section in sections:
        if any("transport-cc" in codec.feedback for codec in section.codecs):
            for identifier, uri in section.extensions.items():
                if uri == TRANSPORT_SEQUENCE:
                    return identifier, TransportFeedback()
    return None
