"""The journals in a SQL database."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from podium.ports import Entry
from podium.store import statements
from podium.store.entries import refuse_malformed

Answer = TypeVar("Answer")


class Transactions(Protocol):
    """How the statements reach one kind of database: the only part that differs from engine to engine."""

    async def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """Do work in a transaction that may write, and commit it durably before returning.

        Work that raises is rolled back. Work that has begun is carried to its end when the caller is cancelled.
        Raises StoreUnavailable when the database refuses, and what work raises.
        """

    async def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Do work in a transaction that sees one moment of the database. Raises like write."""

    async def wipe(self) -> None:
        """Leave no trace of what committed work has overwritten. Raises StoreUnavailable."""

    async def close(self) -> None:
        """Wait for the work under way and release the database; may be called twice."""


class SqlStore:
    """The store over the transactions of one database; `open_sqlite` and `open_postgres` beside it make one.

    An append whose caller is cancelled has written everything or nothing; a second try with the same expected_seq
    learns which.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def append(self, room: str, expected_seq: int, entries: Sequence[Entry]) -> None:
        """See `podium.ports.Store.append`."""
        refuse_malformed(room, expected_seq, entries)
        work = partial(statements.append, room=room, expected_seq=expected_seq, entries=tuple(entries))
        await self._transactions.write(work)

    async def rewrite(self, room: str, expected_seq: int, entries: Sequence[Entry], blanked: Sequence[Entry]) -> None:
        """See `podium.ports.Erasure.rewrite`."""
        refuse_malformed(room, expected_seq, entries)
        work = partial(
            statements.rewrite,
            room=room,
            expected_seq=expected_seq,
            entries=tuple(entries),
            blanked=tuple(blanked),
        )
        await self._transactions.write(work)
        await self._transactions.wipe()

    async def read(self, room: str, since: int, limit: int = 1000) -> Sequence[Entry]:
        """See `podium.ports.Store.read`."""
        return await self._transactions.read(partial(statements.read, room=room, since=since, limit=limit))

    async def rooms(self) -> Sequence[str]:
        """See `podium.ports.Store.rooms`."""
        return await self._transactions.read(statements.rooms)

    async def close(self) -> None:
        """See `podium.ports.Store.close`; waits for the calls under way."""
        await self._transactions.close()
