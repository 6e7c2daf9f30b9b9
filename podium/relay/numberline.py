"""What went out to one viewer of one stream, and in which numbers: stretches of them (`Epoch`), one behind the other.

Numbers go on without a hole and times go forward, whatever the stretches come from. What is sent again and what a viewer has
not got yet is found here by its own numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from podium.relay.cache import Packet
from podium.relay.crossing import AROUND
from podium.relay.epoch import Epoch
from podium.relay.progress import Progress
from podium.relay.reception import Passage, Reception
from podium.relay.resending import Resending
from podium.relay.rtcp import Report

#: Stretches kept to answer NACKs that reach back over a start.
MOST_EPOCHS = 4


class NumberLine:
    """`packets` and `octets` (of payload) are of all that was sent, without what was sent again.

    `latest_timestamp` is the highest that was sent, None before there is one.
    """

    def __init__(self, first_sequence: int, first_timestamp: int) -> None:
        self.epochs: deque[Epoch] = deque(maxlen=MOST_EPOCHS)
        self.reception = Reception()
        self.latest_timestamp: int | None = None
        self._packets = 0
        self._octets = 0
        self._progress: Progress | None = None
        self._counted = (0, 0)
        self._next_sequence = first_sequence
        self._first_timestamp = first_timestamp
        self._latest_at = 0.0
        self._resending = Resending()
        self._left_behind = 0

    @property
    def packets(self) -> int:
        """Packets sent, without retransmissions."""
        self._fold()
        return self._packets

    @property
    def octets(self) -> int:
        """Payload octets of them."""
        self._fold()
        return self._octets

    @property
    def retransmitted(self) -> int:
        """Packets sent again."""
        return self._resending.count

    @property
    def epoch(self) -> Epoch:
        """The present stretch; there is one as soon as something may be sent."""
        return self.epochs[-1]

    @property
    def next_sequence(self) -> int:
        """The number that follows what was sent, extended."""
        self._fold()
        return self._next_sequence

    def begin(self, epoch: Epoch) -> None:
        """What is sent from now on is of this stretch."""
        assert self._progress is None, "loosen the seat before its number line changes"
        self.epochs.append(epoch)

    def leave_behind(self) -> None:
        """Nothing from before the present stretch is sent again."""
        self._left_behind = self.epoch.begins

    def next_timestamp(self, spacing: int, clock_rate: int, now: float) -> int:
        """Where the next stretch's time begins: later than all that was sent, by the time that has passed since."""
        if self.latest_timestamp is None:
            return self._first_timestamp
        return self.latest_timestamp + max(spacing, round((now - self._latest_at) * clock_rate))

    def newest_sent(self) -> Packet | None:
        """The packet behind the highest number sent, or the one before it that is still kept."""
        self._fold()
        if not self.epochs:
            return None
        epoch = self.epoch
        numbers = range(self._next_sequence - 1 - epoch.shift, epoch.first - 1, -1)
        return next((packet for number in numbers if (packet := epoch.stream.cache.get(number)) is not None), None)

    def note(self, newest: Packet, count: int, octets: int, now: float) -> None:
        """Packets went out; `newest` has the highest stream number among them."""
        epoch = self.epoch
        following = newest.sequence + epoch.shift + 1
        if following > self._next_sequence:
            self._next_sequence = following
            timestamp = epoch.time(newest)
            if self.latest_timestamp is None or timestamp > self.latest_timestamp:
                self.latest_timestamp = timestamp
            self._latest_at = now
        self._packets += count
        self._octets += octets

    def follow(self, progress: Progress) -> None:
        """From now on, what is noted there is noted here (`is_plain` holds all the while)."""
        self._progress = progress
        self._counted = progress.packets, progress.octets

    def unfollow(self) -> None:
        """What goes out from now on is noted here alone."""
        self._fold()
        self._progress = None

    def _fold(self) -> None:
        progress = self._progress
        if progress is None or progress.newest is None or progress.packets == self._counted[0]:
            return
        packets, octets = self._counted
        self._counted = progress.packets, progress.octets
        self.note(progress.newest, progress.packets - packets, progress.octets - octets, progress.at)

    def passage(self, report: Report, now: float) -> Passage:
        """How what was sent live comes through, by a report about it."""
        newest = self.next_sequence - 1
        lacking = self.epoch.lacking(_nearest(report.highest, newest), newest)
        octets = self._octets - sum(len(packet.payload) for packet in lacking)
        passed = octets + AROUND * (self._packets - len(lacking))
        return self.reception.passage(passed, [packet.arrived for packet in lacking], report.fraction / 256, now)

    def nacked(self, lost: Iterable[int], now: float) -> list[tuple[Packet, Epoch]]:
        """The packets behind the viewer's 16-bit numbers that are still kept and not left behind, within its allowance."""
        newest = self.next_sequence - 1
        found: list[tuple[Packet, Epoch]] = []
        for number in lost:
            extended = _nearest(number, newest)
            epoch = next((e for e in reversed(self.epochs) if extended >= e.begins), None)
            if epoch is None or not self._left_behind <= extended <= newest:
                continue
            packet = epoch.packet(extended)
            if packet is not None and self._resending.grants(extended, self.reception.round_trip, now):
                found.append((packet, epoch))
        return found


def _nearest(number: int, newest: int) -> int:
    """A 16-bit number extended, next to `newest`."""
    return newest + (number - newest + 0x8000 & 0xFFFF) - 0x8000
