"""What went out to viewers that all got the same: noted once per burst, whatever their number."""

from __future__ import annotations

from podium.relay.cache import Packet


class Progress:
    """Totals of a group of deliveries; `newest` has the highest stream number sent, `at` is when it went out."""

    __slots__ = ("at", "newest", "octets", "packets")

    def __init__(self) -> None:
        self.packets = 0
        self.octets = 0
        self.newest: Packet | None = None
        self.at = 0.0

    def note(self, newest: Packet, count: int, octets: int, now: float) -> None:
        """A burst went out; `newest` has the highest stream number in it."""
        self.packets += count
        self.octets += octets
        if self.newest is None or newest.sequence > self.newest.sequence:
            self.newest = newest
            self.at = now
