"""Which stable code a database's complaint has."""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from podium.ports import StoreUnavailable

FULL = "storage_full"
BUSY = "storage_busy"
UNAVAILABLE = "storage_unavailable"

PRIMARY_CODE = 0xFF
# The shared index of the write-ahead log cannot grow: on a full disk this comes before SQLITE_FULL.
SHARED_INDEX_FULL = sqlite3.SQLITE_IOERR_SHMSIZE


def code_of(error: BaseException | None) -> str:
    """The code for an exception of SQLAlchemy or of the driver beneath (https://sqlite.org/rescode.html)."""
    if isinstance(error, PoolTimeoutError):
        return BUSY
    if isinstance(error, DBAPIError):
        return code_of(error.orig)
    result = getattr(error, "sqlite_errorcode", None)
    if result is None:
        return UNAVAILABLE
    if result == SHARED_INDEX_FULL or result & PRIMARY_CODE == sqlite3.SQLITE_FULL:
        return FULL
    if result & PRIMARY_CODE in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BUSY
    return UNAVAILABLE


def unavailable(error: SQLAlchemyError) -> StoreUnavailable:
    """The error of the port, with the driver's own words and without the values of the statement."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return StoreUnavailable(code_of(error), f"the database says: {cause}")
