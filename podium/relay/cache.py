"""The packets of a stream kept for retransmission and for late joiners, bounded in packets, bytes and seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from podium.relay.media import Codec

#: Packets kept for NACKs whatever the group of pictures.
RECENT = 1024
#: A group of pictures is kept whole within these bounds; beyond, late joiners wait for a key frame that is asked for.
MOST_BYTES = 16 * 1024 * 1024
MOST_SECONDS = 12.0
MOST_PACKETS = 16_384
#: Bytes of the objects around a packet, and around one rendering of it.
AROUND_PACKET = 512
AROUND_RENDERED = 128


@dataclass(slots=True, eq=False)
class Packet:
    """A packet in the stream's own numbers: `sequence` and `timestamp` are extended and never wrap.

    Header extensions are known by URI here, the codec by what the publisher's SDP says, so that the bytes for a
    viewer depend on nothing but this packet and that viewer's own numbers. `rendered` keeps those bytes per shape;
    they count in the cache that keeps the packet.
    `preface` goes before this packet, numbered one lower, when a viewer begins with it: parameter sets that it lacks.
    `primary` is the same sound without its redundancy (RED), under the same numbers.
    """

    sequence: int
    timestamp: int
    codec: Codec
    marker: bool
    payload: bytes
    arrived: float
    begins_key_frame: bool = False
    csrcs: bytes = b""
    extensions: tuple[tuple[str, bytes], ...] = ()
    padding: bool = False
    preface: Packet | None = None
    primary: Packet | None = None
    rendered: dict[object, bytes | None] = field(default_factory=dict)
    rendered_size: int = 0
    keeper: PacketCache | None = None

    @property
    def parts(self) -> tuple[Packet, ...]:
        """The packet with those that are kept because of it."""
        return (self, *(part for part in (self.preface, self.primary) if part is not None))

    @property
    def size(self) -> int:
        """Bytes that it costs now, with its renderings and the objects around."""
        return sum(len(part.payload) + AROUND_PACKET + part.rendered_size for part in self.parts)

    def remember(self, shape: object, rendered: bytes | None) -> None:
        """Keep a rendering."""
        self.rendered[shape] = rendered
        size = AROUND_RENDERED + (0 if rendered is None else len(rendered))
        self.rendered_size += size
        if self.keeper is not None:
            self.keeper.bytes += size

    def forget_renderings(self) -> None:
        """They can be made again."""
        for part in self.parts:
            if part.keeper is not None:
                part.keeper.bytes -= part.rendered_size
            part.rendered.clear()
            part.rendered_size = 0


class PacketCache:
    """Packets by extended sequence number, the newest group of pictures among them as long as it fits."""

    def __init__(
        self, *, recent: int = RECENT, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS
    ) -> None:
        self.recent = recent
        self.most_bytes = most_bytes
        self.most_seconds = most_seconds
        self.bytes = 0
        self.highest: int | None = None
        self.key_frame: int | None = None
        self.lowest = 0
        self._packets: dict[int, Packet] = {}

    def __len__(self) -> int:
        return len(self._packets)

    def get(self, sequence: int) -> Packet | None:
        """The packet with this extended number, if it is still kept."""
        return self._packets.get(sequence)

    def add(self, packet: Packet) -> bool:
        """Keep a packet. False, and nothing changes, when it is there already or older than all that is kept."""
        sequence = packet.sequence
        if sequence in self._packets or (self.highest is not None and sequence < self.lowest):
            return False
        if self.highest is None:
            self.lowest = sequence
        self._packets[sequence] = packet
        self.bytes += packet.size
        for part in packet.parts:
            part.keeper = self
        self.highest = sequence if self.highest is None else max(self.highest, sequence)
        if packet.begins_key_frame and self._opens(packet):
            self.key_frame = sequence
        self._trim(packet.arrived)
        return True

    def _opens(self, packet: Packet) -> bool:
        """Whether a key frame newer than the known one begins; parameter sets and slices of one picture share its time."""
        known = None if self.key_frame is None else self._packets[self.key_frame]
        return known is None or (packet.sequence > known.sequence and packet.timestamp != known.timestamp)

    def _trim(self, now: float) -> None:
        assert self.highest is not None
        if self.bytes > self.most_bytes:  # rather than the group of pictures
            for packet in self._packets.values():
                packet.forget_renderings()
        if self.key_frame is not None:
            first = self._packets[self.key_frame]
            span = self.highest - self.key_frame
            if self.bytes > self.most_bytes or span > MOST_PACKETS or now - first.arrived > self.most_seconds:
                self.key_frame = None
        wanted = self.highest - self.recent + 1
        if self.key_frame is not None:
            wanted = min(wanted, self.key_frame)
        while self.lowest < wanted or (self.bytes > self.most_bytes and self.lowest < self.highest):
            dropped = self._packets.pop(self.lowest, None)
            if dropped is not None:
                self._drop(dropped)
            self.lowest += 1
        if self.key_frame is not None and self.key_frame < self.lowest:
            self.key_frame = None

    def _drop(self, packet: Packet) -> None:
        """A viewer may still hold it, and render it again."""
        self.bytes -= packet.size
        for part in packet.parts:
            part.keeper = None

    def walk(self, first: int) -> Iterator[Packet]:
        """The packets kept from extended number `first` on, in order, holes left out."""
        if self.highest is not None:
            for sequence in range(max(first, self.lowest), self.highest + 1):
                packet = self._packets.get(sequence)
                if packet is not None:
                    yield packet

    def clear(self) -> None:
        """Forget every packet; numbers older than the last one stay refused."""
        for packet in self._packets.values():
            self._drop(packet)
        self._packets.clear()
        self.key_frame = None
        if self.highest is not None:
            self.lowest = self.highest + 1
