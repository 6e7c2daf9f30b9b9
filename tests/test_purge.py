"""The command that forgets the audience."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from moderation import command
from podium import purge as purge_module
from podium.purge import LEFT, REFUSED, purge
from podium.serving import PROGRAMME
from podium.settings import Settings
from podium.store.sqlite import DATABASE, open_sqlite
from tests.live import ANNA, ROOM, Client, living


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A data folder with a question that says device:x in its text."""
    store = await open_sqlite(tmp_path / DATABASE)
    async with living(store) as hub:
        await Client(hub, ANNA).done(command.Ask("Was heißt device:x?", "de", "Anna Beispiel", "Ulmer Netz"), "a1")
    await store.close()
    return Settings(data=tmp_path, programme=PROGRAMME)


async def test_who_asked_is_forgotten_and_what_was_asked_is_not(settings: Settings) -> None:
    said: list[str] = []
    assert await purge(settings, ROOM, said.append, said.append) == 0
    assert f"Nobody who asked or voted in {ROOM} is known any more" in said[0]
    kept = b"".join(path.read_bytes() for path in settings.data.iterdir())
    assert b"device:anna" not in kept
    assert b"Anna Beispiel" not in kept
    assert b"device:x?" in kept
    assert await purge(settings, ROOM, said.append, said.append) == 0, "a second time there is nothing to do"


async def test_what_a_reader_kept_from_being_wiped_is_wiped_by_the_next_try(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podium.store.sqlite.WAIT_SECONDS", 0.02)
    server = await open_sqlite(settings.data / DATABASE)  # which keeps the write-ahead log
    (settings.data / "older.csv").write_text("Anna Beispiel, device:anna", encoding="utf-8")
    complaints: list[str] = []
    with closing(sqlite3.connect(settings.data / DATABASE)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM journal").fetchall()
        assert await purge(settings, ROOM, print, complaints.append) == LEFT
        assert complaints.pop().splitlines() == [  # at the next try nobody knows whom to look for
            "still known are people in:",
            f"  {settings.data / 'older.csv'}: 1 devices, 0 names",
            "not everything is forgotten yet, try again in a moment: storage_busy.",
        ]
        assert await purge(settings, ROOM, print, complaints.append) == REFUSED
        assert complaints == ["not everything is forgotten yet, try again in a moment: storage_busy."]
    (settings.data / "older.csv").unlink()
    assert any(b"Anna Beispiel" in path.read_bytes() for path in settings.data.iterdir())
    assert await purge(settings, ROOM, print, complaints.append) == 0
    assert not any(b"Anna Beispiel" in path.read_bytes() for path in settings.data.iterdir())
    await server.close()


async def test_a_damaged_line_is_said_and_nothing_waits_for_ever(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.data / DATABASE)) as damaging, damaging:
        damaging.execute("UPDATE journal SET seal = '{' WHERE seq = 2")
    complaints: list[str] = []
    assert await purge(settings, ROOM, print, complaints.append) == REFUSED
    assert complaints == ["not everything is forgotten yet, try again in a moment: storage_unavailable."]


async def test_files_that_still_tell_of_somebody_are_named(settings: Settings, tmp_path: Path) -> None:
    exports = tmp_path.parent / f"{tmp_path.name}-exports"
    exports.mkdir()
    (exports / "before.csv").write_text("1;Anna Beispiel;Ulmer Netz", encoding="utf-8")
    (exports / "public.csv").write_text("1;Was heißt device:x?", encoding="utf-8")
    (settings.data / "copy").write_bytes(b"...device:annaQuestionAsked")
    complaints: list[str] = []
    # who is forgotten can be looked for once: a path that is not there is told before
    assert await purge(settings, ROOM, print, complaints.append, [exports / "nowhere"]) == REFUSED
    nowhere = f"{exports / 'nowhere'} cannot be looked at (No such file or directory)."
    assert complaints.pop() == f"nobody was forgotten yet: {nowhere}"
    assert await purge(settings, ROOM, print, complaints.append, [exports, tmp_path / "copy"]) == LEFT
    assert complaints[0].splitlines() == [
        "still known are people in:",
        f"  {settings.data / 'copy'}: 1 devices, 0 names",
        f"  {exports / 'before.csv'}: 0 devices, 2 names",
    ]
    assert await purge(settings, ROOM, print, complaints.append, [Path("/proc/self/mem")]) == LEFT
    assert complaints[1] == "everybody is forgotten, but a file cannot be looked at (Input/output error)."


async def test_who_is_known_in_another_room_stays_there(settings: Settings) -> None:
    store = await open_sqlite(settings.data / DATABASE)
    async with living(store, room="other") as hub:
        await Client(hub, ANNA).done(command.Ask("Und hier?", "de"), "a2")
    await store.close()
    said: list[str] = []
    assert await purge(settings, ROOM, said.append, said.append) == 0, said


async def test_a_room_that_is_not_there_is_a_sentence(settings: Settings) -> None:
    complaints: list[str] = []
    assert await purge(settings, "nowhere", print, complaints.append) == REFUSED
    assert complaints == [f"there is no room “nowhere”; the rooms are: {ROOM}."]


async def test_what_is_left_all_the_same_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(purge_module.Hub):
        async def order(self, command: command.Command) -> None:
            """Forgets to forget."""

    monkeypatch.setattr(purge_module, "Hub", Forgetful)
    complaints: list[str] = []
    assert await purge(settings, ROOM, print, complaints.append) == LEFT
    assert complaints == [f"line 2 of {ROOM} is not as it should be; run podium verify."]
