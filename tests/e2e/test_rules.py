"""Opening and closing the questions, the hall, netiquette, flags, blocked devices, redaction: from both sides."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import Room

Open = Callable[..., Page]

PHONE = {"width": 360, "height": 740}
STILL = {"reduced_motion": "reduce"}
SETTINGS = "Fragen offen"


def ask(page: Page, text: str) -> Locator:
    """Ask as an attendee; the own questions."""
    page.get_by_label("Was möchten Sie wissen?").fill(text)
    page.get_by_role("button", name="Frage senden").click()
    return page.get_by_role("region", name="Meine Fragen")


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("listitem", name=f"Frage {number}", exact=True).locator("visible=true")


def test_pausing_and_closing_stand_on_every_screen_and_the_end_says_what_became_of_all(
    room: Room, open_page: Open
) -> None:
    attendee = open_page(room.attend, **STILL)
    expect(ask(attendee, "Eins?")).to_contain_text("Eingegangen")
    attendee.get_by_label("Was möchten Sie wissen?").fill("Angefangen")
    colleague = open_page(room.moderate, viewport=PHONE, **STILL)
    page = open_page(room.moderate, **STILL)
    others = [open_page(room.prompt, **STILL), open_page(room.studio, **STILL)]
    page.get_by_role("button", name=SETTINGS).click()
    dialog = page.get_by_role("dialog", name="Fragen in diesem Raum")
    dialog.get_by_label("pausiert").check()
    dialog.get_by_label("Auf Deutsch").fill("Weiter geht es nach der Kaffeepause.")
    assert faults(page) == []
    dialog.get_by_role("button", name="Übernehmen").click()
    expect(attendee.get_by_text("Weiter geht es nach der Kaffeepause.").first).to_be_visible()
    expect(attendee.get_by_role("button", name="Frage senden")).to_have_attribute("aria-disabled", "true")
    expect(attendee.get_by_label("Was möchten Sie wissen?")).to_have_value("Angefangen")
    expect(colleague.get_by_text("Fragen pausiert. Weiter geht es nach der Kaffeepause.")).to_be_visible()
    assert faults(attendee) == []
    assert faults(colleague) == []
    for other in others:
        expect(other.get_by_text("Weiter geht es nach der Kaffeepause.")).to_be_visible()
        assert faults(other) == []
    dialog.get_by_label("geschlossen").check()
    dialog.get_by_label("Auf Deutsch").fill("")
    dialog.get_by_role("button", name="Übernehmen").click()
    expect(attendee.get_by_text("Es werden keine Fragen mehr angenommen. Danke fürs Mitmachen!").first).to_be_visible()
    expect(attendee.get_by_role("button", name="Frage senden")).to_have_count(0)
    expect(attendee.get_by_text("Gerade wird nichts übertragen")).to_be_visible()
    expect(attendee.get_by_text("Noch sind keine Fragen freigegeben")).to_be_visible()
    expect(attendee.get_by_text("Stellen Sie die erste")).to_have_count(0)
    for other in others:
        expect(other.get_by_text("Es werden keine Fragen mehr angenommen")).to_be_visible()
    with room.moderator() as moderator:
        moderator.do("decline", question=1, reason="off_topic")
    ended = attendee.get_by_role("region", name="Was aus den Fragen wurde")
    expect(ended).to_contain_text("1 gestellt, 0 gezeigt, 1 abgelehnt")
    expect(ended).to_contain_text("Gründe für Ablehnungen: passt nicht zum Thema (1).")
    assert faults(attendee) == []


def test_with_moderation_afterwards_everybody_sees_new_questions_except_those_that_stand_out(
    room: Room, open_page: Open
) -> None:
    page = open_page(room.moderate, **STILL)
    page.get_by_role("button", name=SETTINGS).click()
    page.get_by_role("switch", name="Jede Frage lesen, bevor alle sie sehen").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Neue Fragen sehen alle sofort").first).to_be_visible()
    attendee = open_page(room.attend)
    expect(attendee.get_by_text("Alle sehen Ihre Frage sofort.")).to_be_visible()
    expect(attendee.get_by_text("Sie steht sofort hier.")).to_be_visible()
    ask(attendee, "Wann?")
    expect(open_page(room.attend).get_by_text("Wann?")).to_be_visible()
    ask(attendee, "Siehe https://beispiel.de?")
    inbox = page.get_by_role("region", name="Eingang")
    expect(inbox).to_contain_text("enthält einen Link")
    assert faults(page) == []


def test_a_helper_types_in_questions_from_the_hall(room: Room, open_page: Open) -> None:
    with room.moderator() as moderator:
        moderator.do("admit", intake="paused")
    page = open_page(room.moderate, viewport=PHONE, has_touch=True, is_mobile=True, **STILL)
    page.get_by_role("button", name="Saalfrage").tap()
    dialog = page.get_by_role("dialog", name="Frage aus dem Saal")
    dialog.get_by_role("button", name="Aufnehmen").tap()
    expect(dialog).to_contain_text("Bitte die Frage schreiben.")
    assert faults(page) == []
    for text in ("Wer zahlt das?", "Und wann?"):
        dialog.get_by_label("Frage", exact=True).fill(text)
        dialog.get_by_role("button", name="Aufnehmen").tap()
        expect(dialog.get_by_label("Frage", exact=True)).to_have_value("")
        expect(dialog.get_by_label("Frage", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    inbox = page.get_by_role("region", name="Eingang")
    expect(inbox.get_by_role("listitem")).to_have_count(2)
    expect(inbox).to_contain_text("aus dem Saal")


def test_a_blocked_device_is_told_keeps_its_text_and_is_let_in_again(room: Room, open_page: Open) -> None:
    attendee = open_page(room.attend)
    expect(ask(attendee, "Eins?")).to_contain_text("Eingegangen")
    page = open_page(room.moderate, **STILL)
    row(page, 1).get_by_role("button", name="Mehr").click()
    row(page, 1).get_by_role("button", name="Gerät 1 sperren").click()
    expect(row(page, 1)).to_contain_text("Gerät 1 gesperrt")
    assert faults(page) == []
    ask(attendee, "Zwei?")
    text = attendee.get_by_label("Was möchten Sie wissen?")
    expect(text).to_have_accessible_description(re.compile("Von diesem Gerät werden in diesem Raum keine Fragen"))
    expect(text).to_have_value("Zwei?")
    # in another language it is the same answer, not a second one
    attendee.get_by_role("button", name="EN English").click()
    expect(attendee.get_by_role("heading", name="Your question")).to_be_visible()
    attendee.get_by_role("button", name="DE Deutsch").click()
    expect(attendee.get_by_role("heading", name="Ihre Frage")).to_be_visible()
    expect(attendee.get_by_text("Nicht angenommen.", exact=True)).to_have_count(0)
    room.ask("Wer zahlt das?")
    with room.moderator() as moderator:
        moderator.do("approve", question=2)
    attendee.get_by_role("button", name="Frage 2 unterstützen").click()
    public = attendee.get_by_role("region", name="Fragen aus dem Publikum")
    expect(public.get_by_text("Von diesem Gerät werden in diesem Raum keine Fragen und Stimmen")).to_be_visible()
    page.get_by_role("region", name="Zuletzt getan").get_by_role("button", name="Rückgängig").click()
    expect(row(page, 1)).not_to_contain_text("gesperrt")
    attendee.get_by_role("button", name="Frage senden").click()
    expect(attendee.get_by_role("region", name="Meine Fragen").get_by_role("heading", name="Nr. 3")).to_be_visible()
    row(page, 1).get_by_role("button", name="Gerät 1 sperren").click()
    page.get_by_role("button", name=SETTINGS).click()
    dialog = page.get_by_role("dialog", name="Fragen in diesem Raum")
    assert faults(page) == []
    dialog.get_by_role("button", name="Sperre aufheben Gerät 1").click()
    expect(dialog).to_contain_text("Kein Gerät ist gesperrt.")


def test_personal_data_is_redacted_for_good_and_the_asker_is_told(room: Room, open_page: Open) -> None:
    attendee = open_page(room.attend)
    mine = ask(attendee, "Warum antwortet Frau Maier unter 0731/123456 nicht?")
    expect(mine).to_contain_text("Eingegangen")
    page = open_page(room.moderate, **STILL)
    expect(row(page, 1)).to_contain_text("enthält eine Telefonnummer")
    row(page, 1).get_by_role("button", name="Mehr").click()
    row(page, 1).get_by_role("button", name="Schwärzen").click()
    dialog = page.get_by_role("dialog", name="Frage 1: Persönliches schwärzen")
    # what looks like a number is marked already
    expect(dialog.get_by_role("button", name="0731/123456")).to_have_attribute("aria-pressed", "true")
    for word in ("Frau", "Maier"):
        dialog.get_by_role("button", name=word).click()
    expect(dialog).to_contain_text("Warum antwortet […] unter […] nicht?")
    expect(dialog).to_contain_text("Rückgängig geht nicht.")
    assert faults(page) == []
    dialog.get_by_role("button", name="Endgültig schwärzen").click()
    expect(row(page, 1)).to_contain_text("Warum antwortet […] unter […] nicht?")
    expect(page.get_by_role("region", name="Zuletzt getan")).to_have_count(0)
    expect(mine).to_contain_text("Die Moderation hat persönliche Angaben geschwärzt.")


def test_the_netiquette_stands_beside_the_form_and_a_decline_leads_there(room: Room, open_page: Open) -> None:
    attendee = open_page(room.attend, **STILL)
    mine = ask(attendee, "Was soll der Quatsch?")
    expect(mine).to_contain_text("Eingegangen")
    with room.moderator() as moderator:
        moderator.do("decline", question=1, reason="not_civil")
    expect(mine).to_contain_text("Nicht übernommen: ist nicht respektvoll formuliert")
    expect(mine).to_contain_text("Höflich im Ton.")
    mine.get_by_role("button", name="Mehr dazu").click()
    netiquette = attendee.locator("#netiquette")
    expect(netiquette.locator("summary")).to_be_focused()
    expect(netiquette.get_by_text("Höflich im Ton.")).to_be_visible()
    assert faults(attendee) == []


def test_words_to_look_at_twice_mark_questions_and_decline_none(room: Room, open_page: Open) -> None:
    page = open_page(room.moderate)
    page.get_by_role("button", name=SETTINGS).click()
    dialog = page.get_by_role("dialog", name="Fragen in diesem Raum")
    dialog.get_by_label("Auffällige Wörter").fill("Lobby*\nKartell")
    dialog.get_by_role("button", name="Wortliste speichern").click()
    expect(page.get_by_role("status")).to_have_text("Die Wortliste ist gespeichert.")
    page.keyboard.press("Escape")
    room.ask("Wer bezahlt die Lobbyisten?", "Und wer uns?")
    expect(row(page, 1)).to_contain_text("auffälliges Wort")
    expect(row(page, 2)).not_to_contain_text("auffälliges Wort")
