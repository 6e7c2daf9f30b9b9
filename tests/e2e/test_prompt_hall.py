"""The speaker's screen in the hall: every size, fonts that come late, the speaker's clock, wishes, the small picture."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from moderation.staging import CUE_LIMIT
from tests.e2e.axe import faults
from tests.e2e.picture import watch
from tests.e2e.rooms import SPEAKER, House, Person, Room
from tests.e2e.stage import LONG, SHORT, give_speech, put_on_air, touch
from tests.e2e.test_accessibility import OUT_OF_SIGHT, OVERFLOW

Open = Callable[..., Page]

LAPTOP = {"width": 1280, "height": 720}
SIZES = ((320, 640), (360, 740), (740, 360), (768, 1024), (1280, 720), (1920, 1080), (3840, 2160))
PAINTED = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"

# What of the question is cut off or out of sight: nothing, and in how many pixels its letters stand.
CUT = """() => [...document.querySelectorAll(".fitted, .surface, .waiting")]
  .filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
    scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1)
  .map(({ className, scrollHeight, clientHeight }) => [className, scrollHeight, clientHeight])"""
LETTERS = "() => parseFloat(getComputedStyle(document.querySelector('.fitted-text')).fontSize)"


@pytest.mark.parametrize("query", ["", "?mode=script"])
def test_twelve_words_and_a_hundred_and_twenty_fit_from_320_to_3840_pixels(
    room: Room, open_page: Open, query: str
) -> None:
    with room.directed() as host:
        put_on_air(room, host, SHORT, LONG)
        give_speech(host)
        host.do("startclock", clock=SPEAKER, duration=60_000)
        page = open_page(room.prompter(SPEAKER, query))
        for text in (SHORT, LONG):
            expect(page.locator(".fitted-text")).to_have_text(text)
            page.evaluate("() => document.fonts.ready")
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.evaluate(PAINTED)
                assert page.evaluate(OVERFLOW) == 0
                assert page.evaluate(OUT_OF_SIGHT) == [], (width, height)
                assert page.evaluate(CUT) == [], (width, height)
                if query and (width, height) == (1280, 720):
                    assert page.evaluate(LETTERS) >= (50 if text == SHORT else 34), "large beside the speech, too"
            if text == SHORT:
                host.do("air", question=2, instead=1)
        # where even the smallest letters are too large, what is out of sight has a mark that covers nothing
        page.set_viewport_size({"width": 320, "height": 280})
        further = page.get_by_role("button", name="Weiterlesen")
        expect(further).to_be_visible()
        mark, words = further.bounding_box(), page.locator(".fitted-text").bounding_box()
        assert mark
        assert words
        assert words["x"] + words["width"] <= mark["x"]
        further.focus()
        again = page.get_by_role("button", name="Von vorn")
        while not again.is_visible():
            before = page.locator(".fitted").evaluate("element => element.scrollTop")
            page.keyboard.press("Enter")
            page.evaluate(PAINTED)
            assert page.locator(".fitted").evaluate("element => element.scrollTop") > before


def test_nothing_jumps_when_fonts_load(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        put_on_air(room, host, SHORT)
    page = open_page(room.prompt, viewport=LAPTOP)
    expect(page.get_by_text(SHORT, exact=True)).to_be_visible()
    page.evaluate("() => document.fonts.ready")
    page.evaluate(PAINTED)
    size = page.evaluate(LETTERS)
    page.set_viewport_size({"width": 1279, "height": 720})
    page.set_viewport_size(LAPTOP)
    page.evaluate(PAINTED)
    assert page.evaluate(LETTERS) == size
    assert page.evaluate(CUT) == []


def send_cue(desk: Page, prompter: Page) -> None:
    """A moderator sends a cue to one speaker, who reads it, and sees what becomes of it."""
    desk.get_by_role("button", name="Hinweise an die Anzeigen").press("Enter")
    dialog = desk.get_by_role("dialog", name="Hinweise an die Anzeigen")
    dialog.get_by_role("checkbox", name="Prof. Dr. Ziemer").press(" ")
    own = dialog.get_by_label("Eigener Text")
    own.fill("x" * (CUE_LIMIT + 1))
    own.press("Enter")
    expect(dialog.get_by_text("Der Text ist zu lang.")).to_be_visible()
    expect(own).to_have_value("x" * (CUE_LIMIT + 1))
    own.fill("Bitte zur Kamera")
    own.press("Enter")
    expect(own).to_have_value("")
    mark = dialog.locator(".mark")
    expect(mark).to_contain_text(re.compile(r"Prof\. Dr\. Ziemer\s*gezeigt"))
    assert faults(desk) == []
    prompter.get_by_role("button", name="Bitte zur Kamera").click()
    expect(mark).to_contain_text("gelesen")
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_take_pass_on_more_time_repeat_and_skip_reach_the_moderators_and_change_nothing(
    room: Room, open_page: Open
) -> None:
    with room.directed() as host, room.moderator() as moderator:
        put_on_air(room, host, SHORT)
        page = open_page(room.prompt)
        expect(page.get_by_text(SHORT, exact=True)).to_be_visible()

        def requested(person: Person, number: int) -> tuple[str, str | None]:
            person.told(lambda: f"request/{number}" in person.entities)
            request = person.entities[f"request/{number}"]
            assert request["place"] == SPEAKER
            assert request["question"] == 1
            return request["kind"], request["to"]

        asked = page.locator(".asked")
        wishes = (("Ich nehme die Frage", "take", True), ("30 Sekunden mehr", "more_time", True),
                  ("Noch einmal vorlesen", "repeat", False), ("Überspringen", "skip", False))  # fmt: skip
        for number, (name, kind, granted) in enumerate(wishes, 1):
            touch(page)
            page.get_by_role("button", name=name).click()
            assert requested(moderator, number) == requested(host, number) == (kind, None)
            expect(asked).to_contain_text(f"{name} – gesendet")
            moderator.do("settlerequest", request=number, granted=granted)
            expect(asked).to_contain_text("ist in Ordnung" if granted else "geht gerade nicht")
        touch(page)
        page.get_by_role("button", name="Weitergeben").click()
        page.get_by_role("button", name="Vertretung der Stadt Ulm").click()
        assert requested(moderator, 5) == ("pass_on", "ulm")
        expect(asked).to_contain_text("Weitergeben: Vertretung der Stadt Ulm – gesendet")
        desk = open_page(room.moderate, reduced_motion="reduce")
        open_requests = desk.get_by_role("region", name="Bitten vom Podium")
        expect(open_requests).to_contain_text("Prof. Dr. Ziemer: Weitergeben an Vertretung der Stadt Ulm · #1")
        send_cue(desk, page)
        open_requests.get_by_role("button", name="Gewähren").click()
        expect(open_requests).to_have_count(0)
        expect(asked).to_contain_text("ist in Ordnung")
        expect(page.locator(".fitted-text")).to_have_text(SHORT)
        assert host.entities["stage"]["on_air"] == 1
        host.do("answer", question=1)
        expect(asked).to_have_count(0)


def test_a_speakers_clock_gets_a_minute_more_stands_still_counts_up_and_goes(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        page = open_page(room.prompt)
        expect(page.locator(".surface-clock")).to_be_visible()
        own = page.locator(".clock-own")
        host.do("startclock", clock="session", duration=3_600_000)
        host.do("startclock", clock=SPEAKER, duration=60_000)
        expect(page.locator(".clock")).to_have_count(2)
        expect(own).to_contain_text("Ihre Zeit")
        host.do("pauseclock", clock=SPEAKER)
        expect(own).to_contain_text("Ihre Zeit: angehalten")
        host.do("extendclock", clock=SPEAKER, by=60_000)
        expect(own).to_contain_text(re.compile("2:00|1:5"))
        host.do("resumeclock", clock=SPEAKER)
        expect(own).to_contain_text("Ihre Zeit")
        looks = set()
        for duration, phase in ((600_000, "calm"), (600_000, "warning"), (600_000, "danger"), (1, "over")):
            host.do("startclock", clock=SPEAKER, duration=duration)
            if phase in ("warning", "danger"):
                host.do("extendclock", clock=SPEAKER, by={"warning": -500_000, "danger": -580_000}[phase])
            expect(own).to_have_attribute("data-phase", phase)
            # by shape: an icon, a frame, a full ground; and in words when it is over
            looks.add(
                own.evaluate(
                    "(element) => [element.querySelector('path')?.getAttribute('d'),"
                    "...['borderTopColor', 'backgroundColor'].map((name) => getComputedStyle(element)[name])].join()"
                )
            )
        assert len(looks) == 4
        expect(own).to_contain_text("Ihre Zeit: abgelaufen")
        host.do("startclock", clock=SPEAKER)
        expect(own).to_contain_text("0:0")
        host.do("clearclock", clock=SPEAKER)
        expect(own).to_have_count(0)


def test_the_picture_is_off_unless_asked_for_and_then_small_silent_and_beside_everything(
    house: House, open_page: Open
) -> None:
    room = house.room()
    studio = open_page(room.studio, permissions=["camera", "microphone"])
    studio.get_by_role("button", name="Kamera einschalten").click()
    studio.get_by_role("button", name="Auf Sendung gehen").click()
    expect(studio.get_by_text("Live seit")).to_be_visible(timeout=15_000)
    with room.directed() as host:
        put_on_air(room, host, SHORT, "Und danach?")
    page = open_page(room.prompt, viewport=LAPTOP)
    expect(page.get_by_text(SHORT, exact=True)).to_be_visible()
    assert page.locator("video").count() == 0
    page.goto("about:blank")
    page.goto(room.prompter(SPEAKER, "?picture=1"))
    video = page.locator("video")
    expect(video).to_be_visible()
    watch(page, frames=5)
    feed = open_page(room.host).locator(".feed")
    expect(feed).to_contain_text("1 sehen zu")
    expect(feed).to_contain_text("Bilder/s")
    assert video.evaluate("({ muted, controls }) => [muted, controls]") == [True, False]
    picture, text, following = (page.locator(selector).bounding_box() for selector in ("video", ".fitted", ".next"))
    assert picture
    assert text
    assert following
    assert picture["width"] <= LAPTOP["width"] / 5
    assert text["y"] + text["height"] <= picture["y"]
    assert picture["x"] + picture["width"] <= following["x"]
