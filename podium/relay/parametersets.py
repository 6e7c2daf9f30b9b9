"""H.264 and H.265 parameter sets, without which a key picture cannot be decoded (RFC 6184 and RFC 7798).

Some publishers send them once at the start, or in their SDP only. Who joins later needs them in front of the key frame.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from podium.relay.keyframe import aggregated
from podium.relay.media import Codec

_MOST_BYTES = 512


@dataclass(frozen=True, slots=True)
class _Format:
    """How a codec carries units: its unit types, the aggregate's header and the SDP's parameters with the sets."""

    wanted: tuple[int, ...]
    sequence: int
    aggregate: int
    header: bytes
    shift: int
    mask: int
    announced: tuple[str, ...]

    def type_of(self, unit: bytes) -> int:
        return unit[0] >> self.shift & self.mask


_FORMATS = {
    "h264": _Format((7, 8), 7, 24, b"\x78", 0, 0x1F, ("sprop-parameter-sets",)),
    "h265": _Format((32, 33, 34), 33, 48, b"\x60\x01", 1, 0x3F, ("sprop-vps", "sprop-sps", "sprop-pps")),
}


class ParameterSets:
    """The latest parameter set of each type of one publisher, begun with those of its SDP."""

    def __init__(self, format_: _Format, announced: str) -> None:
        self._format = format_
        self._units: dict[int, bytes] = {}
        for text in announced.split(","):
            try:
                self._keep(base64.b64decode(text, validate=True))
            except ValueError:
                continue

    def learn(self, payload: bytes) -> bool:
        """Remember the sets in an RTP payload; whether it has a sequence parameter set."""
        form = self._format
        if not payload or form.type_of(payload) not in (*form.wanted, form.aggregate):
            return False
        units = list(self._units_of(payload))
        for unit in units:
            self._keep(unit)
        return any(form.type_of(unit) == form.sequence for unit in units)

    def _keep(self, unit: bytes) -> None:
        if unit and self._format.type_of(unit) in self._format.wanted and len(unit) <= _MOST_BYTES:
            self._units[self._format.type_of(unit)] = unit

    def payload(self) -> bytes | None:
        """An RTP payload with all sets in one aggregate; None before all are known."""
        form = self._format
        if len(self._units) < len(form.wanted):
            return None
        units = (self._units[kind] for kind in form.wanted)
        return form.header + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)

    def _units_of(self, payload: bytes) -> Iterator[bytes]:
        if self._format.type_of(payload) == self._format.aggregate:
            return aggregated(payload, len(self._format.header))
        return iter((payload,))


def parameter_sets(codec: Codec) -> ParameterSets | None:
    """What to remember of this codec, begun with its format parameters; None when it has no parameter sets."""
    form = _FORMATS.get(codec.name.lower())
    if form is None:
        return None
    return ParameterSets(form, ",".join(codec.parameter(name, "") for name in form.announced))
