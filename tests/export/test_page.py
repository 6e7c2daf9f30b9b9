"""The export for screen and paper."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from moderation import command
from podium.export.page import to_html
from tests.export.rooms import shown, taken
from tests.moderation.rooms import ASKERS, DESCRIBE, MINUTE, SYSTEM, described, done


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
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "h1", "h2", "p", "span",
        "dl", "dt", "dd", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "time",
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
    assert "Öffentliche Fassung" in to_html(german)
    assert "auf der Bühne" in to_html(taken(public=False))
    assert "Public version" in to_html(english)
    assert '<html lang="en">' in to_html(replace(german, language="nl"))


def test_a_confidential_page_says_so() -> None:
    assert "vertraulich" in to_html(taken(public=False))
    assert "vertraulich" not in to_html(taken(public=True))


def test_a_room_without_questions_says_so() -> None:
    page = to_html(replace(taken(public=True), rows=()))
    assert "Noch keine Fragen." in page
    assert "<table" not in page


def test_the_head_says_when_who_and_how_many() -> None:
    page = read(to_html(taken(public=True))).text
    assert "Digitales Podium: Fragenprotokoll" in page
    assert "28. Oktober 2021" in page
    assert "Prof. Dr. Ziemer, HafenCity Universität Hamburg" in page
    assert (
        "4 gestellt, 2 gezeigt (davon 1 beantwortet), 1 noch nicht gesichtet,"
        " 1 abgelehnt (enthält persönliche Angaben: 1)." in page
    )
    assert "Alle Zeiten: UTC+00:00." in page
    assert "28. Oktober 2021, 13:11 Uhr" in page, "nothing has changed since"
    assert f"Nr. 12 ({taken(public=True).head})" in page


def test_answered_questions_come_first_in_the_order_of_their_answers() -> None:
    record = taken(public=True)
    first, second = record.rows
    early = replace(second, state="answered", since="2021-10-28T13:02:00.000+00:00")
    page = read(to_html(replace(record, rows=(first, early)))).text
    assert "Gezeigt und noch nicht beantwortet" not in page
    assert page.index("HYPERLINK") < page.index("Wem gehören")


def test_a_question_of_everybodys_minutes_has_affiliation_panellist_times_and_answer() -> None:
    page = to_html(taken(public=True))
    row = page[page.index('<td class="number" data-name="Nr.">1</td>') :].partition("</tr>")[0]
    assert "Stadt &quot;Ulm&quot;, Amt" in row
    assert '<td class="for" dir="auto" data-name="An">Vertretung der Stadt Ulm</td>' in row
    assert ">13:01:00</time> <span>eingegangen</span>" in row
    assert ">13:11:00</time> <span>live beantwortet</span>" in row
    assert ">13:10:00</time> <span>auf der Bühne</span>" in row
    assert "freigegeben" not in row, "the rest of the course is the organiser's"


def test_the_organisers_minutes_have_a_section_for_every_state_and_the_reasons() -> None:
    page = read(to_html(taken(public=False))).text
    titles = ["Beantwortete Fragen", "Gezeigt und noch nicht beantwortet", "Noch nicht gesichtet", "Abgelehnt"]
    places = [page.index(title) for title in titles]
    assert places == sorted(places)
    assert "Grund: enthält persönliche Angaben" in page
    assert "Enthält VERTRAULICHES" in page
    assert "10:00auf der Bühne" in page.replace(" ", "").replace("aufderBühne", "auf der Bühne")


def test_a_step_on_another_day_says_so() -> None:
    record = taken(public=True)
    later = replace(record.rows[0], since="2021-10-29T09:00:00.000+00:00")
    assert ">29.10.2021 09:00:00</time>" in to_html(replace(record, rows=(later,)))


def test_who_answered_is_said_when_somebody_else_was_asked() -> None:
    record = taken(public=True)
    taken_over = replace(record.rows[0], queue="Prof. Dr. <Ziemer>")
    page = to_html(replace(record, rows=(taken_over,)))
    assert 'live beantwortet <span dir="auto">(Prof. Dr. &lt;Ziemer&gt;)</span>' in page


def test_the_minutes_say_which_questions_came_from_the_hall_and_which_before() -> None:
    early = replace(DESCRIBE, starts=2 * MINUTE)
    room = done(described(), early, who=SYSTEM)
    room = done(room, command.Ask("Schon jetzt?", "de"), who=ASKERS[0], now=MINUTE)
    room = done(room, command.Transcribe("Und hier?", "de", "Herr Öz"), now=3 * MINUTE)
    told = to_html(shown(done(room, command.Approve(1), command.Approve(2)), public=True))
    assert "ohne Namen (vorab)" in told
    assert "Herr Öz (aus dem Saal)" in told
