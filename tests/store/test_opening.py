"""Which database is opened."""

from pathlib import Path

import pytest

from podium.ports import StoreUnavailable
from podium.store.opening import open_store
from podium.store.sqlite import DATABASE


async def test_the_file_in_the_folder_is_used_unless_there_is_an_address(tmp_path: Path) -> None:
    await (await open_store(tmp_path, "")).close()
    assert (tmp_path / DATABASE).is_file()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(StoreUnavailable):
        await open_store(elsewhere, "postgresql://podium@127.0.0.1:1/podium")
    assert list(elsewhere.iterdir()) == []
