"""A look at a database changes nothing, and knows files of before, of later, and broken ones."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from podium.ports import Entry, StoreUnavailable
from podium.store.checkup import Schema, postgres_checkup, sqlite_checkup
from podium.store.postgres import open_postgres
from podium.store.sqlite import DATABASE, open_sqlite
from tests.servers import Postgres


async def test_a_file_of_this_version_of_before_of_later_and_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / DATABASE
    store = await open_sqlite(path)
    await store.append("hall", 0, [Entry(1, 0, "system", "", "described", "{}")])
    await store.close()
    before = path.read_bytes()
    assert sqlite_checkup(path).schema is Schema.CURRENT
    assert path.read_bytes() == before
    for version, schema in (("0001", Schema.OLDER), ("9999", Schema.NEWER)):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        assert sqlite_checkup(path).schema is schema
    path.write_bytes(b"This is no database. " * 400)
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        sqlite_checkup(path)


async def test_a_server_tells_its_time_and_what_keeps_podium_from_using_it(postgres: Postgres) -> None:
    for name, encoding in (("fresh", "UTF8"), ("latin", "LATIN1")):
        made = f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
        postgres.administer(made, database="postgres")
    fresh, latin = (postgres.url.replace("/podium?", f"/{name}?") for name in ("fresh", "latin"))
    assert (await postgres_checkup(fresh)).schema is Schema.NONE
    await (await open_postgres(fresh)).close()
    checkup = await postgres_checkup(fresh)
    assert (checkup.schema, checkup.fault) == (Schema.CURRENT, "")
    assert checkup.now is not None
    checkup = await postgres_checkup(latin)
    assert (checkup.schema, "encoded in LATIN1" in checkup.fault) == (Schema.NONE, True)
    postgres.administer("CREATE ROLE guest LOGIN")
    checkup = await postgres_checkup(fresh.replace("//podium@", "//guest@"))
    assert "may not make tables" in checkup.fault
    assert "OWNER TO" in checkup.advice


async def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as refused:
        await postgres_checkup(f"postgresql://podium:confidential@/podium?host={tmp_path}")
    assert "does not answer" in str(refused.value)
    assert "confidential" not in str(refused.value)
