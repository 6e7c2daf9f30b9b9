"""What the room needs from the world outside: a store, a bus, a clock, identifiers.

Each port has at most four methods and an in-memory adapter; one contract suite runs over all adapters.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a room's journal, as it is stored.

    seq: 1, 2, 3 ... without a gap within its room. at: milliseconds since the Unix epoch, UTC.
    actor: who caused it (``device:...``, ``link:...``, ``system``). command: the client's command id, or "".
    kind: the event's name. body: the event's fields as one JSON object.
    seal, hash: the line's place in the hash chain (`podium.chain`); set by the store, whatever the writer says.
    """

    seq: int
    at: int
    actor: str
    command: str
    kind: str
    body: str
    seal: str = field(default="", compare=False)
    hash: str = field(default="", compare=False)


class StaleSeq(Exception):
    """Somebody else appended first: read on from `expected`, decide again. Nothing was written."""

    def __init__(self, room: str, expected: int) -> None:
        super().__init__(f"journal of {room!r} has grown past {expected}")
        self.room = room
        self.expected = expected


class StoreUnavailable(Exception):
    """The store cannot write or read now; nothing of this call was written.

    code: ``storage_full`` (no space left on the disk), ``storage_busy`` (locked by another process for longer
    than the store waits) or ``storage_unavailable`` (anything else). The same call may succeed later.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Store(Protocol):
    """The journals of all rooms. The only truth; everything else is a fold of it."""

    async def append(self, room: str, expected_seq: int, entries: Sequence[Entry]) -> None:
        """Write entries numbered expected_seq + 1, + 2, ... durably, all or none, before returning.

        Raises StaleSeq when the room's last seq is not expected_seq, ValueError when the numbers do not follow,
        StoreUnavailable when the disk or the database refuses.
        """

    async def read(self, room: str, since: int, limit: int = 1000) -> Sequence[Entry]:
        """The entries with seq > since, in order, at most limit; empty for an unknown room."""

    async def rooms(self) -> Sequence[str]:
        """The names of all rooms that have a journal, sorted."""

    async def close(self) -> None:
        """Release everything; later calls raise StoreUnavailable. Closing twice is no error."""


class Erasure(Protocol):
    """Forgetting what a journal said, beside `Store`: of one store with it."""

    async def rewrite(self, room: str, expected_seq: int, entries: Sequence[Entry], blanked: Sequence[Entry]) -> None:
        """Append entries as `Store.append` does and, in the same moment, put blanked lines in place of theirs.

        A blanked line (`podium.chain.blanked`) takes the place of the one with its number and its hash. What stood
        there is gone from all the store keeps once this returns. Raises what append raises; ValueError, with nothing
        written, for a line without such a place; StoreUnavailable also when everything was written while the trace
        of what stood there could not be wiped yet.
        """


class ErasableStore(Store, Erasure, Protocol):
    """A store that can forget."""


class Bus(Protocol):
    """Hints between the parts and nodes of one installation. A message may be lost: the store heals."""

    @property
    def connected(self) -> bool:
        """Whether messages reach the other nodes now."""

    async def publish(self, topic: str, message: bytes) -> None:
        """Hand message to every present subscriber of topic; never waits for a slow one."""

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The messages published to topic while the context is open, in order, at most 1000 waiting.

        When more are waiting the oldest is dropped.
        """

    async def close(self) -> None:
        """End every subscription's iteration and refuse (silently drop) later messages."""


class Clock(Protocol):
    """The time of day."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch, UTC; never smaller than an earlier answer of this process."""


class Ids(Protocol):
    """Identifiers nobody can guess."""

    def new(self) -> str:
        """At least 122 random bits, URL-safe characters."""
