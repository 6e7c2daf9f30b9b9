"""The viewers of one stream that take its packets in one shape: most in lanes, side by side, some on their own.

A seat in a lane gets every burst as it is, with two constants added; its delivery follows the audience's progress.
Whatever changes a delivery's number line, or has packets of its own for it, loosens the seat first.
"""

from __future__ import annotations

from podium.relay.lanes import Lanes
from podium.relay.progress import Progress
from podium.relay.seat import Seat
from podium.relay.shape import Shape
from podium.relay.stream import Stream

Group = tuple[Shape, int]


class Audience:
    """`loose` are the seats to be looked at one by one; `boundary` is the highest replayed number of all lanes."""

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.loose: dict[Seat, None] = {}
        self.progress = Progress()
        self.boundary = -1
        self._seats: list[Seat] = []  # by lane
        self._numbers: dict[Seat, int] = {}

    def __len__(self) -> int:
        return len(self._seats) + len(self.loose)

    def seats(self) -> list[Seat]:
        """All of them."""
        return [*self._seats, *self.loose]

    def add(self, seat: Seat) -> None:
        """A newcomer, loose at first."""
        self.loose[seat] = None

    def remove(self, seat: Seat) -> None:
        """The seat is empty."""
        self.loosen(seat)
        self.loose.pop(seat, None)

    def settle(self, seat: Seat) -> None:
        """Give a loose seat, whose delivery needs nothing but its epoch's shifts from now on, a lane."""
        delivery, epoch = seat.delivery, seat.delivery.line.epoch
        del self.loose[seat]
        self._numbers[seat] = len(self._seats)
        self._seats.append(seat)
        self.lanes.append((seat.outlet, delivery.ssrc, epoch.shift, epoch.time_shift))
        self.boundary = max(self.boundary, epoch.boundary)
        delivery.line.follow(self.progress)

    def loosen(self, seat: Seat) -> None:
        """Take a seat out of its lane, if it has one."""
        number = self._numbers.pop(seat, None)
        if number is None:
            return
        last = self._seats.pop()
        if last is not seat:
            self._seats[number] = last
            self._numbers[last] = number
        self.lanes.remove(number)
        seat.delivery.line.unfollow()
        self.loose[seat] = None

    def loosen_all(self) -> None:
        """Take all seats out of their lanes."""
        for seat in list(self._seats):
            self.loosen(seat)
        self.boundary = -1


class Audiences:
    """All audiences of a worker, by stream and by the shape and room behind each packet that they take."""

    def __init__(self) -> None:
        self._groups: dict[Stream, dict[Group, Audience]] = {}

    def of(self, seat: Seat) -> Audience | None:
        """The one that the seat is in."""
        return self._groups.get(seat.delivery.stream, {}).get(_group(seat))

    def watching(self, stream: Stream) -> list[tuple[Group, Audience]]:
        """Those of this stream."""
        return list(self._groups.get(stream, {}).items())

    def add(self, seat: Seat) -> None:
        """A newcomer, or one that comes over from another stream or shape."""
        self._groups.setdefault(seat.delivery.stream, {}).setdefault(_group(seat), Audience()).add(seat)

    def remove(self, seat: Seat) -> None:
        """It is empty, or is about to go over; an audience without seats is gone."""
        audience = self.of(seat)
        if audience is None:
            return
        audience.remove(seat)
        if not audience:
            groups = self._groups[seat.delivery.stream]
            del groups[_group(seat)]
            if not groups:
                del self._groups[seat.delivery.stream]

    def forget(self, stream: Stream) -> None:
        """There is no such stream any more."""
        self._groups.pop(stream, None)


def _group(seat: Seat) -> Group:
    return seat.delivery.shape, seat.outlet.protector.trailer
