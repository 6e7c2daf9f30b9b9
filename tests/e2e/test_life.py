"""The rarer steps of a question's life, from the moderator's page to the asker's receipt, and the way back."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import SPEAKER, Room

Open = Callable[..., Page]

PHONE = {"width": 360, "height": 740}
STILL = {"reduced_motion": "reduce"}


def ask(page: Page, text: str) -> Locator:
    """Ask as an attendee; the own questions."""
    page.get_by_label("Was möchten Sie wissen?").fill(text)
    page.get_by_role("button", name="Frage senden").click()
    mine = page.get_by_role("region", name="Meine Fragen")
    expect(mine.get_by_role("heading", name="Nr.")).to_be_visible()
    return mine


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("listitem", name=f"Frage {number}", exact=True).locator("visible=true")


def more(page: Page, number: int, action: str) -> None:
    row(page, number).get_by_role("button", name="Mehr").click()
    row(page, number).get_by_role("button", name=action).click()


def middle(page: Page, section: str) -> None:
    page.locator(".desk-middle > nav").get_by_role("button", name=section).click()


def test_a_step_is_undone_by_button_and_by_key(room: Room, open_page: Open) -> None:
    room.ask("Eins?", "Zwei?")
    page = open_page(room.moderate)
    inbox = page.get_by_role("region", name="Eingang")
    row(page, 1).get_by_role("button", name="Freigeben").click()
    done = page.get_by_role("region", name="Zuletzt getan")
    expect(done).to_contain_text("Frage 1 freigegeben.")
    done.get_by_role("button", name="Rückgängig").click()
    expect(inbox.get_by_text("Eins?")).to_be_visible()
    expect(done).to_have_count(0)
    row(page, 2).focus()
    page.keyboard.press("h")
    expect(done).to_contain_text("Frage 2 vorgemerkt.")
    page.keyboard.press("z")
    expect(done).to_have_count(0)
    expect(inbox.get_by_text("Zwei?")).to_be_visible()


def test_undo_comes_too_late_when_a_colleague_went_on(room: Room, open_page: Open) -> None:
    room.ask("Eins?")
    page = open_page(room.moderate)
    row(page, 1).get_by_role("button", name="Freigeben").click()
    done = page.get_by_role("region", name="Zuletzt getan")
    expect(done).to_be_visible()
    with room.moderator() as colleague:
        colleague.do("enqueue", question=1, queue=SPEAKER)
    done.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text("Zu spät: Inzwischen").first).to_be_visible()
    queue = page.get_by_role("region", name="Prof. Dr. Ziemer")
    expect(queue.get_by_text("Eins?")).to_be_visible()


def test_the_askers_of_merged_questions_follow_the_one_that_goes_on(room: Room, open_page: Open) -> None:
    room.ask("Wann kommt die Bürgerkarte?", "Wer baut das Hallenbad?")
    asker = open_page(room.attend)
    mine = ask(asker, "Gibt es die Bürgerkarte bald?")
    page = open_page(room.moderate, **STILL)
    more(page, 3, "Zusammenführen")
    dialog = page.get_by_role("dialog", name="Frage 3 zusammenführen")
    expect(dialog.get_by_role("radio")).to_have_count(2)
    assert faults(page) == []
    dialog.get_by_label("Suchen").fill("bürgerkarte")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    dialog.get_by_role("radio", name="#1 Wann kommt die Bürgerkarte?").check()
    dialog.get_by_role("button", name="Zusammenführen").click()
    expect(mine).to_contain_text("Zusammengeführt mit Frage 1")
    expect(row(page, 1)).to_contain_text("Mit #3 zusammengeführt")
    row(page, 1).get_by_role("button", name="Einreihen bei Prof. Dr. Ziemer").click()
    expect(mine).to_contain_text("Eingereiht für Prof. Dr. Ziemer")
    middle(page, "Erledigt")
    more(page, 3, "Wieder trennen")
    expect(page.get_by_role("region", name="Eingang").get_by_text("Gibt es die Bürgerkarte bald?")).to_be_visible()
    # what it was merged with is no matter of the asker any more
    expect(mine.get_by_text("Zusammengeführt", exact=True)).to_be_visible()


def test_an_edited_question_is_deferred_and_answered_in_writing(room: Room, open_page: Open) -> None:
    asker = open_page(room.attend, **STILL)
    mine = ask(asker, "Wan komt der Bus?")
    page = open_page(room.moderate, **STILL)
    more(page, 1, "Bearbeiten")
    dialog = page.get_by_role("dialog", name="Frage 1 bearbeiten")
    dialog.get_by_label("Wortlaut").fill("Wann kommt der Bus?")
    with room.moderator() as colleague:
        colleague.do("edit", question=1, text="Wan komt der Nachtbus?")
    dialog.get_by_role("button", name="Speichern").click()
    expect(row(page, 1)).to_contain_text("Zu spät: Inzwischen")
    row(page, 1).get_by_role("button", name="Bearbeiten").click()
    expect(dialog).to_contain_text("Wan komt der Nachtbus?")
    expect(dialog.get_by_label("Wortlaut")).to_have_value("Wann kommt der Bus?")
    assert faults(page) == []
    dialog.get_by_role("button", name="Speichern").click()
    expect(mine).to_contain_text("Ihr Wortlaut: Wan komt der Bus?")
    row(page, 1).get_by_role("button", name="Zurückstellen").click()
    dialog = page.get_by_role("dialog", name="Frage 1 zurückstellen")
    dialog.get_by_role("button", name="Zurückstellen").click()
    expect(dialog).to_contain_text("Bitte sagen, wer antwortet.")
    assert faults(page) == []
    dialog.get_by_label("Wer antwortet später?").fill("Frau Weber")
    dialog.get_by_label("Bis wann?").fill("bis Ende November")
    dialog.get_by_role("button", name="Zurückstellen").click()
    expect(mine).to_contain_text("Wird später beantwortet")
    expect(mine).to_contain_text("bis Ende November")
    expect(mine).not_to_contain_text("Frau Weber")
    middle(page, "Merkliste")
    expect(row(page, 1)).to_contain_text("Antwort von Frau Weber, bis Ende November")
    assert faults(page) == []
    more(page, 1, "Schriftlich antworten")
    dialog = page.get_by_role("dialog", name="Frage 1 schriftlich beantworten")
    dialog.get_by_label("Antwort").fill("Alle zehn Minuten.")
    dialog.get_by_role("button", name="Veröffentlichen").click()
    expect(mine).to_contain_text("Schriftlich beantwortet")
    asker.get_by_text("Beantwortet (1)").click()
    public = asker.get_by_role("region", name="Fragen aus dem Publikum")
    expect(public).to_contain_text("Alle zehn Minuten.")
    expect(public).not_to_contain_text("Wan komt")
    assert faults(asker) == []


def test_with_one_thumb_to_the_shortlist_and_back(room: Room, open_page: Open) -> None:
    room.ask("Eins?")
    page = open_page(room.moderate, viewport=PHONE, has_touch=True, is_mobile=True)
    row(page, 1).get_by_role("button", name="Vormerken").tap()
    page.locator(".desk > nav").get_by_role("button", name="Merkliste").tap()
    expect(row(page, 1)).to_contain_text("Eins?")
    page.get_by_role("button", name="Rückgängig").tap()
    expect(row(page, 1)).to_have_count(0)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    labels = page.locator(".desk > nav span:not(.column-count)")
    assert labels.evaluate_all("all => all.every(one => one.offsetWidth <= one.parentElement.offsetWidth)")
