"""The prompters of a room as the host sees them: which are there, how large, how far away, and which have just gone.

Nothing of it is written down. Every node knows its own screens and hears of those of the others by messages.
"""

from itertools import count

from msgspec.structs import replace

from podium import wire
from podium.hearsay import Hearsay
from podium.ports import Clock
from podium.stage_entities import ScreenView

GONE_KEPT = 600_000
"""Milliseconds for which a screen that went is still shown as gone, unless its place has one again."""
SCREENS_LIMIT = 64
"""Screens of a room that are listed on one node; further ones work, and are not listed."""


class Screens:
    """The screens of one room, seen from one node. node: its name, which no other node has."""

    def __init__(self, node: str, clock: Clock) -> None:
        self._node = node
        self._clock = clock
        self._numbers = count(1)
        self._here: dict[str, ScreenView] = {}
        self._elsewhere = Hearsay[tuple[ScreenView, ...]](clock)

    def enter(self, place: str) -> str | None:
        """A screen of a place came; the id by which the host knows it, None when there are too many."""
        self._forget()
        returned = (known for known, screen in self._here.items() if screen.place == place and screen.gone is not None)
        for known in list(returned):
            del self._here[known]
        if len(self._here) >= SCREENS_LIMIT:
            return None
        identifier = f"{self._node}.{next(self._numbers)}"
        now = self._clock.now()
        self._here[identifier] = ScreenView(identifier, place, None, 0, 0, "", "", None, None, now, now, None)
        return identifier

    def report(self, identifier: str, told: wire.Screen) -> None:
        """A screen says how it is."""
        screen = self._here.get(identifier)
        if screen is not None:
            self._here[identifier] = replace(
                screen,
                name=told.name,
                width=told.width,
                height=told.height,
                mode=told.mode,
                look=told.look,
                reading=told.reading,
                round_trip=told.round_trip,
                seen=self._clock.now(),
            )

    def leave(self, identifier: str) -> None:
        """A screen's connection is gone; the host is told since when."""
        screen = self._here.get(identifier)
        if screen is not None:
            self._here[identifier] = replace(screen, gone=self._clock.now())

    def all(self) -> tuple[ScreenView, ...]:
        """The screens on all nodes, those gone not long ago included."""
        self._forget()
        return (*self._here.values(), *(screen for screens in self._elsewhere.all() for screen in screens))

    def own(self) -> tuple[ScreenView, ...]:
        """Those connected to this node, for the others to hear of."""
        return tuple(self._here.values())

    def heard(self, node: str, screens: tuple[ScreenView, ...]) -> bool:
        """What another node has; whether that is news."""
        return self._elsewhere.take(node, screens)

    def _forget(self) -> None:
        now = self._clock.now()
        for identifier, screen in list(self._here.items()):
            if screen.gone is not None and screen.gone + GONE_KEPT <= now:
                del self._here[identifier]
