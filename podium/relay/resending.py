"""How often and how much is sent again to one viewer: a packet once in a round trip, all within an allowance."""

from __future__ import annotations

#: A packet is sent again once in a round trip, and in no more than this (seconds).
LONGEST_ROUND_TRIP = 0.5
#: Retransmissions to one viewer: a burst, and packets a second after it.
BURST = 256
RATE = 500


class Resending:
    """One stream's. Numbers are the viewer's, extended; `count` is of all that was granted."""

    def __init__(self) -> None:
        self.count = 0
        self._granted: dict[int, float] = {}
        self._allowance = float(BURST)
        self._at = 0.0

    def grants(self, number: int, round_trip: float, now: float) -> bool:
        """Whether to send this one again now; a True counts as sent."""
        self._allowance = min(BURST, self._allowance + (now - self._at) * RATE)
        self._at = now
        if self._allowance < 1 or now - self._granted.get(number, float("-inf")) < round_trip:
            return False
        if len(self._granted) > 2 * BURST:
            self._granted = {other: at for other, at in self._granted.items() if now - at < LONGEST_ROUND_TRIP}
        self._granted[number] = now
        self._allowance -= 1
        self.count += 1
        return True
