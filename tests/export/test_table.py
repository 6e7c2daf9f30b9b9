"""The export for spreadsheets."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.export.table import BYTE_ORDER_MARK, harmless, to_csv
from tests.export.rooms import taken

COLUMNS = [
    "number",
    "state",
    "text",
    "name",
    "affiliation",
    "addressee",
    "queue",
    "language",
    "votes",
    "asked_at",
    "since",
    "aired_at",
    "origin",
    "answer",
]


def lines(public: bool) -> list[dict[str, str]]:
    text = to_csv(taken(public=public))
    assert text.startswith(BYTE_ORDER_MARK)
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def test_everybody_gets_the_public_columns() -> None:
    rows = lines(public=True)
    assert list(rows[0]) == COLUMNS
    assert [row["number"] for row in rows] == ["1", "2"]
    assert rows[0]["affiliation"] == 'Stadt "Ulm", Amt'
    assert rows[0]["votes"] == "1"


def test_the_moderators_get_reasons_and_history_too() -> None:
    rows = lines(public=False)
    assert list(rows[0]) == [*COLUMNS, "original", "reason", "note", "into", "owner", "due", "passages"]
    assert rows[2]["passages"] == "submitted 2021-10-28T13:03:00.000+00:00; declined 2021-10-28T13:08:00.000+00:00"


def test_no_text_is_calculated_by_a_spreadsheet() -> None:
    formula = lines(public=True)[1]
    assert formula["text"] == '\'=HYPERLINK("http://x")'
    assert formula["name"] == "'+49 731"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＠a"])
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Warum?", "1+1=2", "a@b", "'=1", "Wer zahlt - und wann?"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_nothing_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).lstrip().startswith(("=", "+", "-", "@"))
    assert harmless(text).endswith(text)
