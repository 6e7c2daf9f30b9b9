"""Transport-wide feedback: when each packet of a publisher arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01).

The publisher's own estimator makes its bitrate of it, and starts further simulcast layers.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from podium.relay.rtcp import TRANSPORT_FEEDBACK, block

FORMAT = 15
#: Packets of one message, so that it fits a datagram.
MOST_PACKETS = 400
#: Arrivals remembered, so that what comes late is reported among its neighbours.
MOST_REMEMBERED = 2048
#: Further back than this a number is not late but of another line.
FURTHEST_BACK = 1024

_HEAD = struct.Struct("!IIHH")
_LOST, _SMALL, _LARGE = range(3)
_TICK = 0.000_250
_REFERENCE = 256  # ticks: the reference time counts 64 ms


class TransportFeedback:
    """Remembers arrivals by their transport-wide number and writes the messages."""

    def __init__(self) -> None:
        self._arrivals: dict[int, float] = {}
        self._highest: int | None = None
        self._lowest_new: int | None = None
        self._following: int | None = None
        self._messages = 0

    def arrived(self, number: int, now: float) -> None:
        """A packet with this 16-bit number arrived."""
        if self._highest is None:
            extended = self._highest = number
        else:
            extended = self._highest + (number - self._highest + 0x8000 & 0xFFFF) - 0x8000
            if extended < self._highest - FURTHEST_BACK or extended in self._arrivals:
                return
            self._highest = max(self._highest, extended)
        self._arrivals[extended] = now
        if self._lowest_new is None or extended < self._lowest_new:
            self._lowest_new = extended
        while len(self._arrivals) > MOST_REMEMBERED:
            del self._arrivals[next(iter(self._arrivals))]

    def messages(self, ssrc: int, media: int) -> list[bytes]:
        """What arrived since the last call and, between, what did not; nothing when nothing arrived."""
        if self._lowest_new is None or self._highest is None:
            return []
        base = self._lowest_new if self._following is None else min(self._lowest_new, self._following)
        base = max(base, self._highest - MOST_REMEMBERED + 1)
        self._lowest_new = None
        self._following = self._highest + 1
        found: list[bytes] = []
        while base <= self._highest:
            message, base = self._message(base, self._highest, ssrc, media)
            found.append(message)
        return found

    def _message(self, base: int, last: int, ssrc: int, media: int) -> tuple[bytes, int]:
        """A message from `base` on, and where the next one begins: after `MOST_PACKETS` or a leap of time."""
        first = next(at for number in range(base, last + 1) if (at := self._arrivals.get(number)) is not None)
        reference = int(first / _TICK) // _REFERENCE
        ticks = reference * _REFERENCE
        symbols: list[int] = []
        deltas = bytearray()
        for number in range(base, min(last + 1, base + MOST_PACKETS)):
            at = self._arrivals.get(number)
            if at is None:
                symbols.append(_LOST)
                continue
            delta = round(at / _TICK) - ticks
            if not -0x8000 <= delta < 0x8000:
                break
            ticks += delta
            symbols.append(_SMALL if 0 <= delta <= 0xFF else _LARGE)
            deltas += delta.to_bytes(1 if 0 <= delta <= 0xFF else 2, "big", signed=not 0 <= delta <= 0xFF)
        head = _HEAD.pack(ssrc, media, base & 0xFFFF, len(symbols))
        count = bytes((self._messages & 0xFF,))
        self._messages += 1
        body = head + (reference & 0xFFFFFF).to_bytes(3, "big") + count + _chunks(symbols) + deltas
        return block(FORMAT, TRANSPORT_FEEDBACK, body), base + len(symbols)


def _chunks(symbols: Sequence[int]) -> bytes:
    """Run lengths for what repeats, two-bit vectors of seven for the rest (sections 3.1.3 and 3.1.4)."""
    found: list[int] = []
    position = 0
    while position < len(symbols):
        run = 1
        while position + run < len(symbols) and symbols[position + run] == symbols[position] and run < 0x1FFF:
            run += 1
        if run >= 7:
            found.append(symbols[position] << 13 | run)
            position += run
            continue
        vector = list(symbols[position : position + 7])
        chunk = 0xC000
        for index, symbol in enumerate(vector):
            chunk |= symbol << 12 - 2 * index
        found.append(chunk)
        position += len(vector)
    return struct.pack(f"!{len(found)}H", *found)
