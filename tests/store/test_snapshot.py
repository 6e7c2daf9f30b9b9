import stat
from pathlib import Path

import pytest

from podium.ports import StoreUnavailable
from podium.store.snapshot import copy_of
from podium.store.sqlite import open_sqlite


async def test_a_copy_is_one_private_file(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path / "db")
    copy_of(tmp_path / "db", tmp_path / "copy")
    await store.close()
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("copy-*")), "no write-ahead log beside it"
    copied = await open_sqlite(tmp_path / "copy")
    assert await copied.rooms() == []
    await copied.close()


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("hello" * 1_000, encoding="utf-8")
    with pytest.raises(StoreUnavailable, match="cannot be copied"):
        copy_of(tmp_path / "db", tmp_path / "copy")
