"""What the server builds on: what it refuses to build on, and who may read it."""

import os
import shutil

import pytest

from podium.foundation import StartRefused, load, opened
from podium.hub import Hub
from podium.ports import Entry
from podium.serving import PROGRAMME
from podium.settings import Settings
from podium.store.sqlite import DATABASE, open_sqlite

ROOM = "digitales-podium"


@pytest.fixture
def settings(tmp_path):
    shutil.copy(PROGRAMME, tmp_path / "programme.toml")
    return Settings(data=tmp_path)


async def refusal(settings):
    """The sentence with which its rooms are not opened."""
    with pytest.raises(StartRefused) as refused:
        async with opened(settings) as house:
            await load(Hub(ROOM, house.store, house.bus, house.clock))
    return str(refused.value)


async def test_a_data_folder_that_is_a_file_is_a_sentence(settings, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    sentence = await refusal(Settings(data=tmp_path / "file", programme=settings.programme_file))
    assert f"The data folder {tmp_path / 'file'} cannot be used" in sentence


async def test_a_data_folder_nobody_may_write_is_a_sentence(settings, monkeypatch):
    # tests may run as root, to whom no folder is forbidden
    really = os.open

    def refused(path, flags, *arguments, **options):
        if flags & os.O_CREAT:
            raise PermissionError(13, os.strerror(13))
        return really(path, flags, *arguments, **options)

    monkeypatch.setattr(os, "mkdir", refused)
    assert "Permission denied" in await refusal(settings)


async def test_a_wrong_programme_is_a_sentence(settings):
    settings.programme_file.write_text("title = 5", encoding="utf-8")
    assert "cannot be used: the programme: title must be text" in await refusal(settings)


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [("QuestionTeleported", "{}", "(event 1: QuestionTeleported)"), ("QuestionApproved", '{"question":7}', "(7)")],
)
async def test_a_journal_of_a_newer_version_or_a_damaged_one_is_a_sentence(settings, kind, body, why):
    store = await open_sqlite(settings.data / DATABASE)
    await store.append(ROOM, 0, [Entry(1, 0, "system", "", kind, body)])
    await store.close()
    sentence = await refusal(settings)
    assert f"The journal of the room {ROOM} cannot be read {why}" in sentence
    assert "a newer version of Podium" in sentence


async def test_the_data_folder_is_for_its_owner_alone(settings, tmp_path):
    folder = tmp_path / "new"
    async with opened(Settings(data=folder, programme=settings.programme_file)):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "secret").stat().st_mode & 0o777 == 0o600
        assert (folder / DATABASE).stat().st_mode & 0o777 == 0o600
