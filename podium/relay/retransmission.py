"""Retransmission payloads (RFC 4588 section 4): the original sequence number, then the original payload."""

from __future__ import annotations

from dataclasses import dataclass

from podium.relay.rtp import RtpPacket, header_length


def unwrap(packet: RtpPacket, ssrc: int, payload_type: int) -> RtpPacket | None:
    """The original of a retransmission, as `ssrc` and `payload_type` sent it; None when it repeats nothing (padding)."""
    media = packet.media
    if len(media) < 3:
        return None
    original = int.from_bytes(media[:2], "big")
    return packet._replace(ssrc=ssrc, payload_type=payload_type, sequence=original, payload=media[2:], padding=False)


def wrap(packet: bytes, sequence: int, payload_type: int) -> bytes:
    """A packet on the wire as a retransmission of number `sequence`; the numbers in its header are the caller's."""
    header = header_length(packet)
    second = packet[1] & 0x80 | payload_type
    return b"".join((packet[:1], bytes((second,)), packet[2:header], sequence.to_bytes(2, "big"), packet[header:]))


@dataclass(slots=True)
class RepairLine:
    """The retransmission stream to one viewer: its SSRC, its payload type for each media payload type, its numbers."""

    ssrc: int
    payload_types: dict[int, int]
    sequence: int

    def wrap(self, packet: bytes, original: int) -> tuple[bytes, int] | None:
        """The packet as a retransmission, and its number; None when its payload type has no retransmission."""
        payload_type = self.payload_types.get(packet[1] & 0x7F)
        if payload_type is None:
            return None
        self.sequence += 1
        return wrap(packet, original & 0xFFFF, payload_type), self.sequence
