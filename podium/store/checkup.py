"""A look at a database from outside, for `podium doctor`: nothing is made, upgraded or locked."""

from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from podium.ports import StoreUnavailable
from podium.store.address import postgres_address
from podium.store.faults import UNAVAILABLE, unavailable
from podium.store.schema import UnknownSchemaError, is_current, is_new

CONNECT_SECONDS = 3
OLDEST_POSTGRESQL = 130_000


class Schema(StrEnum):
    """Whether this version of the program has made the tables, or which one has, or none."""

    NONE = "none"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Checkup:
    """name: how to speak of it. now: its clock, seconds since the Unix epoch, None when that is ours.

    fault: why a server could not start on it, "" when it could; advice: what to do about that.
    """

    name: str
    schema: Schema
    now: float | None = None
    fault: str = ""
    advice: str = ""


def sqlite_checkup(path: Path) -> Checkup:
    """Of a file that is there. Raises StoreUnavailable for one that cannot be read, or is damaged."""
    query = {"mode": "ro", "uri": "true"}
    engine = create_engine(URL.create("sqlite", database=path.absolute().as_uri(), query=query))
    try:
        with closing(engine.connect()) as connection:
            said = connection.scalar(text("PRAGMA quick_check"))
            if said != "ok":
                raise StoreUnavailable(UNAVAILABLE, f"{path} is damaged: {said}")
            return Checkup(str(path), _schema(connection))
    except SQLAlchemyError as error:
        raise StoreUnavailable(UNAVAILABLE, f"{path} cannot be read: {unavailable(error)}") from error
    finally:
        engine.dispose()


async def postgres_checkup(url: str) -> Checkup:
    """Of a server. Raises StoreUnavailable when it does not answer."""
    address = postgres_address(url)
    name = address.set(drivername="postgresql").render_as_string(hide_password=True)
    engine = create_async_engine(address, connect_args={"connect_timeout": CONNECT_SECONDS})
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_look, name)
    except SQLAlchemyError as error:
        raise StoreUnavailable(UNAVAILABLE, f"{name} does not answer: {unavailable(error)}") from error
    finally:
        await engine.dispose()


def _look(connection: Connection, name: str) -> Checkup:
    now = float(connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0)
    version, encoding = (connection.scalar(text(f"SHOW {what}")) for what in ("server_version_num", "server_encoding"))
    fault = advice = ""
    if int(version or 0) < OLDEST_POSTGRESQL:
        fault, advice = f"{name} is older than PostgreSQL 13", "Upgrade the server."
    elif encoding != "UTF8":
        fault, advice = f"{name} is encoded in {encoding}", "createdb --encoding UTF8 --template template0 podium"
    elif connection.scalar(text("SELECT pg_is_in_recovery()")):
        fault, advice = f"{name} is a replica that cannot be written", "Name the primary server."
    elif not connection.scalar(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")):
        fault, advice = f"its user may not make tables in {name}", "ALTER DATABASE podium OWNER TO podium, or grant it."
    return Checkup(name, Schema.NONE if fault else _schema(connection), now, fault, advice)


def _schema(connection: Connection) -> Schema:
    try:
        if is_new(connection):
            return Schema.NONE
        return Schema.CURRENT if is_current(connection) else Schema.OLDER
    except UnknownSchemaError:
        return Schema.NEWER
