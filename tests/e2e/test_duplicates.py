"""The same question twice: the asker is offered a vote, moderators are offered to merge."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import Room

Open = Callable[..., Page]

STILL = {"reduced_motion": "reduce"}
FIRST = "Wie viel Geld gibt der Bund für neue Radwege aus?"
AGAIN = "Wieviel Geld zahlt der Bund für den Bau neuer Radwege?"
# the first question of a server loads what finds similar ones
SLOW = 20_000


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("listitem", name=f"Frage {number}", exact=True).locator("visible=true")


def test_who_writes_a_question_that_exists_is_offered_to_vote(room: Room, open_page: Open) -> None:
    room.ask(FIRST, "Wann öffnet das Hallenbad wieder?")
    with room.moderator() as moderator:
        moderator.do("approve", question=1)
        moderator.do("approve", question=2)
    page = open_page(room.attend, **STILL)
    text = page.get_by_label("Was möchten Sie wissen?")
    text.fill(AGAIN)
    similar = page.get_by_role("region", name="Diese Frage gibt es schon?")
    expect(similar).to_contain_text(FIRST, timeout=SLOW)
    expect(similar.get_by_role("listitem")).to_have_count(1)
    assert faults(page) == []
    similar.get_by_role("button", name="Frage 1 unterstützen").click()
    expect(similar).to_contain_text("Danke, Ihre Stimme zählt.")
    similar.get_by_role("button", name="Meinen Text löschen").click()
    expect(text).to_have_value("")
    expect(text).to_be_focused()
    expect(similar).to_have_count(0)
    # what the deleted text was like is no answer to the next one
    text.fill("Wann fährt der letzte Bus?")
    assert similar.count() == 0
    public = page.get_by_role("region", name="Fragen aus dem Publikum")
    expect(public.get_by_role("button", name="Frage 1 unterstützen")).to_have_attribute("aria-pressed", "true")


def test_moderators_compare_similar_questions_side_by_side_and_merge_them_either_way(
    room: Room, open_page: Open
) -> None:
    room.ask(FIRST, "Wann öffnet das Hallenbad wieder?", AGAIN)
    page = open_page(room.moderate, **STILL)
    expect(row(page, 3)).to_contain_text("Ähnlich: #1 vergleichen", timeout=SLOW)
    expect(row(page, 2)).not_to_contain_text("Ähnlich")
    assert faults(page) == []
    row(page, 3).focus()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Frage 3 zusammenführen")
    expect(dialog.get_by_role("region", name="Geht auf in")).to_contain_text(AGAIN)
    expect(dialog.get_by_role("region", name="Geht weiter")).to_contain_text(FIRST)
    assert faults(page) == []
    dialog.get_by_role("button", name="Andersherum").click()
    expect(dialog.get_by_role("region", name="Geht weiter")).to_contain_text(AGAIN)
    dialog.get_by_role("button", name="Zusammenführen").click()
    expect(row(page, 3)).to_contain_text("Mit #1 zusammengeführt")
    expect(row(page, 1)).to_have_count(0)
    page.get_by_role("region", name="Zuletzt getan").get_by_role("button", name="Rückgängig").click()
    expect(row(page, 1)).to_be_visible()
