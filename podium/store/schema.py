"""Brings a database's tables up to date, from any earlier version of this program."""

import time
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from podium.store.faults import BUSY, code_of

if TYPE_CHECKING:
    from alembic.config import Config

PAUSE_SECONDS = 0.02
REVISIONS = ("0001", "0002")
"""The migrations, the first one first: known here too, since a start without any to run does not load alembic."""


class UnknownSchemaError(Exception):
    """The database's tables come from a version of the program that this one does not know."""


def migrate_together(writing: Engine, reading: Engine, patience_seconds: float) -> None:
    """Run `migrate` while other processes may do the same.

    SQLite does not wait but refuses at once while another process turns a new file into WAL mode: then try again
    until patience_seconds have passed.
    """
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            migrate(writing, reading)
            return
        except DBAPIError as error:
            if code_of(error) != BUSY or time.monotonic() > deadline:
                raise
        time.sleep(PAUSE_SECONDS)


def migrate(writing: Engine, reading: Engine) -> None:
    """Run the missing migrations in one transaction; without any, write nothing.

    Raises UnknownSchemaError for tables newer than this program, and what SQLAlchemy raises.
    """
    with reading.begin() as connection:
        if is_current(connection):
            return
    with writing.begin() as connection:
        upgrade_tables(connection)


def upgrade_tables(connection: Connection) -> None:
    """Run the missing migrations in the transaction of this connection."""
    from alembic.command import upgrade

    upgrade(config_on(connection), "head")


def config_on(connection: Connection) -> "Config":
    """How alembic finds our migrations and runs them on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "podium.store:migrations")
    config.attributes["connection"] = connection
    return config


def is_new(connection: Connection) -> bool:
    """Whether no version of this program has made tables here."""
    return not inspect(connection).has_table("alembic_version")


def is_current(connection: Connection) -> bool:
    """Whether no migration is missing. Raises UnknownSchemaError for tables newer than this program."""
    present: set[str] = set()
    if not is_new(connection):
        present.update(connection.scalars(text("SELECT version_num FROM alembic_version")))
    if unknown := present.difference(REVISIONS):
        raise UnknownSchemaError(
            f"a newer version of Podium has written it (schema {', '.join(sorted(unknown))}); "
            "start that version or a later one, or restore a copy from before the update"
        )
    return present == {REVISIONS[-1]}
