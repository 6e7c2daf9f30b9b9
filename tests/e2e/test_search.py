"""Finding one question among many: search and filters of the moderator's page."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import SPEAKER, Room

Open = Callable[..., Page]

PHONE = {"width": 360, "height": 740}


def rows(page: Page, section: str) -> Locator:
    return page.get_by_role("region", name=section).get_by_role("listitem")


def filtered(page: Page) -> Locator:
    return page.get_by_role("region", name="Filter", exact=True)


def test_a_search_looks_into_all_lists_and_is_still_there_after_a_reload(room: Room, open_page: Open) -> None:
    room.ask("Wo parken Fahrräder in München?", "Wer zahlt den Bus?", name="Ida Renner", affiliation="Stadt Aalen")
    room.ask("Kommt die Fahrradstraße?")
    with room.moderator() as moderator:
        moderator.do("enqueue", question=3, queue=SPEAKER)
    page = open_page(room.moderate)
    search = page.get_by_label("In allen Fragen suchen")
    expect(rows(page, "Eingang")).to_have_count(2)
    # a pointer over the list holds it; what the person looks for is shown all the same
    rows(page, "Eingang").first.hover()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("fahrrad")
    expect(rows(page, "Eingang")).to_have_count(1)
    search.fill("munchen fahrrader")
    expect(rows(page, "Eingang")).to_have_count(1)
    expect(filtered(page)).to_contain_text("1 von 3 Fragen")
    search.fill("fahrr")
    expect(filtered(page)).to_contain_text("2 von 3 Fragen")
    expect(rows(page, "Prof. Dr. Ziemer")).to_have_count(1)
    page.reload()
    expect(search).to_have_value("fahrr")
    expect(rows(page, "Eingang")).to_have_count(1)
    filtered(page).get_by_role("button", name="Alle zeigen").click()
    expect(rows(page, "Eingang")).to_have_count(2)
    expect(filtered(page)).to_have_count(0)


def test_filters_narrow_the_lists_and_new_questions_obey_them(room: Room, open_page: Open) -> None:
    room.ask("Eins?", addressee=SPEAKER, affiliation="Stadt Aalen")
    room.ask("Zwei?", "Drei?")
    room.ask("Four?", language="en")
    page = open_page(room.moderate, reduced_motion="reduce")
    inbox = rows(page, "Eingang")
    expect(inbox).to_have_count(4)
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_label("Für wen").select_option(SPEAKER)
    expect(inbox).to_have_count(1)
    assert faults(page) == []
    page.get_by_label("Für wen").select_option("")
    page.get_by_label("Institution").select_option("Stadt Aalen")
    expect(inbox).to_have_count(1)
    page.get_by_label("Institution").select_option("")
    page.get_by_label("Sprache", exact=True).select_option("en")
    expect(inbox).to_have_count(1)
    page.keyboard.press("Escape")
    room.ask("Fünf?")
    room.ask("Six?", language="en")
    expect(inbox).to_have_count(2)
    inbox.filter(has_text="Six?").get_by_role("button", name="Freigeben").click()
    page.get_by_role("button", name="Filter (1)").click()
    page.get_by_label("Sprache", exact=True).select_option("")
    page.get_by_role("switch", name="Nur von mir bearbeitete").check()
    page.keyboard.press("Escape")
    expect(filtered(page)).to_contain_text("1 von 6 Fragen")
    expect(rows(page, "Freigegeben")).to_have_count(1)


def test_search_with_one_thumb(room: Room, open_page: Open) -> None:
    room.ask("Wo parken Fahrräder?", "Wer zahlt den Bus?")
    page = open_page(room.moderate, viewport=PHONE, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="In allen Fragen suchen").tap()
    page.get_by_role("searchbox").fill("bus")
    expect(rows(page, "Eingang")).to_have_count(1)
    page.get_by_role("button", name="Menü").tap()
    expect(page.get_by_role("button", name="DE Deutsch")).to_be_visible()


UNALIKE = (
    "Wem gehören die Daten der Sensoren?",
    "Wann fährt der letzte Bus aufs Land?",
    "Was kostet uns das Rathaus?",
    "Wie lernen Kinder programmieren?",
    "Gibt es genug Bäume gegen die Hitze?",
    "Wer haftet für Unfälle mit Robotern?",
    "Warum streiken die Ärzte?",
)
"""Seven that ask seven things: what is alike is told in a line more."""


def test_seven_questions_are_in_sight_at_once_and_long_lists_grow_as_somebody_goes_down(
    room: Room, open_page: Open
) -> None:
    room.ask(*UNALIKE, *(f"Frage Nummer {number}?" for number in range(8, 76)))
    page = open_page(room.moderate)
    inbox = rows(page, "Eingang")
    for place in range(len(UNALIKE)):
        expect(inbox.nth(place)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", name="Eingang 75")).to_be_visible()
    expect(page.get_by_text("Frage Nummer 75?")).to_have_count(0)
    for place in range(75):
        page.keyboard.press("j")
        expect(inbox.nth(place)).to_be_focused()
