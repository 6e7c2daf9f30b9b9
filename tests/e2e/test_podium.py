"""The whole way, in four browsers: a camera's picture out, a question from the keyboard to the speaker's screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.picture import watch
from tests.e2e.server import ROOM, Server

pytestmark = pytest.mark.media

SPEAKER = "prof-dr-ziemer"
QUESTION = "Wie hält Hamburg die Daten seiner Brücken offen?"
LATER = "Und wer zahlt das in zehn Jahren?"
MEANWHILE = "Geht das auch auf dem Land?"
FREEZE = 1_000.0
"""Milliseconds without a new frame that a person calls a freeze."""


def ask(page: Page, text: str) -> None:
    page.get_by_label("Was möchten Sie wissen?").fill(text)
    page.get_by_label("An wen richtet sich die Frage?").select_option(SPEAKER)
    page.get_by_role("button", name="Frage senden").click()


def queue_for_speaker(moderator: Page, text: str) -> None:
    card = moderator.get_by_role("listitem").filter(has_text=text)
    card.get_by_role("button", name="Einreihen bei Prof. Dr. Ziemer").click()


def stay(*pages: Page) -> None:
    """Mark the pages, so that a reload would be noticed."""
    for page in pages:
        page.evaluate("() => { globalThis.neverReloaded = true; }")


def stayed(*pages: Page) -> bool:
    return all(page.evaluate("() => globalThis.neverReloaded === true") for page in pages)


def test_from_the_camera_and_the_keyboard_to_every_screen_and_on_after_a_crash(
    server: Server, open_page: Callable[..., Page]
) -> None:
    studio = open_page(server.invite("studio"), permissions=["camera", "microphone"])
    studio.get_by_role("button", name="Kamera einschalten").click()
    studio.get_by_role("button", name="Auf Sendung gehen").click()
    expect(studio.get_by_text("Live seit")).to_be_visible(timeout=15_000)
    expect(studio.get_by_text("Alles gut")).to_be_visible(timeout=15_000)

    attendee = open_page(f"{server.base}/r/{ROOM}")
    watched = watch(attendee)
    assert watched.pictures > 20
    assert watched.longest < FREEZE

    prompter = open_page(server.invite("speaker", "--panellist", SPEAKER))
    moderator = open_page(server.invite("moderator"))
    ask(attendee, QUESTION)
    receipts = attendee.get_by_role("region", name="Meine Fragen")
    expect(receipts).to_contain_text("Eingegangen, die Moderation liest sie")
    expect(prompter.get_by_role("main")).not_to_contain_text(QUESTION)

    queue_for_speaker(moderator, QUESTION)
    expect(receipts).to_contain_text("Eingereiht für Prof. Dr. Ziemer")
    expect(prompter.get_by_role("main")).to_contain_text(QUESTION)
    moderator.get_by_role("button", name="Auf die Bühne").click()
    expect(prompter.get_by_role("main")).to_contain_text(QUESTION)
    expect(receipts).to_contain_text("Auf der Bühne")

    ask(attendee, LATER)
    expect(moderator.get_by_text(LATER)).to_be_visible()

    stay(studio, attendee, moderator, prompter)
    server.kill()
    expect(attendee.get_by_text("verbunden", exact=True)).to_have_count(0)
    ask(attendee, MEANWHILE)
    server.start()

    assert watch(attendee).pictures > 20
    expect(receipts).to_contain_text(MEANWHILE)
    expect(moderator.get_by_role("listitem").filter(has_text=MEANWHILE)).to_have_count(1)
    expect(moderator.get_by_role("listitem").filter(has_text=LATER)).to_have_count(1)
    expect(prompter.get_by_role("main")).to_contain_text(QUESTION)
    moderator.get_by_role("button", name="Beantwortet").click()
    expect(receipts).to_contain_text("Live beantwortet")
    queue_for_speaker(moderator, MEANWHILE)
    moderator.get_by_role("button", name="Auf die Bühne").click()
    expect(prompter.get_by_role("main")).to_contain_text(MEANWHILE)
    expect(studio.get_by_text("Live seit")).to_be_visible()
    assert stayed(studio, attendee, moderator, prompter)
