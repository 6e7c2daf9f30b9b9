"""The SQL store on a PostgreSQL server, for several nodes at once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from podium.ports import StoreUnavailable
from podium.store.address import postgres_address
from podium.store.faults import UNAVAILABLE, unavailable
from podium.store.schema import UnknownSchemaError, is_current, upgrade_tables
from podium.store.sql import SqlStore

CONNECTIONS = 5
"""Of one node, at most."""
WAIT_SECONDS = 2.0
"""For a free connection, and for the locks of others."""
STATEMENT_SECONDS = 5.0
"""After which the server itself gives a statement up."""
IDLE_SECONDS = 10.0
"""After which the server ends a transaction whose node says nothing more, so that nobody waits for its locks."""
ANSWER_SECONDS = 10.0
"""After which nobody waits any longer for a server that says nothing at all."""
REBUILD_SECONDS = 60.0
READ_ONLY = "25006"
"""The state of a statement that would write on a server that only reads, like a replica."""
# One lock for all that migrate this database; the number means nothing.
ALONE = text("SELECT pg_advisory_xact_lock(7763486)")

Answer = TypeVar("Answer")


async def open_postgres(url: str, answer_seconds: float = ANSWER_SECONDS) -> SqlStore:
    """Open the database of an address like ``postgresql://podium@db.example/podium``, bring its tables up to date.

    Several nodes may do so at once. Raises StoreUnavailable with a sentence that names the address, without password.
    """
    address = postgres_address(url)
    transactions = PostgresTransactions(_engine(address), answer_seconds)
    try:
        await transactions.migrate()
    except (UnknownSchemaError, StoreUnavailable) as error:
        await transactions.close()
        code = error.code if isinstance(error, StoreUnavailable) else UNAVAILABLE
        shown = address.set(drivername="postgresql").render_as_string(hide_password=True)
        raise StoreUnavailable(code, f"cannot open the database {shown}: {error}") from error
    return SqlStore(transactions)


def _engine(address: URL) -> AsyncEngine:
    limits = {
        # Whatever the server's default is: a commit returns after it is on the disk.
        "synchronous_commit": "on",
        "statement_timeout": _milliseconds(STATEMENT_SECONDS),
        "lock_timeout": _milliseconds(WAIT_SECONDS),
        "idle_in_transaction_session_timeout": _milliseconds(IDLE_SECONDS),
    }
    engine = create_async_engine(
        address,
        connect_args={
            "application_name": "podium",
            "client_encoding": "utf8",
            "connect_timeout": 3,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
            # A server that vanished without a goodbye is noticed, also in the middle of a question to it.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "tcp_user_timeout": _milliseconds(ANSWER_SECONDS),
        },
        hide_parameters=True,  # no error quotes what somebody wrote
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        # One round trip more, and a server that was restarted costs nobody a refusal.
        pool_pre_ping=True,
    )
    event.listen(engine.sync_engine, "handle_error", _give_up_replica)
    return engine


def _give_up_replica(context: ExceptionContext) -> None:
    """After a failover the address leads to another server, while this connection may still lead to the one before."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


class PostgresTransactions:
    """Runs each transaction as a task of its own, so that it comes to its end when its caller has gone.

    When the server goes away while it commits, nobody knows whether it did: the same append again learns that.
    """

    def __init__(self, engine: AsyncEngine, answer_seconds: float) -> None:
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._answer_seconds = answer_seconds
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def migrate(self) -> None:
        """Bring the tables up to date. Raises UnknownSchemaError and StoreUnavailable."""
        await self._perform(_transact(self._engine, migrate_connection), REBUILD_SECONDS)

    async def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """See `podium.store.sql.Transactions.write`."""
        return await self._perform(_transact(self._engine, work), self._answer_seconds)

    async def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """See `podium.store.sql.Transactions.read`."""
        return await self._perform(_transact(self._reading, work), self._answer_seconds)

    async def wipe(self) -> None:
        """See `podium.store.sql.Transactions.wipe`: the table's files, not the server's write-ahead log and archive."""
        await self._perform(_rebuild(self._engine), REBUILD_SECONDS)

    async def close(self) -> None:
        """See `podium.store.sql.Transactions.close`."""
        self._closed = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._answer_seconds)
        await self._engine.dispose()

    async def _perform(self, work: Coroutine[Any, Any, Answer], patience_seconds: float) -> Answer:
        if self._closed:
            work.close()
            raise StoreUnavailable(UNAVAILABLE, "the store is closed")
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._done)
        await asyncio.wait((task,), timeout=patience_seconds)
        if not task.done():
            raise StoreUnavailable(UNAVAILABLE, f"the database has said nothing for {patience_seconds:g} s")
        try:
            return task.result()
        except SQLAlchemyError as error:
            raise unavailable(error) from error

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # has been looked at, also when its caller has gone


async def _transact(engine: AsyncEngine, work: Callable[[Connection], Answer]) -> Answer:
    async with engine.begin() as connection:
        return await connection.run_sync(work)


def migrate_connection(connection: Connection) -> None:
    """Bring the tables up to date, alone among all who do so. Raises UnknownSchemaError and StoreUnavailable."""
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StoreUnavailable(UNAVAILABLE, f"it is encoded in {encoding}; create one in UTF8")
    if is_current(connection):
        return
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(ALONE)
    upgrade_tables(connection)


async def _rebuild(engine: AsyncEngine) -> None:
    """Write the table anew: a line that was overwritten stays in its file until then."""
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(f"SET statement_timeout = {_milliseconds(REBUILD_SECONDS)}"))
        try:
            await connection.execute(text("VACUUM (FULL) journal"))
        finally:
            await connection.invalidate()  # its longer patience goes with it
