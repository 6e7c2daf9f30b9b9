"""The form in which a viewer takes packets: its payload types and extension ids. Viewers alike share rendered bytes."""

from __future__ import annotations

from dataclasses import dataclass

from podium.relay.cache import Packet
from podium.relay.media import Codec, Section, counterpart
from podium.relay.pictureid import UNMOVED, PictureShift, shifted
from podium.relay.rtp import RtpPacket, build

#: Forms of one packet that are kept; others are made anew each time.
MOST_RENDERED = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """One viewer section's numbers. Equal for most viewers of a feed, so one rendering serves them all.

    `pictures` moves the picture numbers of VP8 for those who came over from another layer, together as a rule.
    """

    codecs: tuple[Codec, ...]
    extensions: tuple[tuple[str, int], ...]
    pictures: PictureShift = UNMOVED

    def payload_type(self, codec: Codec) -> int | None:
        """The viewer's payload type for a publisher's codec; None when the viewer did not agree on it."""
        own = counterpart(codec, self.codecs)
        return None if own is None else own.payload_type

    def render(self, packet: Packet) -> bytes | None:
        """The packet with this shape's payload type and extension ids; None when its codec is not agreed on.

        Sequence number, timestamp and SSRC are zero: bytes 2 to 12 are each viewer's own.
        """
        if self in packet.rendered:
            return packet.rendered[self]
        rendered = self._render(packet)
        if len(packet.rendered) < MOST_RENDERED:
            packet.rendered[self] = rendered
        return rendered

    def _render(self, packet: Packet) -> bytes | None:
        payload_type = self.payload_type(packet.codec)
        if payload_type is None:
            return None if packet.primary is None else self._render(packet.primary)
        ids = dict(self.extensions)
        moves = self.pictures != UNMOVED and packet.codec.name.lower() == "vp8"
        return build(
            RtpPacket(
                payload_type=payload_type,
                marker=packet.marker,
                sequence=0,
                timestamp=0,
                ssrc=0,
                payload=shifted(packet.payload, self.pictures) if moves else packet.payload,
                csrcs=packet.csrcs,
                extensions=tuple((ids[uri], value) for uri, value in packet.extensions if uri in ids),
                padding=packet.padding,
            )
        )


def shape_of(section: Section) -> Shape:
    """The shape of a viewer's section."""
    uris = tuple(sorted((uri, identifier) for identifier, uri in section.extensions.items()))
    return Shape(section.codecs, uris)
