"""Journals go from one database into another as they are: every line, every seal, all rooms or none."""

from pathlib import Path

import pytest

from podium.ports import Entry, StoreUnavailable
from podium.store.postgres import open_postgres
from podium.store.sqlite import open_sqlite
from podium.store.transfer import from_postgres, into_postgres
from tests.servers import Postgres


async def test_many_pages_of_several_rooms_come_back_line_by_line(tmp_path: Path, postgres: Postgres) -> None:
    first, second = tmp_path / "first.sqlite", tmp_path / "second.sqlite"
    store = await open_sqlite(first)
    written = {"hall": 1_700, "side": 3}
    for room, count in written.items():
        await store.append(room, 0, [Entry(n, n, "device:a", f"c{n}", "Said", "{}") for n in range(1, count + 1)])
    lines = {room: await store.read(room, 0, 2_000) for room in written}
    await store.close()
    await (await open_postgres(postgres.url)).close()
    postgres.administer("TRUNCATE journal")
    into_postgres(first, postgres.url)
    with pytest.raises(StoreUnavailable, match="has questions already"):
        into_postgres(first, postgres.url)
    from_postgres(postgres.url, second)
    assert not second.with_name("second.sqlite-wal").exists()
    copied = await open_sqlite(second)
    for room in written:
        found = await copied.read(room, 0, 2_000)
        assert [(line, line.seal, line.hash) for line in found] == [
            (line, line.seal, line.hash) for line in lines[room]
        ]
    await copied.close()
