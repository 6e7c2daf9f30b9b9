"""How fast a replay goes out."""

from __future__ import annotations

#: A replay is to be over in this time (seconds), at no less and no more than so many packets a second.
REPLAY_SECONDS = 0.1
LOWEST_REPLAY_RATE = 1500
HIGHEST_REPLAY_RATE = 6000


class Pace:
    """Of one replay of so many packets; `rate` in packets a second."""

    def __init__(self, packets: int) -> None:
        self.rate = max(LOWEST_REPLAY_RATE, min(HIGHEST_REPLAY_RATE, packets / REPLAY_SECONDS))
        self._credit = 0.0

    def bound(self, rate: float) -> None:
        """No faster than this, and the first packet at once."""
        self.rate = min(self.rate, rate)
        self._credit = 1.0

    def take(self, seconds: float) -> int:
        """How many packets go out in a turn of this length."""
        self._credit = min(self._credit + self.rate * seconds, max(1.0, self.rate * REPLAY_SECONDS))
        whole = int(self._credit + 1e-6)  # lengths of turns are floats: what lacks a millionth of a packet is whole
        self._credit -= whole
        return whole
