"""How fast one connection may talk: a token bucket."""

import math

BURST = 20
PER_SECOND = 10
"""Frames a connection may send at once, and how many it gets back each second."""


class Pace:
    """Times are milliseconds of any clock that does not run backwards."""

    def __init__(self, now: int, burst: int = BURST, per_second: int = PER_SECOND) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = float(burst)
        self._at = now

    def wait(self, now: int) -> int:
        """Count one frame: 0 when it is in time, else the milliseconds to wait, and nothing is counted."""
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second / 1000)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return math.ceil((1 - self._left) * 1000 / self._per_second)
