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

# https://www.postgresql.org/docs/current/errcodes-appendix.html
STATES = {
    "53100": FULL,  # disk_full
    "55P03": BUSY,  # lock_not_available: lock_timeout
    "57014": BUSY,  # query_canceled: statement_timeout
    "40001": BUSY,  # serialization_failure
    "40P01": BUSY,  # deadlock_detected
}


def code_of(error: BaseException | None) -> str:
    """The code for an exception of SQLAlchemy or of the driver beneath (https://sqlite.org/rescode.html)."""
    if isinstance(error, PoolTimeoutError):
        return BUSY
    if isinstance(error, DBAPIError):
        return code_of(error.orig)
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return STATES.get(state, UNAVAILABLE)
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
    # What PostgreSQL adds to its first sentence quotes rows.
    sentence = getattr(getattr(cause, "diag", None), "message_primary", None) or cause
    return StoreUnavailable(code_of(error), f"the database says: {sentence}")
