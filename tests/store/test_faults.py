"""The database's complaints and their stable codes."""

import sqlite3

import pytest
from psycopg.errors import (
    AdminShutdown,
    DeadlockDetected,
    DiskFull,
    LockNotAvailable,
    QueryCanceled,
    ReadOnlySqlTransaction,
)
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from podium.store.faults import code_of, unavailable

RESULTS = {
    "storage_full": [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE],
    "storage_busy": [
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_BUSY_RECOVERY, sqlite3.SQLITE_LOCKED,
    ],
    "storage_unavailable": [
        sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN,
    ],
}  # fmt: skip


def complaint(result: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("something is wrong")
    error.sqlite_errorcode = result
    return error


@pytest.mark.parametrize(("code", "result"), [(code, result) for code in RESULTS for result in RESULTS[code]])
def test_each_result_of_sqlite_has_its_code(code: str, result: int) -> None:
    error = OperationalError("INSERT", {"body": "confidential"}, complaint(result))
    assert code_of(complaint(result)) == code
    assert unavailable(error).code == code
    assert str(unavailable(error)) == "the database says: something is wrong"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("storage_full", DiskFull),
        ("storage_busy", LockNotAvailable),
        ("storage_busy", QueryCanceled),
        ("storage_busy", DeadlockDetected),
        ("storage_unavailable", AdminShutdown),
        ("storage_unavailable", ReadOnlySqlTransaction),
    ],
)
def test_each_state_of_postgresql_has_its_code(code: str, error: type[Exception]) -> None:
    assert unavailable(DBAPIError("INSERT", {"body": "confidential"}, error("something is wrong"))).code == code


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("storage_busy", PoolTimeoutError("all connections are taken")),
        ("storage_unavailable", SQLAlchemyError("something else")),
    ],
)
def test_what_comes_from_above_the_driver_has_a_code_too(code: str, error: SQLAlchemyError) -> None:
    assert unavailable(error).code == code
