"""Which SSRC of a publisher is which stream of its feed: sources, simulcast layers and retransmissions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from podium.relay.feed import Feed, layer_names
from podium.relay.media import MID, REPAIRED_RID, RID, Section
from podium.relay.retransmission import unwrap
from podium.relay.rtp import RtpPacket
from podium.relay.source import Source
from podium.relay.stream import Stream

#: SSRCs that one publisher may bring: three layers, sound, their retransmissions, and as many after a restart.
MOST_SOURCES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Inlet:
    """One media SSRC of a publisher."""

    source: Source
    stream: Stream
    section: Section
    layer: str

    @property
    def in_use(self) -> bool:
        """Whether its stream takes packets from it, and not from a later SSRC."""
        return self.stream.source is self.source


class Intake:
    """The inlets of one publisher."""

    def __init__(self, feed: Feed, sections: Sequence[Section]) -> None:
        self.feed = feed
        self.sections = tuple(sections)
        self.inlets: dict[int, Inlet] = {}
        self._repairs: dict[int, Inlet] = {}
        self._learnt: dict[int, tuple[str, str]] = {}
        self._repaired = {
            repair: (section, media) for section in self.sections for media, repair in section.retransmissions.items()
        }

    def close(self) -> None:
        """The publisher is gone; its streams stay."""
        for inlet in self.inlets.values():
            if inlet.in_use:
                inlet.stream.detach()
        self.inlets.clear()
        self._repairs.clear()

    def sources(self) -> tuple[tuple[int, str, str], ...]:
        """(SSRC, mid, layer) of every inlet."""
        return tuple((ssrc, inlet.section.mid, inlet.layer) for ssrc, inlet in self.inlets.items())

    def learn(self, sources: Sequence[tuple[int, str, str]]) -> None:
        """What a sibling's intake found: senders tell RID and MID only at first, and this one may have come later."""
        self._learnt = {ssrc: (mid, layer) for ssrc, mid, layer in sources}

    def is_repair(self, packet: RtpPacket) -> bool:
        """Whether the packet is a retransmission by its payload type (RFC 4588, apt)."""
        return packet.payload_type in self._repaired

    def restore(self, packet: RtpPacket) -> RtpPacket | None:
        """The original of a retransmission; None for padding, and before its stream is known."""
        section, media = self._repaired[packet.payload_type]
        inlet = self._repairs.get(packet.ssrc)
        if inlet is None:
            inlet = self._partner(packet, section)
            if inlet is None or len(self._repairs) >= MOST_SOURCES:
                return None
            self._repairs[packet.ssrc] = inlet
        return unwrap(packet, inlet.source.ssrc, media)

    def _partner(self, packet: RtpPacket, section: Section) -> Inlet | None:
        """By announced pair (RFC 5576, FID), by repaired stream id (RFC 8852), or by what is missing (RFC 4588, 5.3)."""
        own = [inlet for inlet in self.inlets.values() if inlet.section is section and inlet.in_use]
        if packet.ssrc in section.repair_ssrcs:
            partner = section.ssrcs[section.repair_ssrcs.index(packet.ssrc)]
            return next((inlet for inlet in own if inlet.source.ssrc == partner), None)
        layer = _text(packet, section, REPAIRED_RID)
        if layer is not None:
            return next((inlet for inlet in own if inlet.layer == layer), None)
        if len(own) == 1:
            return own[0]
        number = int.from_bytes(packet.payload[:2], "big")
        waiting = [inlet for inlet in own if any(extended & 0xFFFF == number for extended in inlet.source.missing)]
        return waiting[0] if len(waiting) == 1 else None

    def place(self, packet: RtpPacket) -> Inlet | None:
        """Where a media packet belongs. A new SSRC finds its section by announcement, by MID or by payload type
        (RFC 8843, 9.2), and its layer by its RID; None when it does not, or when there are too many already."""
        return self.inlets.get(packet.ssrc) or self._admit(packet)

    def _admit(self, packet: RtpPacket) -> Inlet | None:
        mid, learnt = self._learnt.get(packet.ssrc, (None, None))
        section = next((named for named in self.sections if named.mid == mid), None) or self._section_of(packet)
        codec = None if section is None else section.codec(packet.payload_type)
        layer = learnt if learnt is not None or section is None else _layer_of(packet, section)
        if section is None or codec is None or layer is None or len(self.inlets) >= MOST_SOURCES:
            return None
        stream = self.feed.stream(section.kind, layer)
        source = Source(packet.ssrc, codec.clock_rate, repairs="nack" in codec.feedback)
        stream.attach(source, section)
        inlet = self.inlets[packet.ssrc] = Inlet(source, stream, section, layer)
        return inlet

    def _section_of(self, packet: RtpPacket) -> Section | None:
        for section in self.sections:
            if packet.ssrc in section.ssrcs:
                return section
        for section in self.sections:
            name = _text(packet, section, MID)
            if name is not None:
                return next((named for named in self.sections if named.mid == name), None)
        return next((section for section in self.sections if section.codec(packet.payload_type)), None)


def _layer_of(packet: RtpPacket, section: Section) -> str | None:
    """The name of the layer, "" without a simulcast; None when a packet of a simulcast does not tell."""
    names = layer_names(section)
    if not names:
        return ""
    told = _text(packet, section, RID)
    if told is None and len(names) == len(section.ssrcs) and packet.ssrc in section.ssrcs:
        return names[section.ssrcs.index(packet.ssrc)]
    return told if told in names else None


def _text(packet: RtpPacket, section: Section, uri: str) -> str | None:
    for identifier, value in packet.extensions:
        if section.extensions.get(identifier) == uri:
            return value.decode("ascii", "replace")
    return None
