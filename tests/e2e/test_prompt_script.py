"""The speaker's own text: under a reading line, at the speaker's pace, whoever writes in it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.rooms import SPEAKER, Room
from tests.e2e.stage import SHORT, SPEECH, give_speech, put_on_air, touch

Open = Callable[..., Page]

STILL = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 720}}
SCRIPT = "?mode=script"

# The first line of the paragraph under the reading line.
READ = """() => {
  const line = document.querySelector(".reading-line").getBoundingClientRect().top + 1;
  const parts = [...document.querySelector(".script-text").children];
  return parts.findLast((part) => part.getBoundingClientRect().top <= line)?.querySelector(".script-line").textContent;
}"""
SCROLLED = "() => document.querySelector('.script-window').scrollTop"
FURTHER = """async (from) => {
  const text = document.querySelector(".script-window");
  const late = performance.now() + 20_000;
  while (text.scrollTop < from + 3) {
    if (performance.now() > late) throw new Error("the text stands still");
    await new Promise(requestAnimationFrame);
  }
}"""


def test_page_turner_keys_step_paragraphs_and_b_and_full_stop_run_the_text(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        give_speech(host)
    page = open_page(room.prompter(SPEAKER, SCRIPT), **STILL)
    expect(page.locator(".script-text")).to_contain_text("Guten Tag")
    assert page.evaluate(READ) == "Begrüßung"
    read = []
    for key in ("PageDown", "PageDown", "PageDown", "PageUp"):
        page.keyboard.press(key)
        read.append(page.evaluate(READ).split(",")[0])
    assert read == ["Guten Tag", "Ich freue mich", "Daten", "Ich freue mich"]
    for key in ("b", "."):
        page.keyboard.press(key)
        page.evaluate(FURTHER, page.evaluate(SCROLLED))
        page.keyboard.press(key)
        touch(page)
        expect(page.get_by_role("button", name="Laufen lassen")).to_be_visible()


def test_single_letters_can_be_switched_off_and_never_act_while_typing(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        give_speech(host)
    page = open_page(room.prompter(SPEAKER, f"{SCRIPT}&keys=0"), **STILL)
    expect(page.locator(".script-text")).to_contain_text("Guten Tag")
    page.keyboard.press("b")
    touch(page)
    expect(page.get_by_role("button", name="Laufen lassen")).to_be_visible()
    page.get_by_role("button", name="Einstellungen").click()
    page.get_by_label("Tasten B und Punkt schalten das Laufen").check()
    page.get_by_label("Name dieser Anzeige").fill("b.")
    page.keyboard.press("PageDown")
    assert page.evaluate(READ) == "Begrüßung"
    page.keyboard.press("Escape")
    touch(page)
    expect(page.get_by_role("button", name="Laufen lassen")).to_be_visible()
    page.keyboard.press(".")
    expect(page.get_by_role("button", name="Anhalten")).to_be_visible()


@pytest.mark.parametrize("way", ["pasted", "uploaded"])
def test_the_speakers_text_is_pasted_or_uploaded_and_keeps_its_lines(room: Room, open_page: Open, way: str) -> None:
    with room.directed() as host:
        page = open_page(room.prompt, **STILL)
        touch(page)
        page.get_by_role("button", name="Einstellungen").click()
        page.get_by_role("button", name="Text bearbeiten").click()
        dialog = page.get_by_role("dialog", name="Text bearbeiten")
        if way == "pasted":
            dialog.get_by_role("textbox").fill("\n".join(SPEECH))
        else:
            content = "\r\n".join(SPEECH).encode()
            file = {"name": "rede.md", "mimeType": "text/markdown", "buffer": content}
            dialog.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
            expect(dialog.get_by_role("textbox")).to_have_value("\n".join(SPEECH))
        dialog.get_by_role("button", name="Übernehmen").click()
        lines = page.locator(".script-line")
        plain = [line.lstrip("# ").replace("**", "").replace("- ", "• ") for line in SPEECH if line]
        expect(lines).to_have_text(plain)
        expect(page.locator(".script-heading")).to_have_text(["Begrüßung", "Daten"])
        host.told(lambda: host.entities.get(f"script/{SPEAKER}", {}).get("lines") == SPEECH)


def test_what_the_host_edits_is_shown_at_once_and_the_reading_place_stays(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        give_speech(host)
        page = open_page(room.prompter(SPEAKER, SCRIPT), **STILL)
        expect(page.locator(".script-text")).to_contain_text("Guten Tag")
        for _ in range(3):
            page.keyboard.press("PageDown")
        assert page.evaluate(READ) == "Daten"
        above = ["Vorab ein Dank.", "", "Und noch einer.", ""]
        host.do("editscript", place=SPEAKER, revision=1, line=1, removed=0, inserted=above)
        expect(page.locator(".script-text")).to_contain_text("Und noch einer.")
        assert page.evaluate(READ) == "Daten"
        host.do("editscript", place=SPEAKER, revision=2, line=1, removed=len(above) + 3, inserted=[])
        expect(page.locator(".script-text")).not_to_contain_text("Guten Tag")
        assert page.evaluate(READ) == "Daten"


def test_script_and_question_stand_on_one_screen_and_share_no_pixel(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        give_speech(host)
        put_on_air(room, host, SHORT)
    page = open_page(room.prompter(SPEAKER, SCRIPT), **STILL)
    expect(page.get_by_text(SHORT, exact=True)).to_be_visible()
    window = page.locator(".script-window")
    expect(window).to_be_visible()
    text, question, line = (
        page.locator(selector).bounding_box() for selector in (".script-window", ".beside", ".reading-line")
    )
    assert text
    assert question
    assert line
    assert question["x"] + question["width"] <= text["x"]
    assert 0.3 < (line["y"] - text["y"]) / text["height"] < 0.38, "the reading line stands at a third of the text"
    # the buttons come when somebody wants them, and the time left stays readable beside them
    touch(page)
    expect(page.get_by_role("button", name="Laufen lassen")).to_be_visible()
    assert page.locator(".script-window").get_by_role("button").count() == 0


def test_speed_time_left_and_a_reload_to_the_same_place(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        give_speech(host, ["# Anfang", *["Wort " * 59 + "Ende.", ""] * 4])
    page = open_page(room.prompter(SPEAKER, f"{SCRIPT}&speed=120"), **STILL)
    left = page.locator(".script-left")
    expect(left).to_have_text("noch 02:00")
    touch(page)
    page.get_by_role("slider", name="Tempo").fill("240")
    expect(left).to_have_text("noch 01:00")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    expect(left).to_have_text("noch 00:45")
    before = page.evaluate(SCROLLED)
    page.reload()
    expect(left).to_have_text("noch 00:45")
    assert abs(page.evaluate(SCROLLED) - before) < 2
    expect(page).to_have_url(re.compile("speed=240"))
