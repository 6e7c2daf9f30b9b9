"""The SQL store on one SQLite file."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from podium.ports import StoreUnavailable
from podium.store.faults import BUSY, UNAVAILABLE, code_of, unavailable
from podium.store.schema import UnknownSchemaError, migrate_together
from podium.store.sql import SqlStore

DATABASE = "podium.sqlite"
"""The file's name in the data folder."""
WAIT_SECONDS = 2.0
READERS = 2
# FULL: a commit returns after its fsync. WAL: who reads never waits for who writes.
# secure_delete: what is overwritten or deleted leaves zeros behind.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")

Answer = TypeVar("Answer")


async def open_sqlite(path: Path) -> SqlStore:
    """Open the file, create it (mode 0600) when missing, bring its tables up to date.

    Several processes may open the same file at once. Raises StoreUnavailable with a sentence that names the file.
    """
    transactions = SqliteTransactions(
        sqlite_engine(path, "BEGIN IMMEDIATE", connections=1), sqlite_engine(path, "BEGIN", connections=READERS)
    )
    try:
        _create(path)
        await transactions.migrate()
    except OSError as error:
        await transactions.close()
        raise StoreUnavailable(UNAVAILABLE, f"cannot open the database {path}: {error.strerror}") from error
    except (UnknownSchemaError, StoreUnavailable) as error:
        await transactions.close()
        code = error.code if isinstance(error, StoreUnavailable) else UNAVAILABLE
        raise StoreUnavailable(code, f"cannot open the database {path}: {error}") from error
    return SqlStore(transactions)


def _create(path: Path) -> None:
    # An existing file is not touched: closing it would end the locks this process may hold on it through SQLite.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def sqlite_engine(path: Path, begin: str, connections: int) -> Engine:
    """An engine on an existing file, whose transactions begin with this statement exactly where SQLAlchemy says so.

    Once the file has been removed or replaced, its connections raise StoreUnavailable: what they wrote, nobody
    would find again.
    """

    def configure(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        entry.info["file"] = _identity(path)

    def begin_on_the_same_file(connection: Connection) -> None:
        if connection.info["file"] != _identity(path):
            raise StoreUnavailable(UNAVAILABLE, f"the database {path} was removed or replaced; start Podium anew")
        connection.exec_driver_sql(begin)

    engine = create_engine(
        URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"}),
        connect_args={"timeout": WAIT_SECONDS, "isolation_level": None},
        poolclass=QueuePool,
        hide_parameters=True,  # no error quotes what somebody wrote
        pool_size=connections,
        max_overflow=0,
    )
    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin_on_the_same_file)
    event.listen(engine, "handle_error", _give_up_broken_connection)
    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class SqliteTransactions:
    """Runs each transaction whole in a thread, which costs one change of thread instead of one a statement.

    writing begins with the write lock in hand. Writers of this process take turns and wait at most WAIT_SECONDS for
    theirs, and again as long for other processes.
    """

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._readers = ThreadPoolExecutor(READERS, "store-reader")
        self._turn = asyncio.Lock()
        self._closed = False

    async def migrate(self) -> None:
        """Bring the tables up to date. Raises UnknownSchemaError and StoreUnavailable."""
        await self._perform(self._writer, partial(migrate_together, self._writing, self._reading, WAIT_SECONDS))

    async def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """See `podium.store.sql.Transactions.write`."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._turn.acquire()
        except TimeoutError as error:
            raise StoreUnavailable(BUSY, f"other writers took longer than {WAIT_SECONDS:g} s") from error
        try:
            return await self._perform(self._writer, partial(_transact, self._writing, work))
        finally:
            self._turn.release()

    async def wipe(self) -> None:
        """See `podium.store.sql.Transactions.wipe`."""
        async with self._turn:
            await self._perform(self._writer, partial(_wipe, self._writing))

    async def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """See `podium.store.sql.Transactions.read`."""
        return await self._perform(self._readers, partial(_transact, self._reading, work))

    async def close(self) -> None:
        """See `podium.store.sql.Transactions.close`."""
        self._closed = True
        await asyncio.to_thread(self._release)

    async def _perform(self, threads: ThreadPoolExecutor, work: Callable[[], Answer]) -> Answer:
        if self._closed:
            raise StoreUnavailable(UNAVAILABLE, "the store is closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        except SQLAlchemyError as error:
            raise unavailable(error) from error

    def _release(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        self._writing.dispose()
        self._reading.dispose()


def _transact(engine: Engine, work: Callable[[Connection], Answer]) -> Answer:
    with engine.begin() as connection:
        return work(connection)


def _wipe(engine: Engine) -> None:
    """Rebuild the file, since an earlier version may have left remains in it, and empty the write-ahead log."""
    connection = engine.raw_connection()
    cursor = connection.cursor()
    try:
        cursor.execute("VACUUM")
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise StoreUnavailable(code_of(error), f"the database says: {error}") from error
    finally:
        connection.close()
    if busy:
        raise StoreUnavailable(BUSY, f"somebody read the database for longer than {WAIT_SECONDS:g} s")


def _give_up_broken_connection(context: ExceptionContext) -> None:
    # After a fault of the disk the next call opens the file anew, so that it works once the fault has passed. The
    # other connections stay: they may still read where a new one could not be made.
    error = context.original_exception
    if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
        context.is_disconnect = code_of(error) == UNAVAILABLE
        context.invalidate_pool_on_disconnect = False
