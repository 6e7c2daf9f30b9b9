"""Which worker takes the next peer. Pure: what each worker bears in, the order in which to ask them out.

A viewer goes to the worker that bears the least, measured by the nearest of its three limits. A publisher goes where
its feed is or was, so that whoever takes a feed over meets whom it displaces in one process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Beyond this share of a core, packets begin to wait for each other; nobody new is let in.
FULL_LOAD = 0.85
#: A DTLS handshake costs about 3 ms of CPU: so many are less than a second of it.
MOST_HANDSHAKES = 256
#: Offers between two words of a worker; most of a flood's never become a handshake.
MOST_OFFERS = 1024
#: Feeds whose worker is remembered.
MOST_HOMES = 4096


@dataclass(slots=True)
class Burden:
    """What one worker bears: as it last said, and what it was given since."""

    viewers: int = 0
    handshakes: int = 0
    load: float = 0.0
    offers: int = 0

    def given(self, *, viewer: bool) -> None:
        """A session was opened there."""
        self.viewers += viewer
        self.offers += 1

    def share(self, most_viewers: int) -> float:
        """How much of what it can bear, 1 and more: full."""
        setting_up = max(self.handshakes / MOST_HANDSHAKES, self.offers / MOST_OFFERS)
        return max(self.viewers / most_viewers, setting_up, self.load / FULL_LOAD)


class Placement:
    """Remembers where feeds are at home; `most_viewers` is each worker's limit."""

    def __init__(self, most_viewers: int) -> None:
        self._most_viewers = most_viewers
        self._homes: dict[str, int] = {}

    def for_viewer(self, burdens: Mapping[int, Burden]) -> list[int]:
        """The workers that have room, the least burdened first."""
        shares = {number: burden.share(self._most_viewers) for number, burden in burdens.items()}
        return sorted((number for number, share in shares.items() if share < 1), key=lambda number: shares[number])

    def for_publisher(self, feed: str, burdens: Mapping[int, Burden]) -> list[int]:
        """The one worker for this feed; a publisher is never turned away for the sake of viewers."""
        home = self._homes.get(feed)
        if home is not None and home in burdens:
            return [home]
        found = sorted(burdens, key=lambda number: burdens[number].share(self._most_viewers))[:1]
        for number in found:
            self._homes.pop(feed, None)
            self._homes[feed] = number
            if len(self._homes) > MOST_HOMES:
                del self._homes[next(iter(self._homes))]
        return found

    def forget(self, worker: int) -> None:
        """It has ended: its feeds may begin elsewhere at once."""
        self._homes = {feed: home for feed, home in self._homes.items() if home != worker}
