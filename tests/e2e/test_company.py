"""Several moderators at once: who is here, who looks at what, and a fair next question."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import SPEAKER, Room

Open = Callable[..., Page]

STILL = {"reduced_motion": "reduce"}


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("listitem", name=f"Frage {number}", exact=True).locator("visible=true")


def test_a_colleague_sees_who_looks_at_a_question_until_the_look_expires_and_nothing_moves(
    room: Room, open_page: Open
) -> None:
    room.ask("Eins?", "Zwei?")
    page = open_page(room.moderate, **STILL)
    page.get_by_role("button", name="1 moderiert").click()
    expect(page.get_by_text("Sie moderieren gerade allein.")).to_be_visible()
    colleague = open_page("about:blank")
    colleague.clock.install()
    colleague.goto(room.moderate)
    expect(page.get_by_text("Moderation 2")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    colleague.get_by_role("button", name="2 moderieren").click()
    colleague.get_by_label("Ihr Name").fill("Sibel")
    colleague.keyboard.press("Escape")
    boxes = [row(page, number).bounding_box() for number in (1, 2)]
    row(colleague, 1).focus()
    expect(row(page, 1)).to_contain_text("Sibel sieht sich das an")
    expect(row(page, 2)).not_to_contain_text("Sibel")
    assert [row(page, number).bounding_box() for number in (1, 2)] == boxes
    assert faults(page) == []
    # what the colleague does is told where the hand is, and the look goes on with the focus
    colleague.keyboard.press("a")
    expect(row(page, 2)).to_contain_text("Sibel sieht sich das an")
    colleague.clock.fast_forward("01:00")  # gone for coffee: the claim expires
    expect(row(page, 2)).not_to_contain_text("Sibel")
    row(colleague, 2).get_by_text("Zwei?").click()
    expect(row(page, 2)).to_contain_text("Sibel sieht sich das an")
    colleague.context.close()
    expect(row(page, 2)).not_to_contain_text("Sibel")


def test_the_fair_next_question_says_why_and_any_other_is_one_press_away(room: Room, open_page: Open) -> None:
    room.ask("Eins?", "Zwei?", "Drei?")
    with room.moderator() as moderator:
        moderator.do("enqueue", question=1, queue=SPEAKER)
        moderator.do("enqueue", question=2, queue="ulm")
        moderator.do("enqueue", question=3, queue=SPEAKER)
        moderator.do("air", question=1, instead=None)
        moderator.do("answer", question=1)
    page = open_page(room.moderate, **STILL)
    queue = page.get_by_role("region", name="Prof. Dr. Ziemer")
    expect(queue).to_contain_text("1 dran, 00:0")
    suggest = page.get_by_role("button", name="Nächste vorschlagen")
    suggest.click()
    panel = page.locator(".fairness")
    expect(panel).to_contain_text("Zwei?")
    expect(panel).to_contain_text("sie wartet am längsten")
    expect(panel.get_by_role("row", name="Prof. Dr. Ziemer")).to_contain_text("1")
    assert faults(page) == []
    panel.get_by_role("button", name="Auf die Bühne").click()
    stage = page.get_by_role("region", name="Auf der Bühne")
    expect(stage).to_contain_text("Zwei?")
    row(page, 3).get_by_role("button", name="Auf die Bühne").click()
    expect(stage).to_contain_text("Drei?")
