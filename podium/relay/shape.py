"""The form in which a viewer takes packets: its payload types and extension ids. Viewers alike share rendered bytes."""

from __future__ import annotations

from podium.relay.cache import Packet
from podium.relay.media import Codec, Section, counterpart
from podium.relay.pictureid import UNMOVED, PictureShift, shifted
from podium.relay.rtp import assemble

#: Forms of one packet that are kept; others are made anew each time.
MOST_RENDERED = 8


class Shape:
    """One viewer section's numbers. Equal for most viewers of a feed, so one rendering serves them all.

    `pictures` moves the picture numbers of VP8 for those who came over from another layer, together as a rule.
    """

    __slots__ = ("_codec", "_hash", "_ids", "_payload_type", "codecs", "extensions", "pictures")

    def __init__(
        self,
        codecs: tuple[Codec, ...],
        extensions: tuple[tuple[str, int], ...],
        pictures: PictureShift = UNMOVED,
    ) -> None:
        self.codecs = codecs
        self.extensions = extensions
        self.pictures = pictures
        self._ids = dict(extensions)
        self._hash = hash((codecs, extensions, pictures))  # once: it is a key on the hot path
        self._codec: Codec | None = None
        self._payload_type: int | None = None

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shape):
            return NotImplemented
        own, others = (self.codecs, self.extensions, self.pictures), (other.codecs, other.extensions, other.pictures)
        return self is other or own == others

    def moved(self, pictures: PictureShift) -> Shape:
        """The same with other picture numbers."""
        return Shape(self.codecs, self.extensions, pictures)

    def payload_type(self, codec: Codec) -> int | None:
        """The viewer's payload type for a publisher's codec; None when the viewer did not agree on it."""
        if codec is not self._codec:  # mostly the same object as for the packet before
            own = counterpart(codec, self.codecs)
            self._codec, self._payload_type = codec, None if own is None else own.payload_type
        return self._payload_type

    def render(self, packet: Packet) -> bytes | None:
        """The packet with this shape's payload type and extension ids; None when its codec is not agreed on.

        Sequence number, timestamp and SSRC are zero: bytes 2 to 12 are each viewer's own.
        """
        known = packet.rendered
        if self in known:
            return known[self]
        rendered = self._render(packet)
        if len(known) < MOST_RENDERED:
            packet.remember(self, rendered)
        return rendered

    def _render(self, packet: Packet) -> bytes | None:
        payload_type = self.payload_type(packet.codec)
        if payload_type is None:
            return None if packet.primary is None else self._render(packet.primary)
        ids = self._ids
        extensions = tuple((ids[uri], value) for uri, value in packet.extensions if uri in ids)
        moves = self.pictures != UNMOVED and packet.codec.name.lower() == "vp8"
        payload = shifted(packet.payload, self.pictures) if moves else packet.payload
        numbers = packet.padding, packet.marker, payload_type, 0, 0, 0
        return assemble(*numbers, packet.csrcs, extensions, payload)


def shape_of(section: Section) -> Shape:
    """The shape of a viewer's section."""
    uris = tuple(sorted((uri, identifier) for identifier, uri in section.extensions.items()))
    return Shape(section.codecs, uris)
