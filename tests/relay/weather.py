"""What a bad network does to datagrams: decided by chance from a seed alone, without clock or socket."""

import random
from dataclasses import dataclass

OVERTAKEN_SECONDS = 0.02
"""How much later a datagram comes that is to be overtaken by the next ones."""

QUEUE_SECONDS = 0.25
"""How much a narrow link holds back before it drops: as most home routers do."""


@dataclass(frozen=True, slots=True)
class Weather:
    """Shares (0 to 1) of datagrams that are lost, come twice, or are overtaken; `delay` in seconds, each way.

    `capacity` in bits per second: what exceeds it waits for up to `QUEUE_SECONDS`, then it is lost; 0 for no bound.
    """

    loss: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    capacity: int = 0


CLEAR = Weather()


class Sky:
    """Decides for one datagram after the other; the same seed decides the same."""

    def __init__(self, weather: Weather, seed: int) -> None:
        self.weather = weather
        self._chance = random.Random(seed)
        self._busy_until = 0.0

    def queued(self, octets: int, now: float) -> float | None:
        """How long a datagram of this size waits for its turn on the link; None when the queue is full."""
        if not self.weather.capacity:
            return 0.0
        waits = max(0.0, self._busy_until - now)
        if waits > QUEUE_SECONDS:
            return None
        self._busy_until = now + waits + 8 * octets / self.weather.capacity
        return waits

    def fate(self) -> tuple[float, ...]:
        """After how many seconds each copy arrives; empty when the datagram is lost."""
        draws = [self._chance.random() for _ in range(3)]  # always as many, so that one share does not change another
        if draws[0] < self.weather.loss:
            return ()
        arrival = self.weather.delay + OVERTAKEN_SECONDS * (draws[1] < self.weather.reorder)
        return (arrival, arrival) if draws[2] < self.weather.duplicate else (arrival,)
