"""News on their way to a whole audience: each member has a place among them and is told all that follows at once."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from podium import wire
from podium.outbox import Outbox

SLICE = 200
"""So many are told before somebody else gets a turn: telling thousands takes longer than a question may wait."""
PAUSE = 0.05
"""Seconds: half of the time is for others, but nobody waits longer than that between two rounds."""
BUNDLES = 64
"""Different bundles that are remembered: nearly everybody is told the same."""


class Place(Protocol):
    """Who is told. place: how many of the audience's events it needs no more, set by Spread alone."""

    outbox: Outbox
    place: int


class Spread:
    """What an audience shall be told. Up to SLICE members are told at once, more in rounds.

    What happens while a round is on its way leaves in the next one as a single event, under its last number: each entity
    as it is then, so that nothing leaves that is no longer public, and one write for each member. Whoever is told
    anything else catches up first, so that nobody is told things out of their order.
    """

    def __init__(self) -> None:
        self._events: list[wire.Event] = []
        self._first = 0
        self._bundles: dict[tuple[int, bytes | None], tuple[bytes, ...]] = {}
        self._tick: Callable[[], bytes] | None = None
        self._news = asyncio.Event()

    @property
    def ticks(self) -> bool:
        """Whether a tick waits for the next round."""
        return self._tick is not None

    def enter(self, member: Place) -> None:
        """Somebody who has been told everything there is."""
        member.place = self._end

    def put(self, event: wire.Event, members: Collection[Place]) -> None:
        """An event for all members of the audience."""
        self._events.append(event)
        self._bundles.clear()
        self._soon(members)

    def tick(self, make: Callable[[], bytes], members: Collection[Place]) -> None:
        """A frame that is made when it leaves, after all others; in place of one that waits."""
        self._tick = make
        self._soon(members)

    def catch_up(self, member: Place, more: bytes | None = None) -> None:
        """Tell a member what it has not been told yet, and more behind it, in one write."""
        place = max(member.place, self._first)
        member.place = self._end
        bundle = self._bundles.get((place, more))
        if bundle is None:
            events = self._events[place - self._first :]
            bundle = (*((wire.encode(merged(events)),) if events else ()), *(() if more is None else (more,)))
            if len(self._bundles) >= BUNDLES:
                self._bundles.clear()
            self._bundles[place, more] = bundle
        if bundle:
            member.outbox.tell(bundle)

    async def round(self, members: Callable[[], Collection[Place]]) -> None:
        """When there is something to tell, tell it; then let others have as long, while more comes together."""
        await self._news.wait()
        self._news.clear()
        began = asyncio.get_running_loop().time()
        everybody, reached, make = list(members()), self._end, self._tick
        self._tick = None
        for first in range(0, len(everybody), SLICE):
            more = None if make is None else make()
            for member in everybody[first : first + SLICE]:
                self.catch_up(member, more)
            await asyncio.sleep(0)
        self._forget(reached)
        await asyncio.sleep(min(PAUSE, asyncio.get_running_loop().time() - began))

    @property
    def _end(self) -> int:
        return self._first + len(self._events)

    def _soon(self, members: Collection[Place]) -> None:
        if len(members) > SLICE:
            self._news.set()
            return
        more = None if self._tick is None else self._tick()
        self._tick = None
        for member in members:
            self.catch_up(member, more)
        self._forget(self._end)

    def _forget(self, reached: int) -> None:
        """Events up to this place, which everybody has been told."""
        del self._events[: max(0, reached - self._first)]
        self._first = max(self._first, reached)
        self._bundles.clear()


def merged(events: Sequence[wire.Event]) -> wire.Event:
    """One event that leads where all of them lead, one after the other."""
    put: dict[str, wire.Entity] = {}
    drop: dict[str, None] = {}
    for event in events:
        for key in event.drop:
            put.pop(key, None)
            drop[key] = None
        for key, entity in event.put.items():
            drop.pop(key, None)
            put[key] = entity
    return wire.Event(events[-1].seq, put, tuple(drop))
