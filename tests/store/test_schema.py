"""The tables are brought up to date, and never those of a newer program."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from podium.ports import StoreUnavailable
from podium.store.schema import migrate, migrate_together
from podium.store.sqlite import open_sqlite, sqlite_engine


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "podium.db"


def test_migrating_makes_the_journal_once_and_keeps_it(database: Path) -> None:
    database.touch()
    engine = sqlite_engine(database, "BEGIN IMMEDIATE", connections=1)
    migrate_together(engine, engine, patience_seconds=0)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO journal VALUES ('room', 1, 0, 'system', '', 'asked', '{}')")
    migrate(engine, engine)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM journal").scalar() == 1
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [("0001",)]
    engine.dispose()


async def test_a_newer_schema_is_left_alone_and_named(database: Path) -> None:
    await (await open_sqlite(database)).close()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = database.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"podium\.db: a newer version of Podium .* \(schema 9999\)"):
        await open_sqlite(database)
    assert database.read_bytes() == before
