"""The documents say what the code says."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from podium.ports import Entry
from podium.settings import Settings

ROOT = Path(__file__).parent.parent


def test_the_tables_in_the_documents_are_those_of_the_code() -> None:
    checked = subprocess.run(
        [sys.executable, "scripts/documents.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr


def rows(document: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first column has this heading."""
    lines = iter((ROOT / "docs" / document).read_text(encoding="utf-8").splitlines())
    table = []
    for line in lines:
        if line.startswith(f"| {heading} |"):
            next(lines)
            while (row := next(lines, "")).startswith("|"):
                table.append([cell.strip() for cell in row.strip("|").split(" | ")])
    return table


THREATS = rows("THREATS.md", "threat")


def test_the_table_of_threats_is_found() -> None:
    assert len(THREATS) >= 40


@pytest.mark.parametrize("row", THREATS, ids=[row[0][:60] for row in THREATS])
def test_every_threat_names_tests_that_there_are(row: list[str]) -> None:
    threat, _, held_by = row
    named = re.findall(r"`([^`:]+)::([^`]+)`", held_by)
    assert named, f"no test holds: {threat}"
    for path, name in named:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"(?:def {name}\(|\(\"{re.escape(name)}\",)", text), f"{path} has no test {name}"


def test_what_is_stored_is_in_the_document_of_privacy() -> None:
    text = (ROOT / "docs" / "PRIVACY.md").read_text(encoding="utf-8")
    for field in fields(Entry):
        assert f"`{field.name}`" in text, f"the journal's {field.name} is stored and not told"
    for path in re.findall(r"`((?:tests|web)/[^`:]+)(?:::\w+)?`", text):
        assert (ROOT / path).exists(), path


def test_what_people_see_when_something_fails_is_what_the_pages_say() -> None:
    text = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    sentences = re.findall("„([^“]+)“", text.partition("## When something fails")[2].partition("\n## ")[0])
    assert len(sentences) == 4
    said = "".join((ROOT / "web" / file).read_text(encoding="utf-8") for file in ("lib/refusals.ts", "attend/words.ts"))
    assert [sentence for sentence in sentences if f'"{sentence}"' not in said] == []


def test_limits_in_the_documents_are_settings() -> None:
    text = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    options = {f"--{option.name.replace('_', '-')}" for option in fields(Settings)}
    limits = re.findall(r"^\| [^|]+ \| (`--[^|]+) \| (?:\d{3}|closed)", text, re.MULTILINE)
    assert limits
    assert {option for cell in limits for option in re.findall(r"`(--[\w-]+)`", cell)} <= options
