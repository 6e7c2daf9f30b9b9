"""The export for screen and paper."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from moderation.policy import REASONS
from moderation.question import State
from podium.export.page import WORDS, to_html
from tests.export.rooms import taken


class Reader(HTMLParser):
    """Collects elements, attributes and the text people see; complains about what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_shows_what_people_wrote_and_runs_none_of_it() -> None:
    page = read(to_html(taken(public=False)))
    assert "Jörg <b>Ü.</b>" in page.text
    assert 'Stadt "Ulm", Amt' in page.text
    assert page.elements <= {
        "html", "head", "meta", "title", "style", "body", "h1", "p", "small", "table", "thead", "tbody", "tr", "th",
        "td", "time",
    }  # fmt: skip
    assert not page.attributes & {"src", "href", "onclick", "style", "action"}


def test_the_page_loads_nothing_from_anywhere() -> None:
    page = to_html(taken(public=True))
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|<link|<script|<img", page)


def test_attributes_cannot_be_broken_out_of() -> None:
    record = taken(public=True)
    hostile = replace(record.rows[0], language='"><script>alert(1)</script>', addressee='"<i>')
    page = read(to_html(replace(record, rows=(hostile,), title="<script>", programme="</title><script>")))
    assert "script" not in page.elements
    assert "i" not in page.elements


def test_the_page_speaks_the_language_of_the_room() -> None:
    german, english = taken(public=True), replace(taken(public=True), language="en")
    assert '<html lang="de">' in to_html(german)
    assert "Öffentliche Fragen" in to_html(german)
    assert "auf der Bühne" in to_html(taken(public=False))
    assert "Public questions" in to_html(english)
    assert '<html lang="en">' in to_html(replace(german, language="nl"))


def test_every_state_and_reason_has_its_word_in_both_languages() -> None:
    assert set(WORDS["de"]) == set(WORDS["en"])
    assert {state.value for state in State} | set(REASONS) <= set(WORDS["de"])


def test_a_confidential_page_says_so() -> None:
    assert "vertraulich" in to_html(taken(public=False))
    assert "vertraulich" not in to_html(taken(public=True))


def test_a_room_without_questions_says_so() -> None:
    page = to_html(replace(taken(public=True), rows=()))
    assert "Noch keine Fragen." in page
    assert "<table" not in page
