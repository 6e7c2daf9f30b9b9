"""Files that are whole or not there."""

import errno
import os
from pathlib import Path

import pytest

from podium.whole import make, name


def test_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    make(path, b"first")
    make(path, b"second")
    assert path.read_bytes() == b"first"
    (tmp_path / "other").write_bytes(b"third")
    with pytest.raises(FileExistsError):
        name(tmp_path / "other", path)
    assert path.read_bytes() == b"first"


def test_nobody_sees_a_part_of_it_and_it_is_on_the_disk_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    synced: list[tuple[int, bool]] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append((os.fstat(descriptor).st_ino, path.exists())))
    make(path, b"content")
    assert synced == [(path.stat().st_ino, False), (tmp_path.stat().st_ino, True)]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False])
def test_on_a_full_disk_nothing_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    path = tmp_path / "file"

    def sync(descriptor: int) -> None:
        if links or path.exists():
            raise OSError(errno.ENOSPC, "No space left on device")

    def link(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fsync", sync)
    if not links:
        monkeypatch.setattr(os, "link", link)
    with pytest.raises(OSError, match="No space left"):
        make(path, b"content")
    assert list(tmp_path.iterdir()) == []
