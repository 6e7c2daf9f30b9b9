"""RTP packets (RFC 3550 section 5.1, header extensions RFC 8285) and the sorting of datagrams (RFC 7983, RFC 5761).

Pure: bytes in, values out. `Malformed` is the only error that parsing raises.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Sequence
from typing import NamedTuple

ONE_BYTE = 0xBEDE
TWO_BYTE = 0x1000
FIXED_HEADER = 12

_FIXED = struct.Struct("!BBHII")
_PREAMBLE = struct.Struct("!HH")


class Malformed(ValueError):
    """The bytes are not what the field says they are; the packet is dropped and counted."""


class Kind(enum.Enum):
    """What a datagram on a multiplexed port is, told by its first bytes."""

    STUN = enum.auto()
    DTLS = enum.auto()
    TURN_CHANNEL = enum.auto()
    RTP = enum.auto()
    RTCP = enum.auto()
    UNKNOWN = enum.auto()


def classify(datagram: bytes | bytearray | memoryview) -> Kind:
    """Sort a datagram by its first byte (RFC 7983 section 7), RTP and RTCP by the second (RFC 5761 section 4)."""
    if len(datagram) < 2:
        return Kind.UNKNOWN
    first = datagram[0]
    if 128 <= first <= 191:
        return Kind.RTCP if 192 <= datagram[1] <= 223 else Kind.RTP
    if first <= 3:
        return Kind.STUN
    if 20 <= first <= 63:
        return Kind.DTLS
    if 64 <= first <= 79:
        return Kind.TURN_CHANNEL
    return Kind.UNKNOWN


class RtpPacket(NamedTuple):  # made for every packet: a named tuple is made in half the time of a frozen dataclass
    """One parsed RTP packet.

    `payload` includes the padding when `padding` is set, so that a packet is forwarded bit by bit; `media` is the
    payload without it. `extensions` are (local id, value) in the order of the packet.
    """

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    csrcs: bytes = b""
    extensions: tuple[tuple[int, bytes], ...] = ()
    padding: bool = False

    @property
    def media(self) -> bytes:
        """The payload without padding (RFC 3550 section 5.1: the last byte counts the padding, itself included)."""
        return self.payload[: len(self.payload) - self.payload[-1]] if self.padding else self.payload


def parse(packet: bytes) -> RtpPacket:
    """Read an RTP packet in the clear. Raises `Malformed` when it is cut short or contradicts itself."""
    if len(packet) < FIXED_HEADER:
        raise Malformed("shorter than the RTP header")
    first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(packet)
    if first >> 6 != 2:
        raise Malformed("not RTP version 2")
    position = FIXED_HEADER + 4 * (first & 0x0F)
    csrcs = packet[FIXED_HEADER:position]
    extensions: tuple[tuple[int, bytes], ...] = ()
    if first & 0x10:
        if len(packet) < position + 4:
            raise Malformed("cut in the extension header")
        profile, words = _PREAMBLE.unpack_from(packet, position)
        start = position + 4
        position = start + 4 * words
        if len(packet) < position:
            raise Malformed("cut in the header extensions")
        extensions = parse_extensions(profile, packet[start:position])
    elif len(packet) < position:
        raise Malformed("cut in the contributing sources")
    padding = bool(first & 0x20)
    if padding and (position == len(packet) or not 0 < packet[-1] <= len(packet) - position):
        raise Malformed("padding longer than the payload")
    return RtpPacket(
        payload_type=second & 0x7F,
        marker=bool(second & 0x80),
        sequence=sequence,
        timestamp=timestamp,
        ssrc=ssrc,
        payload=packet[position:],
        csrcs=csrcs,
        extensions=extensions,
        padding=padding,
    )


def parse_extensions(profile: int, block: bytes) -> tuple[tuple[int, bytes], ...]:
    """Elements of a one-byte or two-byte extension block (RFC 8285 section 4); an unknown profile yields none."""
    if profile == ONE_BYTE:
        return _one_byte_elements(block)
    if profile & 0xFFF0 == TWO_BYTE:
        return _two_byte_elements(block)
    return ()


def _one_byte_elements(block: bytes) -> tuple[tuple[int, bytes], ...]:
    found: list[tuple[int, bytes]] = []
    position = 0
    while position < len(block):
        head = block[position]
        position += 1
        if head == 0:
            continue
        if head >> 4 == 15:  # reserved: everything after it is to be ignored
            break
        end = position + (head & 0x0F) + 1
        if end > len(block):
            raise Malformed("cut in a one-byte extension")
        if head >> 4:
            found.append((head >> 4, block[position:end]))
        position = end
    return tuple(found)


def _two_byte_elements(block: bytes) -> tuple[tuple[int, bytes], ...]:
    found: list[tuple[int, bytes]] = []
    position = 0
    while position < len(block):
        identifier = block[position]
        position += 1
        if identifier == 0:
            continue
        if position == len(block):
            raise Malformed("cut in a two-byte extension")
        end = position + 1 + block[position]
        if end > len(block):
            raise Malformed("cut in a two-byte extension")
        found.append((identifier, block[position + 1 : end]))
        position = end
    return tuple(found)


def build_extensions(elements: Sequence[tuple[int, bytes]]) -> bytes:
    """The extension header with its elements, one-byte form where ids and lengths allow; b"" for no elements."""
    if not elements:
        return b""
    if all(identifier <= 14 and 1 <= len(value) <= 16 for identifier, value in elements):
        profile = ONE_BYTE
        block = b"".join(bytes((identifier << 4 | len(value) - 1,)) + value for identifier, value in elements)
    else:
        profile = TWO_BYTE
        block = b"".join(bytes((identifier, len(value))) + value for identifier, value in elements)
    block += bytes(-len(block) % 4)
    return _PREAMBLE.pack(profile, len(block) // 4) + block


def header_length(packet: bytes) -> int:
    """Where the payload of a well-formed packet begins."""
    length = FIXED_HEADER + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        length += 4 + 4 * int.from_bytes(packet[length + 2 : length + 4], "big")
    return length


def build(packet: RtpPacket) -> bytes:
    """The packet on the wire: the inverse of `parse`."""
    numbers = packet.payload_type, packet.sequence, packet.timestamp, packet.ssrc
    return assemble(packet.padding, packet.marker, *numbers, packet.csrcs, packet.extensions, packet.payload)


def assemble(
    padding: bool,
    marker: bool,
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    csrcs: bytes,
    elements: Sequence[tuple[int, bytes]],
    payload: bytes,
) -> bytes:
    """A packet on the wire from its fields, as RtpPacket has them."""
    extensions = build_extensions(elements) if elements else b""
    first = 0x80 | padding << 5 | bool(extensions) << 4 | len(csrcs) // 4
    header = _FIXED.pack(first, marker << 7 | payload_type, sequence, timestamp, ssrc)
    return b"".join((header, csrcs, extensions, payload))
