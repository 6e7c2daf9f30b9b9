"""A viewer's end of the media plane: its deliveries, its feedback in, sender reports and retransmissions out."""

from __future__ import annotations

import secrets
from collections import Counter, deque
from collections.abc import Callable, Sequence

import pylibsrtp

from podium.relay import rtcp
from podium.relay.cache import Packet
from podium.relay.choice import Chooser, Wish
from podium.relay.datagrams import Address
from podium.relay.delivery import Delivery
from podium.relay.fanout import Fanout
from podium.relay.feed import Feed
from podium.relay.lanes import Outlet
from podium.relay.media import Section
from podium.relay.rtp import Kind, classify
from podium.relay.seat import Seat, repair_line
from podium.relay.shape import shape_of
from podium.relay.srtp import Unprotector

#: What went out is measured over no less than this (seconds).
RECENT = 0.25


class Viewer:
    """One WHEP session. `seated` and `left` tell the plane which deliveries take part in the fan-out,
    `aimed` which of them waits to go over to another layer."""

    def __init__(
        self,
        feed: Feed,
        sections: Sequence[Section],
        family: int,
        address: Address | None,
        *,
        fanout: Fanout,
        counters: Counter[str],
        clock: Callable[[], float],
        seated: Callable[[Viewer], None],
        left: Callable[[Viewer], None],
        wanted: Callable[[Viewer], None],
        aimed: Callable[[Seat], None],
        on_closed: Callable[[str], None],
    ) -> None:
        self.feed = feed
        self.sections = tuple(sections)
        self.seats: list[Seat] = []
        self._family = family
        self._address = address
        self._fanout = fanout
        self._counters = counters
        self._clock = clock
        self._seated = seated
        self._left = left
        self._wanted = wanted
        self._aimed = aimed
        self._chooser = Chooser()
        self._on_closed = on_closed
        self._unprotector: Unprotector | None = None
        self._outlet: Outlet | None = None
        self._fraction_lost = 0.0
        self._remb = 0
        self._went_out: deque[tuple[float, int]] = deque(maxlen=2)
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
        """DTLS is done: media flows from now on."""
        if self.closed or self._address is None or self._outlet is not None:
            return
        self._unprotector = Unprotector(inbound)
        self._outlet = Outlet(self._family, self._address, outbound)
        now = self._clock()
        for section in self.sections:
            stream = self.feed.streams[section.kind]
            if section.kind == "video":
                layer = self._chooser.choose(self.feed.layers(), None, self.feed.streams["audio"].bitrate, now)
                stream = stream if layer is None else self.feed.stream("video", layer)
            delivery = Delivery(
                stream,
                shape_of(section),
                ssrc=section.ssrcs[0] if section.ssrcs else secrets.randbits(32),
                first_sequence=secrets.randbelow(1 << 15),
                first_timestamp=secrets.randbits(32),
            )
            self.seats.append(Seat(delivery, self._outlet, self, repair_line(section)))
            delivery.join(now)
        self._seated(self)

    def close(self) -> None:
        """The viewer is gone. Idempotent."""
        if not self.closed:
            self.closed = True
            self._left(self)
            for seat in self.seats:
                seat.delivery.leave()

    def dismiss(self, reason: str) -> None:
        """The plane ends this viewer and tells its owner why."""
        if not self.closed:
            self.close()
            self._on_closed(reason)

    def choose(self, rid: str | None = None, max_width: int | None = None, max_height: int | None = None) -> bool:
        """Wish for a layer by name or by size; for the best without arguments. False when there is none of that name."""
        if rid is not None and rid not in self.feed.encodings:
            return False
        self._chooser.wish = Wish(rid, max_width, max_height)
        self._reconsider(self._clock())
        return True

    def _reconsider(self, now: float, *, in_trouble: bool = False) -> None:
        """Choose the layer anew; the change comes with its next key frame, with trouble as soon as can be."""
        seat = next((seat for seat in self.seats if seat.delivery.stream.kind == "video"), None)
        if seat is None:
            return
        stays = seat.delivery.target is None and seat.delivery.stream is self.feed.streams["video"]
        if stays and not self.feed.encodings:
            return  # there is nothing to choose from
        layers = self.feed.layers()
        if not layers:
            return
        present = seat.delivery.target or seat.delivery.stream
        name = self._chooser.choose(layers, self.feed.layer_of(present), self.feed.streams["audio"].bitrate, now)
        chosen = present if name is None else self.feed.stream("video", name)
        if chosen is not seat.delivery.stream or seat.delivery.target is not None:
            seat.delivery.aim(chosen, now)
            if in_trouble:
                sound = self.feed.streams["audio"].bitrate
                room = max(0.0, (self._chooser.room(sound, now) or 0.0) - sound)
                seat.delivery.hurry(room, self._chooser.waiting(now), now)
            self._aimed(seat)

    @property
    def layer(self) -> str | None:
        """The layer that the viewer gets now; "" without a simulcast."""
        streams = (seat.delivery.stream for seat in self.seats if seat.delivery.stream.kind == "video")
        return next((self.feed.layer_of(stream) for stream in streams), None)

    def _sent_bitrate(self, now: float) -> float:
        """What goes out on the whole, or what went out of late, if that is less: a picture that hardly moves fills no link."""
        octets = sum(seat.delivery.line.octets for seat in self.seats)
        at, before = self._went_out[0] if self._went_out else (now, 0)
        recent = 8 * (octets - before) / (now - at) if now - at >= RECENT else float("inf")
        if not self._went_out or now - self._went_out[-1][0] >= RECENT:
            self._went_out.append((now, octets))
        return min(recent, sum(seat.delivery.stream.bitrate for seat in self.seats))

    def stats(self) -> dict[str, int | float | str]:
        """Counts since the start and the last loss the viewer reported (0 to 1)."""
        outlet = self._outlet
        return {
            "packets": outlet.packets if outlet else 0,
            "octets": outlet.octets if outlet else 0,
            "dropped": outlet.dropped if outlet else 0,
            "retransmitted": sum(seat.delivery.line.retransmitted for seat in self.seats),
            "replays": sum(seat.delivery.replays for seat in self.seats),
            "fraction_lost": self._fraction_lost,
            "estimate": self._remb,
        }

    def receive(self, datagram: bytes | bytearray | memoryview) -> None:
        """SRTCP from the peer; a viewer sends no RTP. Noise is dropped and counted."""
        if self._unprotector is None or self.closed:
            self._counters["dropped_unconnected"] += 1
            return
        if classify(datagram) is not Kind.RTCP:
            self._counters["dropped_rtp_unknown"] += 1
            return
        clear = self._unprotector.rtcp(datagram)
        if clear is None:
            self._counters["dropped_srtp"] += 1
            return
        messages, unread = rtcp.parse(clear)
        self._counters["dropped_rtcp_malformed"] += unread
        now = self._clock()
        troubles = [self._hear_reports(messages, now), *(self._hear(message, now) for message in messages)]
        if any(troubles):  # of all together: a report and an estimate belong together
            self._reconsider(now, in_trouble=True)

    def _hear(self, message: rtcp.Message, now: float) -> bool:
        """Take note of a message. Whether it tells of a link that is full."""
        match message:
            case rtcp.Nack():
                seat = self._seat(message.media)
                if seat is not None:
                    self._counters["nacks_in"] += len(message.lost)
                    seat.resend(message.lost, self._fanout, now)
            case rtcp.KeyFrameRequest():
                seat = self._seat(message.media)
                if seat is not None:
                    self._counters["key_frame_requests_in"] += 1
                    seat.delivery.key_frame_requested(now)
                    self._wanted(self)
            case rtcp.Remb():
                self._remb = message.bitrate
                return bool(self.feed.encodings) and self._chooser.estimated(self._remb, self._sent_bitrate(now), now)
            case _:
                pass
        return False

    def _hear_reports(self, messages: Sequence[rtcp.Message], now: float) -> bool:
        """Take note of the last report on each stream. Whether one, to a viewer with layers to choose from, tells of a full link."""
        own = {
            seat: report
            for message in messages
            if isinstance(message, rtcp.ReceiverReport | rtcp.SenderReport)
            for report in message.reports
            if (seat := self._seat(report.ssrc)) is not None
        }
        for seat, report in own.items():
            seat.delivery.line.reception.heard(report, now)
        if own:
            self._fraction_lost = max(report.fraction for report in own.values()) / 256
        if not own or not self.feed.encodings:
            return False
        pictures = [(seat, report) for seat, report in own.items() if seat.delivery.stream.kind == "video"]
        full = [self._chooser.passed(seat.delivery.passage(report, now), now) for seat, report in pictures]
        return self._chooser.lost(self._fraction_lost, now) or any(full)

    def _seat(self, ssrc: int) -> Seat | None:
        return next((seat for seat in self.seats if seat.delivery.ssrc == ssrc), None)

    def send(self, seat: Seat, packets: Sequence[Packet], now: float) -> None:
        """Queue packets for this viewer alone, in the present stretch's numbers."""
        if not seat.send(packets, self._fanout, now):
            self.dismiss("codec changed")

    def report(self, now: float) -> None:
        """Queue a sender report per stream: the publisher's NTP time with the viewer's timestamp (RFC 3550, 6.4.1)."""
        if self.feed.encodings:
            self._sent_bitrate(now)
        self._reconsider(now)
        for seat in self.seats:
            seat.report(self._fanout, now)
