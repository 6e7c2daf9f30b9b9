"""The tables as described are the tables as migrated."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from podium.store.schema import migrate
from podium.store.sqlite import sqlite_engine
from podium.store.tables import JournalRow

ROW = {"room": "room", "seq": 1, "at": 0, "actor": "system", "command": "", "kind": "asked", "body": "{}"} | {
    "seal": "",
    "hash": "",
}


def test_the_migrations_make_the_tables_as_they_are_described(tmp_path: Path) -> None:
    database = tmp_path / "podium.db"
    database.touch()
    engine = sqlite_engine(database, "BEGIN IMMEDIATE", connections=1)
    migrate(engine, engine)
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    engine.dispose()


def test_a_number_is_taken_once_in_its_room(tmp_path: Path) -> None:
    database = tmp_path / "podium.db"
    database.touch()
    engine = sqlite_engine(database, "BEGIN IMMEDIATE", connections=1)
    migrate(engine, engine)
    with engine.begin() as connection:
        connection.execute(insert(JournalRow), [ROW, ROW | {"room": "other"}, ROW | {"seq": 2}])
        with pytest.raises(IntegrityError):
            connection.execute(insert(JournalRow), [ROW])
    engine.dispose()
