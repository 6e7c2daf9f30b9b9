"""How one stream arrives at one viewer, by its report blocks: the round trip, and what waits on the link."""

from __future__ import annotations

from podium.relay.resending import LONGEST_ROUND_TRIP
from podium.relay.rtcp import Report


class Reception:
    """`round_trip` in seconds, 0 until it is known."""

    def __init__(self) -> None:
        self.round_trip = self._least = 0.0
        self._reported: tuple[int, float] | None = None

    def reported(self, ntp: int, now: float) -> None:
        """A sender report with this NTP time went out."""
        self._reported = ntp >> 16 & 0xFFFFFFFF, now

    def heard(self, report: Report, now: float) -> None:
        """A report block about this stream: the round trip by the sender report that it answers (RFC 3550, 6.4.1)."""
        if self._reported is not None and report.last_report == self._reported[0]:
            self.round_trip = min(LONGEST_ROUND_TRIP, max(0.0, now - self._reported[1] - report.delay / 65536))
            self._least = min(self._least or LONGEST_ROUND_TRIP, self.round_trip)

    def held_up(self, sent_at: float, now: float) -> float:
        """For how long (seconds) what went out then and has not come is under way, beyond the least round trip."""
        return max(0.0, now - sent_at - self._least)
