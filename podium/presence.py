"""Who of the staff is here and looks at which question. Nothing of it is written down: it ends with the connection.

Every node knows its own colleagues and hears of those of the others by messages; who is not heard of any more is gone.
"""

from itertools import count

import msgspec

from podium.entities import ColleagueView
from podium.hearsay import Hearsay
from podium.ports import Clock

CLAIM = 30_000
"""Milliseconds after which a look at a question no longer counts, unless it is renewed."""


class Presence:
    """The colleagues of one room, seen from one node. node: its name, which no other node has."""

    def __init__(self, node: str, clock: Clock) -> None:
        self._node = node
        self._clock = clock
        self._numbers = count(1)
        self._here: dict[str, ColleagueView] = {}
        self._elsewhere = Hearsay[tuple[ColleagueView, ...]](clock)

    def enter(self) -> str:
        """Somebody came; the id by which colleagues know this connection."""
        identifier = f"{self._node}.{next(self._numbers)}"
        self._here[identifier] = ColleagueView(identifier, None, None, None)
        return identifier

    def look(self, identifier: str, question: int | None, name: str | None) -> None:
        """Somebody who is here looks at a question, or at none, and wants to be called so."""
        until = None if question is None else self._clock.now() + CLAIM
        self._here[identifier] = ColleagueView(identifier, name, question, until)

    def leave(self, identifier: str) -> None:
        """Somebody went; no error when they had gone before."""
        self._here.pop(identifier, None)

    def colleagues(self) -> tuple[ColleagueView, ...]:
        """Everybody who is here, on all nodes, without looks that have expired."""
        now = self._clock.now()
        elsewhere = (colleague for colleagues in self._elsewhere.all() for colleague in colleagues)
        everybody = (*self._here.values(), *elsewhere)
        return tuple(
            msgspec.structs.replace(colleague, question=None, until=None)
            if colleague.until is not None and colleague.until <= now
            else colleague
            for colleague in everybody
        )

    def own(self) -> tuple[ColleagueView, ...]:
        """Those connected to this node, for the others to hear of."""
        return tuple(self._here.values())

    def heard(self, node: str, colleagues: tuple[ColleagueView, ...]) -> bool:
        """Who is connected to another node; whether that is news."""
        return self._elsewhere.take(node, colleagues)
