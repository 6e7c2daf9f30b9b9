"""One unbroken stretch of a viewer's number line: where its packets come from and what is added to their numbers."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from podium.relay.cache import Packet
from podium.relay.shape import Shape
from podium.relay.stream import Stream


@dataclass(frozen=True, slots=True)
class Epoch:
    """From stream number `first` on: viewer's number = stream's + `shift`, time = stream's + `time_shift`.

    Packets up to `boundary` were replayed: their times are looked up in `times` (sorted), `spacing` ticks apart.
    A `preface` went before `first`, in the number below it. `stream` and `shape` are where it got its packets, and how
    it sent them.
    """

    stream: Stream
    shape: Shape
    first: int
    shift: int
    time_shift: int
    boundary: int
    times: tuple[int, ...]
    start: int
    spacing: int
    preface: Packet | None = None

    @property
    def begins(self) -> int:
        """The viewer's first number of this epoch, extended."""
        return self.first + self.shift - (self.preface is not None)

    def time(self, packet: Packet) -> int:
        """The viewer's timestamp, extended. The same packet always gets the same (SRTP must not encrypt two)."""
        if packet.sequence > self.boundary:
            return packet.timestamp + self.time_shift
        return self.start + self.spacing * max(0, bisect_right(self.times, packet.timestamp) - 1)

    def packet(self, number: int) -> Packet | None:
        """What went out in this number of the viewer's, extended, if it is kept."""
        sequence = number - self.shift
        return self.preface if sequence < self.first else self.stream.cache.get(sequence)

    def lacking(self, highest: int, newest: int) -> list[Packet]:
        """The packets sent live behind the viewer's number `highest`, up to `newest`, that are still kept; none too when
        a replay is behind it."""
        if highest <= self.boundary + self.shift:
            return []
        numbers = range(max(highest + 1, self.stream.cache.lowest + self.shift), newest + 1)  # it may say any number
        return [packet for number in numbers if (packet := self.packet(number)) is not None]
