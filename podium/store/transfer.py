"""Journals from PostgreSQL into an SQLite file and back, line by line with their seals: for backups."""

import os
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from podium.ports import StoreUnavailable
from podium.store.address import postgres_address
from podium.store.faults import UNAVAILABLE, unavailable
from podium.store.postgres import migrate_connection
from podium.store.schema import UnknownSchemaError, migrate
from podium.store.sqlite import sqlite_engine
from podium.store.tables import JournalRow

PAGE = 1_000
_TABLE = JournalRow.__table__  # type: ignore[attr-defined]


def from_postgres(url: str, copy: Path) -> None:
    """Write all journals, as they stand at one moment, into a file (mode 0600) that must not exist yet.

    Nodes go on meanwhile. Raises StoreUnavailable with a sentence, OSError when the file cannot be created.
    """
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    source, target = _postgres(url), sqlite_engine(copy, "BEGIN IMMEDIATE", connections=1)
    try:
        migrate(target, target)
        moment = source.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with moment.begin() as reading, target.begin() as writing:
            _copy(reading, writing)
    except (SQLAlchemyError, UnknownSchemaError) as error:
        raise _refused(error) from error
    finally:
        source.dispose()
        target.dispose()  # the last connection takes the write-ahead log along


def into_postgres(copy: Path, url: str) -> None:
    """Put all journals of a file into a database that has none, all or nothing; tables are brought up to date.

    Raises StoreUnavailable with a sentence.
    """
    source, target = sqlite_engine(copy, "BEGIN IMMEDIATE", connections=1), _postgres(url)
    try:
        migrate(source, source)
        with source.begin() as reading, target.begin() as writing:
            migrate_connection(writing)
            if writing.scalar(select(func.count()).select_from(_TABLE)):
                raise StoreUnavailable(UNAVAILABLE, "the database has questions already; restore into an empty one")
            _copy(reading, writing)
    except (SQLAlchemyError, UnknownSchemaError) as error:
        raise _refused(error) from error
    finally:
        source.dispose()
        target.dispose()


def _copy(reading: Connection, writing: Connection) -> None:
    ordered = select(_TABLE).order_by(_TABLE.c.room, _TABLE.c.seq).execution_options(yield_per=PAGE)
    for page in reading.execute(ordered).mappings().partitions():
        writing.execute(insert(_TABLE), [dict(row) for row in page])


def _postgres(url: str) -> Engine:
    address = postgres_address(url)
    return create_engine(address, connect_args={"connect_timeout": 3}, poolclass=NullPool, hide_parameters=True)


def _refused(error: SQLAlchemyError | UnknownSchemaError) -> StoreUnavailable:
    return unavailable(error) if isinstance(error, SQLAlchemyError) else StoreUnavailable(UNAVAILABLE, str(error))
