"""The journal of one room as its hub reads it: folded from its first line, and followed from there."""

from collections.abc import Sequence

from moderation.apply import OutOfOrder, apply
from moderation.event import Happened
from moderation.refusal import Code, Refused
from moderation.room import Room
from podium import journal
from podium.ports import Entry, Store, StoreUnavailable

PAGE = 1_000

UNREADABLE = (journal.UnknownEvent, OutOfOrder, Refused, LookupError, ValueError)
"""What a journal raises that a newer version has written or that is damaged."""


class Superseded(Exception):
    """The journal is not the one of which the room is the fold: the database was replaced by one of before, as by a
    replica that had not got everything. room: the fold of what it holds now."""

    def __init__(self, room: Room, last: Happened) -> None:
        super().__init__(f"the journal was replaced; it ends at {room.seq}")
        self.room = room
        self.last = last


class History:
    """last: the last event that the room has seen, None before the first. Reading raises StoreUnavailable and what is
    UNREADABLE."""

    def __init__(self, room: str, store: Store) -> None:
        self._room = room
        self._store = store
        self.last: Happened | None = None

    async def fold(self) -> tuple[Room, Happened | None]:
        """The room as the whole journal tells it, and the last event."""
        room, last = Room(), None
        while lines := await self._store.read(self._room, room.seq, PAGE):
            for happened in journal.events(lines):
                room, last = apply(room, happened), happened
        return room, last

    async def following(self) -> Sequence[Entry]:
        """The lines after the last event. Raises Superseded when that one is not there any more."""
        if self.last is None:
            return await self._store.read(self._room, 0, PAGE)
        lines = await self._store.read(self._room, self.last.seq - 1, PAGE + 1)
        known = self.last.at, type(self.last.event).__name__
        if lines and (lines[0].at, lines[0].kind) == known:  # all else of it may be blank by now
            return lines[1:]
        room, last = await self.fold()
        if last is None:
            raise StoreUnavailable(Code.STORAGE_UNAVAILABLE, "the journal is empty, and was not")
        raise Superseded(room, last)
