"""The system's time of day."""

import time
from collections.abc import Callable

NANOSECONDS_PER_MILLISECOND = 1_000_000


class SystemClock:
    """Wall time that never runs backwards: a clock set back is caught up with at half speed, without a halt.

    Both arguments answer nanoseconds: `wall` since the Unix epoch, `monotonic` since any moment.
    """

    def __init__(
        self, wall: Callable[[], int] = time.time_ns, monotonic: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._answer = 0
        self._answered = monotonic()

    def now(self) -> int:
        """Milliseconds since the Unix epoch, UTC; never smaller than an earlier answer."""
        monotonic = self._monotonic()
        self._answer = max(self._wall(), self._answer + (monotonic - self._answered) // 2)
        self._answered = monotonic
        return self._answer // NANOSECONDS_PER_MILLISECOND
