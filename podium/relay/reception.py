"""How one stream arrives at one viewer, by its report blocks: the round trip, and what waits on the link."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from podium.relay.resending import LONGEST_ROUND_TRIP
from podium.relay.rtcp import Report


@dataclass(frozen=True, slots=True)
class Passage:
    """What came through between two reports, `seconds` apart: `rate` in bits per second.

    Packets that were sent over `lacking` seconds have not come; the first of them is on its way for `held_up` seconds
    longer than usual.
    """

    held_up: float = 0.0
    lacking: float = 0.0
    rate: float = 0.0
    seconds: float = 0.0


UNHINDERED = Passage()

#: What came through is measured over no less than this (seconds): viewers that miss something report many times a second.
LEAST_SECONDS = 0.1


class Reception:
    """`round_trip` in seconds, 0 until it is known."""

    def __init__(self) -> None:
        self.round_trip = self._least = 0.0
        self._reported: tuple[int, float] | None = None
        self._passed: deque[tuple[int, float]] = deque(maxlen=2)

    def reported(self, ntp: int, now: float) -> None:
        """A sender report with this NTP time went out."""
        self._reported = ntp >> 16 & 0xFFFFFFFF, now

    def heard(self, report: Report, now: float) -> None:
        """A report block about this stream: the round trip by the sender report that it answers (RFC 3550, 6.4.1)."""
        if self._reported is not None and report.last_report == self._reported[0]:
            self.round_trip = min(LONGEST_ROUND_TRIP, max(0.0, now - self._reported[1] - report.delay / 65536))
            self._least = min(self._least or LONGEST_ROUND_TRIP, self.round_trip)

    def passage(self, passed: int, lacking: Sequence[float], lost: float, now: float) -> Passage:
        """By a report: so many octets have passed since the beginning; `lacking` are the times of the packets that have not.

        `lost` (0 to 1) is the report's own figure. Nothing is known of a rate at the first report.
        """
        measures = self._passed
        held_up = max(0.0, now - lacking[0] - self._least) if lacking else 0.0
        span = lacking[-1] - lacking[0] if lacking else 0.0
        if not measures or now - measures[-1][1] >= LEAST_SECONDS:
            measures.append((passed, now))
        before, at = measures[0]
        if now <= at:
            return Passage(held_up, span)
        came, seconds = max(0, passed - before), now - at
        return Passage(held_up, span, 8 * came * (1 - lost) / seconds, seconds)
