"""How fast requests may come: counted by token, feed or session, never by an address."""

from collections.abc import Callable

from podium.pace import Pace

#: Keys that are remembered; the one unused for longest is forgotten first.
MOST = 4096


class Floods:
    """One token bucket per key. `now`: milliseconds of a clock that does not run backwards."""

    def __init__(self, now: Callable[[], int], burst: int, per_second: int) -> None:
        self._now = now
        self._burst = burst
        self._per_second = per_second
        self._paces: dict[str, Pace] = {}

    def wait(self, key: str) -> int:
        """Count one request: 0 when it is in time, else the whole seconds to wait."""
        pace = self._paces.pop(key, None) or Pace(self._now(), self._burst, self._per_second)
        self._paces[key] = pace
        if len(self._paces) > MOST:
            del self._paces[next(iter(self._paces))]
        return -(-pace.wait(self._now()) // 1000)
