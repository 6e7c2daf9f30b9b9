"""Redundant audio (RFC 2198): the newest sound in a RED payload, for viewers that did not agree on RED."""

from __future__ import annotations

RED = "red"
_LONG_HEADER = 4


def primary(payload: bytes) -> tuple[int, bytes] | None:
    """Payload type and payload of the primary block, which is the last (section 3); None when the payload is cut."""
    position = skipped = 0
    while position < len(payload) and payload[position] & 0x80:
        if position + _LONG_HEADER > len(payload):
            return None
        skipped += int.from_bytes(payload[position + 2 : position + 4], "big") & 0x3FF
        position += _LONG_HEADER
    begins = position + 1 + skipped
    if position >= len(payload) or begins > len(payload):
        return None
    return payload[position] & 0x7F, payload[begins:]
