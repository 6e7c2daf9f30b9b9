"""The tables are brought up to date, and never those of a newer program."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.command import upgrade
from alembic.script import ScriptDirectory

from podium import chain
from podium.ports import Entry, StoreUnavailable
from podium.store.schema import REVISIONS, config_on, migrate, migrate_together
from podium.store.sqlite import open_sqlite, sqlite_engine


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "podium.db"


def test_migrating_makes_the_journal_once_and_keeps_it(database: Path) -> None:
    database.touch()
    engine = sqlite_engine(database, "BEGIN IMMEDIATE", connections=1)
    migrate_together(engine, engine, patience_seconds=0)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO journal VALUES ('room', 1, 0, 'system', '', 'asked', '{}', '', '')")
    migrate(engine, engine)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM journal").scalar() == 1
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [("0002",)]
    engine.dispose()


async def test_a_journal_of_before_the_chain_is_bound_and_stays_as_it_was(database: Path) -> None:
    database.touch()
    engine = sqlite_engine(database, "BEGIN IMMEDIATE", connections=1)
    with engine.begin() as connection:
        upgrade(config_on(connection), "0001")
        for room, lines in (("room", 1_500), ("other", 2)):
            connection.exec_driver_sql(
                "INSERT INTO journal VALUES (?, ?, 7, 'device:a', 'c', 'QuestionAsked', ?)",
                [(room, seq, f'{{"text":"Frage {seq}?"}}') for seq in range(1, lines + 1)],
            )
    engine.dispose()
    store = await open_sqlite(database)
    lines = await store.read("room", 0, limit=2_000)
    assert [line.body for line in lines] == [f'{{"text":"Frage {seq}?"}}' for seq in range(1, 1_501)]
    assert chain.examined("room", lines).broken is None
    assert chain.examined("other", await store.read("other", 0)).broken is None
    await store.append("room", 1_500, [Entry(1_501, 8, "link:m", "", "QuestionApproved", '{"question":1}')])
    grown = chain.examined("room", await store.read("room", 0, limit=2_000), wanted=lines[-1].hash)
    assert (grown.lines, grown.broken, grown.found) == (1_501, None, 1_500)
    await store.close()


def test_the_revisions_are_those_of_the_migrations(database: Path) -> None:
    engine = sqlite_engine(database, "BEGIN", connections=1)
    database.touch()
    with engine.begin() as connection:
        scripts = ScriptDirectory.from_config(config_on(connection))
    engine.dispose()
    assert [script.revision for script in scripts.walk_revisions()] == [*reversed(REVISIONS)]


async def test_a_newer_schema_is_left_alone_and_named(database: Path) -> None:
    await (await open_sqlite(database)).close()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = database.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"podium\.db: a newer version of Podium .* \(schema 9999\)"):
        await open_sqlite(database)
    assert database.read_bytes() == before
