"""The SQL store, beyond what tests/contracts holds every store to."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from podium.ports import Entry
from podium.store.sql import SqlStore

Answer = TypeVar("Answer")


class UnreachableTransactions:
    """A database that must not be asked."""

    async def write(self, work: Callable[[Connection], Answer]) -> Answer:
        raise AssertionError("the database was reached")

    async def read(self, work: Callable[[Connection], Answer]) -> Answer:
        raise AssertionError("the database was reached")

    async def wipe(self) -> None:
        raise AssertionError("the database was reached")

    async def close(self) -> None:
        """Nothing to release."""


async def test_malformed_entries_never_reach_the_database() -> None:
    store = SqlStore(UnreachableTransactions())
    with pytest.raises(ValueError):
        await store.append("room", 0, [Entry(2, 0, "system", "", "asked", "{}")])
