"""A backup taken while the server writes is whole: restored, it goes on where it was."""

import asyncio
import errno
import os
import stat
import tarfile
from pathlib import Path

import pytest

from moderation import command
from podium import chain, journal
from podium.backup import REFUSED, backup, restore
from podium.export.command import whole_journal
from podium.settings import Settings
from podium.store.opening import open_store
from podium.store.postgres import open_postgres
from podium.store.sqlite import DATABASE, open_sqlite
from podium.tokens import secret_in
from tests.live import ANNA, BEN, ROOM, Client, living
from tests.servers import Postgres


def refused(run, settings: Settings, archive: Path) -> str:
    said: list[str] = []
    assert run(settings, archive, print, said.append) == REFUSED
    return said[0]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    secret_in(folder)
    (folder / "programme.toml").write_text("# of the organiser", encoding="utf-8")
    return folder


async def test_what_was_acknowledged_before_is_in_a_backup_taken_while_more_is_written(
    data: Path, tmp_path: Path
) -> None:
    archive, elsewhere = tmp_path / "backup.tar.gz", tmp_path / "elsewhere"
    store = await open_sqlite(data / DATABASE)
    async with living(store) as hub:
        anna, ben = Client(hub, ANNA), Client(hub, BEN)
        await anna.done(command.Ask("Davor?", "de"), "a1")
        writing = [ben.say(command.Vote(1, True), f"b{n}") for n in range(50)]
        assert await asyncio.to_thread(backup, Settings(data=data), archive, print, print) == 0
        await asyncio.gather(*writing)
        await anna.done(command.Ask("Danach?", "de"), "a2")
    await store.close()

    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert restore(Settings(data=elsewhere), archive, print, print) == 0
    restored = await open_sqlite(elsewhere / DATABASE)
    lines = await journal.read_all(restored, ROOM)
    assert chain.examined(ROOM, lines).broken is None
    async with living(restored) as hub:
        assert [question.text for question in hub.room.questions.values()] == ["Davor?"]
        await Client(hub, ANNA).done(command.Ask("Weiter?", "de"), "a3")
    await restored.close()
    for name in ("secret", "programme.toml"):
        assert (elsewhere / name).read_bytes() == (data / name).read_bytes()
        assert stat.S_IMODE((elsewhere / name).stat().st_mode) == 0o600


async def test_nothing_is_overwritten(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    await (await open_sqlite(data / DATABASE)).close()
    assert backup(Settings(data=data), archive, print, print) == 0
    before = archive.read_bytes()
    assert "is there already" in refused(backup, Settings(data=data), archive)
    assert archive.read_bytes() == before
    assert f"has a {DATABASE} already" in refused(restore, Settings(data=data), archive)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar.gz", "data"], "nothing is left beside"


async def test_a_backup_is_on_the_disk_before_it_is_said_to_be_there(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.add(os.fstat(descriptor).st_ino))
    archive, elsewhere = tmp_path / "backup.tar.gz", tmp_path / "elsewhere"
    await (await open_sqlite(data / DATABASE)).close()
    assert backup(Settings(data=data), archive, print, print) == 0
    assert restore(Settings(data=elsewhere), archive, print, print) == 0
    named = (archive, tmp_path, elsewhere, *elsewhere.iterdir())
    assert {path.name for path in named if path.stat().st_ino not in synced} == set()


async def test_a_restore_that_fails_leaves_nothing_and_can_be_given_again(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    archive, elsewhere = tmp_path / "backup.tar.gz", tmp_path / "elsewhere"
    await (await open_sqlite(data / DATABASE)).close()
    assert backup(Settings(data=data), archive, print, print) == 0
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert refused(restore, Settings(data=elsewhere), archive) == f"{elsewhere}: No space left on device."
    assert list(elsewhere.iterdir()) == []
    assert restore(Settings(data=elsewhere), archive, print, print) == 0


async def test_what_a_killed_server_left_is_not_played_into_what_is_restored(data: Path, tmp_path: Path) -> None:
    archive, elsewhere = tmp_path / "backup.tar.gz", tmp_path / "elsewhere"
    elsewhere.mkdir()
    await (await open_sqlite(data / DATABASE)).close()
    assert backup(Settings(data=data), archive, print, print) == 0
    for left in ("wal", "shm", "journal"):
        (elsewhere / f"{DATABASE}-{left}").write_bytes(b"of the file that somebody took away")
        assert f"has a {DATABASE}-{left} already" in refused(restore, Settings(data=elsewhere), archive)
        (elsewhere / f"{DATABASE}-{left}").unlink()


async def test_what_is_in_postgresql_is_backed_up_while_nodes_write_and_restored_into_either(
    data: Path, tmp_path: Path, postgres: Postgres
) -> None:
    archive, node, laptop = tmp_path / "backup.tar.gz", tmp_path / "node", tmp_path / "laptop"
    there = Settings(data=data, database=postgres.url)
    store = await open_postgres(postgres.url)
    postgres.administer("TRUNCATE journal")
    async with living(store) as hub:
        anna, ben = Client(hub, ANNA), Client(hub, BEN)
        await anna.done(command.Ask("Davor?", "de"), "a1")
        writing = [ben.say(command.Vote(1, True), f"b{n}") for n in range(50)]
        assert await asyncio.to_thread(backup, there, archive, print, print) == 0
        await asyncio.gather(*writing)
        await anna.done(command.Ask("Danach?", "de"), "a2")
    await store.close()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    said = refused(restore, Settings(data=node, database=postgres.url), archive)
    assert "has questions already" in said
    assert list(node.iterdir()) == [], "nothing is restored by half"
    postgres.administer("TRUNCATE journal")
    for elsewhere in (Settings(data=node, database=postgres.url), Settings(data=laptop)):
        assert restore(elsewhere, archive, print, print) == 0
        assert (elsewhere.data / "secret").read_bytes() == (data / "secret").read_bytes()
        assert chain.examined(ROOM, await whole_journal(elsewhere, ROOM)).broken is None
        restored = await open_store(elsewhere.data, elsewhere.database)
        async with living(restored) as hub:
            assert [question.text for question in hub.room.questions.values()] == ["Davor?"]
            await Client(hub, ANNA).done(command.Ask("Weiter?", "de"), "a3")
        await restored.close()
    assert not (node / DATABASE).exists()


def test_a_postgresql_that_is_away_is_a_sentence_and_leaves_nothing(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    away = Settings(data=data, database=f"postgresql://podium@/podium?host={tmp_path}")
    assert "no backup was made" in refused(backup, away, archive)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_what_is_no_backup_or_no_data_folder_is_a_sentence(tmp_path: Path) -> None:
    elsewhere = Settings(data=tmp_path / "elsewhere")
    text, empty = tmp_path / "text", tmp_path / "empty.tar"
    text.write_text("hello", encoding="utf-8")
    tarfile.open(empty, "w:gz").close()
    assert "no backup of Podium" in refused(restore, elsewhere, text)
    assert "is no backup of Podium" in refused(restore, elsewhere, empty)
    assert "No such file" in refused(restore, elsewhere, tmp_path / "none")
    assert "is it the data folder" in refused(backup, elsewhere, tmp_path / "backup")
    assert not elsewhere.data.exists()


async def test_a_damaged_backup_is_refused_whole(data: Path, tmp_path: Path) -> None:
    archive, damaged = tmp_path / "backup.tar.gz", tmp_path / "damaged"
    await (await open_sqlite(data / DATABASE)).close()
    assert backup(Settings(data=data), archive, print, print) == 0
    content = archive.read_bytes()
    for place in range(20, len(content), len(content) // 40):
        for kept in (content[:place], content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]):
            damaged.write_bytes(kept)
            assert "is damaged, or no backup of Podium" in refused(restore, Settings(data=tmp_path / "to"), damaged)
    assert not (tmp_path / "to").exists()


async def test_a_backup_goes_to_a_file_system_without_links_and_overwrites_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    archive = tmp_path / "backup.tar.gz"
    await (await open_sqlite(data / DATABASE)).close()
    assert backup(Settings(data=data), archive, print, print) == 0
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert "is there already" in refused(backup, Settings(data=data), archive)
    assert restore(Settings(data=tmp_path / "elsewhere"), archive, print, print) == 0


async def test_an_archive_cannot_write_outside_the_folder(data: Path, tmp_path: Path) -> None:
    archive, elsewhere = tmp_path / "evil.tar", tmp_path / "deep" / "elsewhere"
    await (await open_sqlite(data / DATABASE)).close()
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(data / DATABASE, DATABASE)
        tar.add(data / "secret", "../escaped")
        tar.add(data / "secret", "/tmp/escaped-podium")
    assert restore(Settings(data=elsewhere), archive, print, print) == 0
    assert [path.name for path in elsewhere.iterdir()] == [DATABASE]
    assert not (elsewhere.parent / "escaped").exists()
    assert not Path("/tmp/escaped-podium").exists()
