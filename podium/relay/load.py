"""How busy this process is."""

import time
from collections.abc import Callable


class Load:
    """How much of a core the process uses, smoothed over a few looks; 0 to 1. `spent` and `now` are in seconds."""

    def __init__(
        self, spent: Callable[[], float] = time.process_time, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._spent, self._now = spent, now
        self._before = spent(), now()
        self._share = 0.0

    def look(self) -> float:
        """To be called about once a second."""
        spent, now = self._spent(), self._now()
        share = (spent - self._before[0]) / max(now - self._before[1], 1e-3)
        self._before = spent, now
        self._share += (min(1.0, share) - self._share) / 2
        return self._share
