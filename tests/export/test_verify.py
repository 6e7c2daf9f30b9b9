"""The command `podium verify`."""

import argparse
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from podium import chain, journal
from podium.export.command import whole_journal
from podium.export.verify import add_arguments, run, sentence
from podium.ports import Entry
from podium.settings import Settings
from podium.store.sqlite import DATABASE, open_sqlite
from tests.export.rooms import IDENTIFIER, history


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data folder whose server has stopped."""
    store = await open_sqlite(tmp_path / DATABASE)
    await store.append(IDENTIFIER, 0, [journal.entry(happened) for happened in history()[1]])
    await store.close()
    return tmp_path


async def verify(data: Path, *options: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return await run(parser.parse_args([*options, "--data", str(data)]))


def tamper(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        connection.execute(statement)
        connection.commit()


async def head(data: Path) -> str:
    return (await whole_journal(Settings(data=data), IDENTIFIER))[-1].hash


async def test_a_journal_that_holds_says_so_and_prints_its_head(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verify(data, IDENTIFIER) == 0
    assert capsys.readouterr().out == (
        f"The journal of digitales-podium holds: 12 lines, none changed, removed or moved.\nhead: {await head(data)}\n"
    )


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE journal SET body = replace(body, 'personal_data', 'off_topic') WHERE kind = 'QuestionDeclined'", 9),
        ("UPDATE journal SET actor = 'link:m2' WHERE seq = 6", 6),
        ("UPDATE journal SET at = at + 1 WHERE seq = 2", 2),
        ("DELETE FROM journal WHERE seq = 5", 5),
        ("UPDATE journal SET seq = CASE seq WHEN 6 THEN -7 ELSE -6 END WHERE seq IN (6, 7)", 6),
    ],
)
async def test_a_changed_removed_or_moved_line_is_found(
    data: Path, statement: str, line: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(data, statement)
    tamper(data, "UPDATE journal SET seq = -seq WHERE seq < 0")  # two numbers cannot change places at once
    assert await verify(data, IDENTIFIER) == 1
    told = capsys.readouterr().out
    assert f"The journal of digitales-podium does NOT hold: line {line} of " in told


async def test_a_head_noted_earlier_is_found_in_a_journal_that_has_grown(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted = await head(data)
    store = await open_sqlite(data / DATABASE)
    await store.append(IDENTIFIER, 12, [Entry(13, 0, "link:m", "", "Later", "{}")])
    await store.close()
    assert await verify(data, IDENTIFIER, "--against", f" {noted.upper()} ") == 0
    assert "holds: 13 lines" in (told := capsys.readouterr().out)
    assert "The noted head is that of line 12." in told


async def test_a_cut_journal_does_not_hold_against_the_head_noted_before(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted = await head(data)
    tamper(data, "DELETE FROM journal WHERE seq = 12")
    assert await verify(data, IDENTIFIER) == 0
    assert await verify(data, IDENTIFIER, "--against", noted) == 1
    assert "cut or written anew" in capsys.readouterr().out


async def test_what_cannot_be_read_is_a_sentence(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verify(data, "elsewhere") == 2
    assert await verify(data / "nowhere", IDENTIFIER) == 2
    assert await verify(data, IDENTIFIER, "--against", "5d0c1e0f...") == 2
    complaints = capsys.readouterr().err.splitlines()
    assert complaints[0] == "podium verify: there is no room “elsewhere”; the rooms are: digitales-podium"
    assert "is missing" in complaints[1]
    # a head that was not copied whole is no sign that somebody cut the journal
    assert complaints[2] == "podium verify: “5d0c1e0f...” is no head: it has 64 digits and letters from a to f"


def test_what_was_forgotten_is_said() -> None:
    told = sentence("room", chain.Finding(9, None, {"text": 2, chain.ACTOR: 3}, "abc", None), "")
    assert "Blanked by erasure, in so many lines: actor in 3, text in 2." in told
