"""The SQLite file: how it is opened, what is durable, and what happens when the disk or a neighbour refuses."""

import asyncio
import resource
import sqlite3
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from podium.ports import Entry, Store, StoreUnavailable
from podium.store import sqlite
from podium.store.sql import SqlStore
from podium.store.sqlite import SqliteTransactions, open_sqlite, sqlite_engine

ROOM = "digitales-podium"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "podium.db"


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    store = await open_sqlite(database)
    yield store
    await store.close()


def entry(seq: int, body: str = "{}") -> Entry:
    return Entry(seq, 0, "system", f"command-{seq}", "asked", body)


async def refusal_of(store: Store, seq: int, body: str = "{}") -> StoreUnavailable:
    """The refusal of appending entry seq, which wrote nothing."""
    with pytest.raises(StoreUnavailable) as refusal:
        await store.append(ROOM, seq - 1, [entry(seq, body)])
    assert [line.seq for line in await store.read(ROOM, 0)] == list(range(1, seq))
    return refusal.value


async def test_only_the_owner_reads_the_file_and_what_lies_beside_it(database: Path, store: Store) -> None:
    await store.append(ROOM, 0, [entry(1)])
    files = sorted(database.parent.iterdir())
    assert [file.name for file in files] == ["podium.db", "podium.db-shm", "podium.db-wal"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3


async def test_closing_leaves_one_file(database: Path, store: Store) -> None:
    await store.append(ROOM, 0, [entry(1)])
    await store.close()
    assert [file.name for file in database.parent.iterdir()] == ["podium.db"]


def test_a_commit_waits_for_the_disk_and_readers_wait_for_nobody(database: Path) -> None:
    database.touch()
    engine = sqlite_engine(database, "BEGIN", connections=1)
    with engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        assert [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas] == [
            "wal", 2, 1, 2000,
        ]  # fmt: skip
    engine.dispose()


async def test_opening_again_finds_the_journal_and_writes_nothing(database: Path) -> None:
    store = await open_sqlite(database)
    await store.append(ROOM, 0, [entry(1)])
    await store.close()
    before = database.read_bytes()
    store = await open_sqlite(database)
    assert list(await store.read(ROOM, 0)) == [entry(1)]
    await store.close()
    assert database.read_bytes() == before


# What cannot be opened


async def test_a_file_that_is_no_database_is_left_alone_and_named(database: Path) -> None:
    database.write_text("Guten Tag, ich bin ein Protokoll.\n" * 100)
    before = database.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"podium\.db: .*not a database") as refusal:
        await open_sqlite(database)
    assert refusal.value.code == "storage_unavailable"
    assert database.read_bytes() == before


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"elsewhere/podium\.db: No such file or directory"):
        await open_sqlite(tmp_path / "elsewhere" / "podium.db")


# Locked by another process


@pytest.fixture
def locked(database: Path, store: Store) -> Iterator[sqlite3.Connection]:
    """Another program's connection, which holds the file until it rolls back."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield connection


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores opened in this test wait a moment only."""
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)


async def test_a_lock_held_too_long_is_busy_and_passes(
    impatient: None, store: Store, locked: sqlite3.Connection
) -> None:
    assert (await refusal_of(store, 1)).code == "storage_busy"
    locked.execute("ROLLBACK")
    await store.append(ROOM, 0, [entry(1)])
    assert list(await store.read(ROOM, 0)) == [entry(1)]


async def test_nobody_waits_behind_the_waiting_for_longer_than_the_store_waits(
    impatient: None, store: Store, locked: sqlite3.Connection
) -> None:
    appends = [store.append(f"room-{number}", 0, [entry(1)]) for number in range(20)]
    async with asyncio.timeout(1):
        outcomes = await asyncio.gather(*appends, return_exceptions=True)
    assert {outcome.code for outcome in outcomes if isinstance(outcome, StoreUnavailable)} == {"storage_busy"}
    assert list(await store.rooms()) == []
    locked.execute("ROLLBACK")
    await store.append(ROOM, 0, [entry(1)])


async def test_a_lock_held_for_a_moment_is_waited_for(store: Store, locked: sqlite3.Connection) -> None:
    appending = asyncio.create_task(store.append(ROOM, 0, [entry(1)]))
    asyncio.get_running_loop().call_later(0.05, locked.execute, "ROLLBACK")
    await appending
    assert list(await store.read(ROOM, 0)) == [entry(1)]


async def test_a_locked_file_is_not_opened(impatient: None, database: Path) -> None:
    database.touch()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match=r"podium\.db: .*locked") as refusal:
            await open_sqlite(database)
    assert refusal.value.code == "storage_busy"


# No space, and other faults of the disk


async def test_no_space_left_is_full_and_passes(database: Path, store: Store) -> None:
    await store.close()
    writing = sqlite_engine(database, "BEGIN IMMEDIATE", connections=1)
    reading = sqlite_engine(database, "BEGIN", connections=1)
    pages = 30

    def limit_pages(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(writing, "begin", limit_pages)
    store = SqlStore(SqliteTransactions(writing, reading))
    await store.append(ROOM, 0, [entry(1)])
    assert (await refusal_of(store, 2, body="x" * 200_000)).code == "storage_full"
    await store.append(ROOM, 1, [entry(2)])
    pages = 300
    await store.append(ROOM, 2, [entry(3, body="x" * 200_000)])
    assert len(await store.read(ROOM, 0)) == 3
    await store.close()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Whatever this process writes past size bytes of a file fails, as on a broken disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_fault_of_the_disk_is_named_and_passes(database: Path, store: Store) -> None:
    await store.append(ROOM, 0, [entry(1)])
    with files_no_larger_than(database.with_name("podium.db-wal").stat().st_size):
        assert (await refusal_of(store, 2)).code == "storage_unavailable"
        assert (await refusal_of(store, 2)).code == "storage_unavailable"
    await store.append(ROOM, 1, [entry(2)])
    assert list(await store.read(ROOM, 0)) == [entry(1), entry(2)]


async def test_no_refusal_repeats_what_people_wrote(database: Path, store: Store) -> None:
    with files_no_larger_than(database.with_name("podium.db-wal").stat().st_size):
        refusal = await refusal_of(store, 1, body='{"text":"confidential"}')
    assert "confidential" not in str(refusal)


async def test_nothing_is_acknowledged_into_a_file_that_is_gone(database: Path, store: Store) -> None:
    await store.append(ROOM, 0, [entry(1)])
    aside = database.rename(database.with_name("aside.db"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="removed or replaced") as refusal:
            await store.append(ROOM, 1, [entry(2)])
        assert refusal.value.code == "storage_unavailable"
    with pytest.raises(StoreUnavailable):
        await store.read(ROOM, 0)
    assert not database.exists()
    aside.rename(database)
    await store.append(ROOM, 1, [entry(2)])
    assert len(await store.read(ROOM, 0)) == 2


async def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "Digitales Podium #1: 50 % für alle? [ä&=]"
    folder.mkdir()
    store = await open_sqlite(folder / "podium.db")
    await store.append(ROOM, 0, [entry(1)])
    await store.close()
    assert [file.name for file in folder.iterdir()] == ["podium.db"]
    assert [file.name for file in tmp_path.iterdir()] == [folder.name]
