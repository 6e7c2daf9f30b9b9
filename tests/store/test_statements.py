"""The statements, each in a transaction of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from podium.ports import Entry, StaleSeq
from podium.store import statements
from podium.store.schema import migrate
from podium.store.sqlite import sqlite_engine


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    database = tmp_path / "podium.db"
    database.touch()
    engine = sqlite_engine(database, "BEGIN IMMEDIATE", connections=1)
    migrate(engine, engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def entry(seq: int) -> Entry:
    return Entry(seq, 0, "system", f"command-{seq}", "asked", "{}")


def test_what_was_appended_is_read_in_order(connection: Connection) -> None:
    statements.append(connection, "room", 0, [entry(1), entry(2)])
    statements.append(connection, "room", 2, [entry(3)])
    assert statements.read(connection, "room", 1, 10) == (entry(2), entry(3))
    assert statements.rooms(connection) == ["room"]


def test_where_two_writers_get_in_at_once_the_primary_key_lets_one_win(connection: Connection) -> None:
    statements.append(connection, "room", 0, [entry(1), entry(2)])
    with pytest.raises(StaleSeq):
        statements.append(connection, "room", 2, [entry(2)])  # as if number 2 had come between check and insert


def test_listing_the_rooms_does_not_walk_through_the_journals(connection: Connection) -> None:
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statements.ROOMS}").all()
    assert [step.detail for step in plan] == ["SEARCH journal USING COVERING INDEX journal_rooms (seq=?)"]


def test_checking_the_last_number_does_not_walk_through_the_journal(connection: Connection) -> None:
    sql = statements.LAST.params(room="room").compile(connection, compile_kwargs={"literal_binds": True})
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
    assert [step.detail for step in plan] == ["SEARCH journal USING INDEX sqlite_autoindex_journal_1 (room=?)"]
