"""Who speaks: how loud a feed is, half second by half second, and which feed of a room has the floor (RFC 6464 levels).

As in LiveKit, a half second counts as speech when at least 40 % of its packets are loud enough: a cough or a door is
shorter. As in mediasoup, the floor changes only when somebody else was louder for a while: nobody flickers.
"""

from __future__ import annotations

import math

WINDOW = 0.5
SPOKEN_SHARE = 0.4
#: Loud enough to be speech (decibels below full scale).
SPOKEN_LEVEL = -45.0
#: Windows in which another feed has to be louder, and by how much (decibels), before it gets the floor.
WINDOWS_TO_TAKE = 2
LOUDER_BY = 3.0
#: Silent windows after which nobody has the floor: people breathe and think between sentences.
WINDOWS_TO_LEAVE = 4


class Loudness:
    """One feed's packets in windows of half a second."""

    def __init__(self, began: float) -> None:
        self._ends = began + WINDOW
        self._levels: list[float] = []
        self._windows: list[float | None] = []

    def hear(self, level: float, now: float) -> None:
        """A packet with this level arrived."""
        self.pass_to(now)
        self._levels.append(level)

    def pass_to(self, now: float) -> None:
        """Close the windows that are over; a long pause is one silent window, not hundreds."""
        if now >= self._ends:
            self._windows.append(_spoken(self._levels))
            self._levels.clear()
            self._ends += WINDOW * (1 + (now - self._ends) // WINDOW)

    def taken(self) -> tuple[float | None, ...]:
        """The windows closed since the last call."""
        windows, self._windows = tuple(self._windows[-8:]), []
        return windows


def _spoken(levels: list[float]) -> float | None:
    """The mean power of the loud packets, in decibels; None when too few of them are loud."""
    loud = [level for level in levels if level >= SPOKEN_LEVEL]
    if not levels or len(loud) < SPOKEN_SHARE * len(levels):
        return None
    return mean_level(loud)


def mean_level(levels: list[float]) -> float:
    """The level of the mean power of at least one level."""
    return 10 * math.log10(sum(10 ** (level / 10) for level in levels) / len(levels))


class Floor:
    """Which feed of a room has the floor."""

    def __init__(self) -> None:
        self.speaking: str | None = None
        self._latest: dict[str, float | None] = {}
        self._challenger: str | None = None
        self._louder = 0
        self._silent = 0

    def hear(self, feed: str, window: float | None) -> None:
        """The next half second of a feed; None when nobody spoke on it."""
        self._latest[feed] = window
        if feed == self.speaking:
            self._silent = 0 if window is not None else self._silent + 1
            if self._silent >= WINDOWS_TO_LEAVE:
                self.speaking = None
        elif window is not None:
            self._challenge(feed, window)
        elif feed == self._challenger:
            self._challenger, self._louder = None, 0

    def leave(self, feed: str) -> None:
        """The feed is no longer published."""
        self._latest.pop(feed, None)
        if feed == self.speaking:
            self.speaking, self._silent = None, 0
        if feed == self._challenger:
            self._challenger, self._louder = None, 0

    def _challenge(self, feed: str, window: float) -> None:
        holder = self._latest.get(self.speaking) if self.speaking is not None else None
        if holder is not None and window < holder + LOUDER_BY:
            return
        if feed != self._challenger:
            rival = self._latest.get(self._challenger) if self._challenger is not None else None
            if rival is not None and window <= rival:
                return
            self._challenger, self._louder = feed, 0
        self._louder += 1
        if self._louder >= WINDOWS_TO_TAKE:
            self.speaking, self._challenger, self._louder, self._silent = feed, None, 0, 0
