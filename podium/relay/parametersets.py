"""H.264 parameter sets, without which a key picture cannot be decoded (RFC 6184 sections 5.6, 5.7.1 and 8.1).

Some publishers send them once at the start, or in their SDP only. Who joins later needs them in front of the key frame.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

_SPS, _PPS, _STAP_A = 7, 8, 24
_MOST_BYTES = 512


class ParameterSets:
    """The latest sequence and picture parameter set of one publisher. `sprop`: its SDP's `sprop-parameter-sets`."""

    def __init__(self, sprop: str = "") -> None:
        self._units: dict[int, bytes] = {}
        for text in sprop.split(","):
            try:
                self._keep(base64.b64decode(text, validate=True))
            except ValueError:
                continue

    def learn(self, payload: bytes) -> bool:
        """Remember the sets in an RTP payload; whether it has a sequence parameter set."""
        if not payload or payload[0] & 0x1F not in (_SPS, _PPS, _STAP_A):
            return False
        units = list(_units(payload))
        for unit in units:
            self._keep(unit)
        return any(unit[0] & 0x1F == _SPS for unit in units)

    def _keep(self, unit: bytes) -> None:
        if unit and unit[0] & 0x1F in (_SPS, _PPS) and len(unit) <= _MOST_BYTES:
            self._units[unit[0] & 0x1F] = unit

    def payload(self) -> bytes | None:
        """An RTP payload with both sets (STAP-A); None before both are known."""
        if len(self._units) < 2:
            return None
        units = (self._units[_SPS], self._units[_PPS])
        return bytes((0x60 | _STAP_A,)) + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def _units(payload: bytes) -> Iterator[bytes]:
    if payload[0] & 0x1F != _STAP_A:
        yield payload
        return
    position = 1
    while position + 2 < len(payload):
        end = position + 2 + int.from_bytes(payload[position : position + 2], "big")
        if not position + 2 < end <= len(payload):
            return
        yield payload[position + 2 : end]
        position = end
