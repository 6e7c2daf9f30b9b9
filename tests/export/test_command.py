"""The command `podium export`."""

import argparse
import json
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.event import Happened, IdentitiesPurged
from podium import journal
from podium.export import add_arguments, run
from podium.ports import Entry
from podium.store.sqlite import DATABASE, open_sqlite
from tests.export.rooms import IDENTIFIER, SECRETS, START, history


def entries() -> list[Entry]:
    return [journal.entry(happened) for happened in history()[1]]


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data folder whose server has stopped."""
    folder = tmp_path / "data"
    folder.mkdir()
    store = await open_sqlite(folder / DATABASE)
    await store.append(IDENTIFIER, 0, entries())
    await store.close()
    return folder


async def export(data: Path, *options: str | Path) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return await run(parser.parse_args([*map(str, options), "--data", str(data)]))


@pytest.mark.parametrize(("form", "beginning"), [("csv", "\ufeffnumber,"), ("json", "{"), ("html", "<!doctype html>")])
async def test_each_form_is_written_to_standard_output(
    data: Path, form: str, beginning: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert await export(data, IDENTIFIER, "--format", form) == 0
    written, complaints = capsysbinary.readouterr()
    assert written.decode().startswith(beginning)
    assert "STRENG GEHEIM" in written.decode()
    told = complaints.decode().splitlines()
    assert told[0] == "podium export: digitales-podium up to line 12 of its journal"
    assert re.fullmatch("head: [0-9a-f]{64}", told[1])


@pytest.mark.parametrize("form", ["csv", "json", "html"])
async def test_a_public_export_tells_no_secret(
    data: Path, form: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert await export(data, IDENTIFIER, "--format", form, "--public") == 0
    written = capsysbinary.readouterr().out.decode()
    assert "Wem gehören die Daten?" in written
    assert [secret for secret in SECRETS if secret in written] == []


async def test_a_file_is_replaced_whole_and_kept_from_others_unless_public(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "questions.json"
    output.write_text("old")
    assert await export(data, IDENTIFIER, "--format", "json", "--output", output) == 0
    assert len(json.loads(output.read_text())["questions"]) == 4
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert await export(data, IDENTIFIER, "--format", "json", "--public", "--output", output) == 0
    assert len(json.loads(output.read_text())["questions"]) == 2
    assert stat.S_IMODE(output.stat().st_mode) & 0o400
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "questions.json"]


async def test_an_export_of_mid_event_is_written_again_at_the_end_byte_for_byte(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    wanted = [("--format", form, *public) for form in ("csv", "html", "json") for public in ((), ("--public",))]
    wanted += [("--log", "--format", "csv"), ("--log", "--format", "json")]
    store = await open_sqlite(tmp_path / DATABASE)
    await store.append(IDENTIFIER, 0, entries()[:9])
    taken = []
    for options in wanted:
        assert await export(tmp_path, IDENTIFIER, *options) == 0
        taken.append(capsysbinary.readouterr())
    await store.append(IDENTIFIER, 9, entries()[9:])
    await store.close()
    for options, then in zip(wanted, taken, strict=True):
        assert await export(tmp_path, IDENTIFIER, *options) == 0
        assert capsysbinary.readouterr().out != then.out
        assert await export(tmp_path, IDENTIFIER, *options, "--until", "9") == 0
        assert capsysbinary.readouterr() == then


async def test_what_was_forgotten_since_is_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = await open_sqlite(data / DATABASE)
    purged = journal.entry(Happened(13, START, "system", "", IdentitiesPurged(())))
    await store.append(IDENTIFIER, 12, [purged])
    await store.close()
    for until, told in (("12", "; redacted or purged since, by line 13\n"), ("13", "journal\n")):
        assert await export(data, IDENTIFIER, "--until", until) == 0
        assert told in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "13"])
async def test_a_number_that_the_journal_does_not_have_gets_a_sentence(
    data: Path, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await export(data, IDENTIFIER, "--until", number) == 1
    assert capsys.readouterr().err == (
        f"podium export: the journal of digitales-podium has the lines 1 to 12, and none numbered {number}\n"
    )


async def test_a_device_stays_a_device(data: Path) -> None:
    assert await export(data, IDENTIFIER, "--output", "/dev/null") == 0
    assert Path("/dev/null").is_char_device()


async def test_the_server_may_go_on_running(data: Path, tmp_path: Path) -> None:
    store = await open_sqlite(data / DATABASE)
    try:
        assert await export(data, IDENTIFIER, "--output", tmp_path / "while-running.csv") == 0
        await store.append("insights", 0, entries())
        assert await export(data, "insights", "--output", tmp_path / "insights.csv") == 0
        assert (tmp_path / "insights.csv").read_text() == (tmp_path / "while-running.csv").read_text()
    finally:
        await store.close()


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_the_log_is_written_in_both_forms_and_kept_from_others(
    data: Path, tmp_path: Path, form: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    output = tmp_path / "decisions"
    assert await export(data, IDENTIFIER, "--log", "--format", form, "--output", output) == 0
    assert "QuestionDeclined" in output.read_text()
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert await export(data, IDENTIFIER, "--log", "--format", form) == 0
    assert capsysbinary.readouterr().out == output.read_bytes()


@pytest.mark.parametrize("options", [("--public",), ("--format", "html")])
async def test_there_is_no_public_log_and_none_to_print(
    data: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await export(data, IDENTIFIER, "--log", *options) == 1
    assert capsys.readouterr().err == "podium export: --log is for the organiser alone, as csv or json\n"


async def test_an_unknown_room_gets_a_sentence_that_names_the_known(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await export(data, "elsewhere") == 1
    out, complaint = capsys.readouterr()
    assert out == ""
    assert complaint == "podium export: there is no room “elsewhere”; the rooms are: digitales-podium\n"


async def test_a_folder_without_questions_gets_a_sentence_and_stays_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await export(tmp_path, IDENTIFIER) == 1
    assert f"there are no questions in {tmp_path}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


async def test_a_place_that_cannot_be_written_gets_a_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await export(data, IDENTIFIER, "--output", tmp_path / "nowhere" / "questions.csv") == 1
    assert "questions.csv: No such file or directory" in capsys.readouterr().err


async def test_a_damaged_database_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / DATABASE).write_text("no database at all, just words\n" * 50)
    assert await export(tmp_path, IDENTIFIER) == 1
    assert "not a database" in capsys.readouterr().err


async def test_a_journal_that_was_changed_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = entries()
    approved = next(place for place, line in enumerate(lines) if line.kind == "QuestionApproved")
    lines[approved] = replace(lines[approved], body='{"question":99}')
    store = await open_sqlite(tmp_path / DATABASE)
    await store.append(IDENTIFIER, 0, lines)
    await store.close()
    assert await export(tmp_path, IDENTIFIER) == 1
    assert "is damaged; “podium verify digitales-podium” says" in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), ("--until", "1")])
async def test_a_journal_of_a_newer_version_gets_a_sentence(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = entries()
    lines[-1] = replace(lines[-1], kind="QuestionSung")
    store = await open_sqlite(tmp_path / DATABASE)
    await store.append(IDENTIFIER, 0, lines)
    await store.close()
    assert await export(tmp_path, IDENTIFIER, *options) == 1
    assert "QuestionSung): a newer version of Podium has written it, or it is damaged" in capsys.readouterr().err
