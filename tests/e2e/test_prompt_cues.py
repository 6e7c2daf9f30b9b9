"""Cues on the speaker's screen: unmissable, harmless, and their way known to whoever sent them."""

import io
from base64 import b64decode
from collections.abc import Callable
from itertools import pairwise

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import SPEAKER, Room
from tests.e2e.stage import LONG, SHORT, give_speech, mark_of, put_on_air

Open = Callable[..., Page]

STILL = {"reduced_motion": "reduce"}
FLASHES_A_SECOND = 3
"""WCAG 2.2, 2.3.1."""

COUNT_CALLS = """() => {
  globalThis.calls = 0;
  document.addEventListener("animationstart", ({ animationName }) => {
    if (animationName !== "alarm") return;
    globalThis.calls += 1;
    globalThis.calledAt = Date.now();
  });
  globalThis.called = new Promise((resolve) => {
    document.addEventListener("animationend", ({ animationName }) => { if (animationName === "alarm") resolve(); });
  });
}"""
BOXES = """() => [".cue", ".surface-top", ".surface .fitted-content", ".script-window", ".next"].flatMap((selector) => {
  const element = document.querySelector(selector);
  if (!element) return [];
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return [{ selector, left, right, top, bottom }];
})"""


class Brightness:
    """The mean brightness of what was painted, from 0 to 1, picture by picture, with the time of each in seconds."""

    def __init__(self, page: Page) -> None:
        self.pictures: list[tuple[float, float]] = []
        self._debugger = page.context.new_cdp_session(page)
        self._debugger.on("Page.screencastFrame", self._take)
        self._debugger.send("Page.startScreencast", {"format": "jpeg", "maxWidth": 320, "maxHeight": 180})

    def _take(self, frame: dict[str, object]) -> None:
        self._debugger.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})
        with Image.open(io.BytesIO(b64decode(str(frame["data"])))) as picture:
            mean = ImageStat.Stat(picture.convert("L")).mean[0] / 255
        self.pictures.append((float(frame["metadata"]["timestamp"]), mean))  # type: ignore[index]

    def flashes(self) -> list[float]:
        """When it turned from dark to bright."""
        return [after[0] for before, after in pairwise(self.pictures) if before[1] < 0.5 <= after[1]]


def test_colours_are_inverted_in_three_pulses_at_most_three_a_second(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        put_on_air(room, host, SHORT)
        page = open_page(room.prompt)
        expect(page.get_by_text(SHORT, exact=True)).to_be_visible()
        page.evaluate(COUNT_CALLS)
        brightness = Brightness(page)
        host.do("sendcue", text="Bitte zum Schluss kommen", to=[SPEAKER])
        page.evaluate("() => globalThis.called")
        expect(page.get_by_role("button", name="Bitte zum Schluss kommen")).to_be_visible()
        flashes = brightness.flashes()
        assert len(flashes) == 3
        # whatever one late picture does to the time between two of them
        assert flashes[2] - flashes[0] > 2 / FLASHES_A_SECOND


def test_a_cue_calls_again_slowly_until_it_is_acknowledged(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        page = open_page("about:blank")
        page.clock.install()
        page.goto(room.prompt)
        expect(page.locator(".waiting")).to_be_visible()
        page.evaluate(COUNT_CALLS)
        calls = "() => globalThis.calls"
        # two right after each other do not flash into each other
        host.do("sendcue", text="Lauter", to=[])
        host.do("sendcue", text="Langsamer", to=[])
        expect(page.get_by_role("button", name="Lauter")).to_contain_text("1 weiterer")
        page.clock.run_for(50)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Langsamer")).to_be_visible()
        assert page.evaluate(calls) <= 1
        page.clock.run_for(3_000)
        expect(page.locator(".alarm")).to_be_attached()
        page.evaluate("() => globalThis.called")
        before = page.evaluate(calls)
        page.clock.pause_at(page.evaluate("() => globalThis.calledAt") / 1_000 + 11)
        assert page.evaluate(calls) == before, "slowly"
        page.clock.run_for(1_500)
        page.evaluate("() => Promise.all(document.getAnimations().map(({ ready }) => ready))")
        assert page.evaluate(calls) == before + 1
        page.clock.resume()
        page.keyboard.press(" ")
        expect(page.locator(".cue")).to_have_count(0)
        page.clock.run_for(30_000)
        assert page.evaluate(calls) == before + 1


def test_sent_delivered_shown_read_are_told_to_the_sender(room: Room, open_page: Open) -> None:
    with room.directed() as host, room.moderator() as moderator:
        number = 1
        host.do("sendcue", text="Noch eine Frage", to=[SPEAKER, "ulm"])
        host.told(lambda: mark_of(host, number) == "sent")
        page, other = open_page(room.prompt), open_page(room.prompter("ulm"))
        host.told(lambda: mark_of(host, number) == "shown")
        host.told(lambda: mark_of(host, number, "ulm") == "shown")
        # by tap
        page.get_by_role("button", name="Noch eine Frage").click()
        host.told(lambda: mark_of(host, number) == "read")
        moderator.told(lambda: mark_of(moderator, number) == "read")
        assert mark_of(host, number, "ulm") == "shown"
        # by the host, who went there
        host.do("markcue", cue=number, mark="read", place="ulm")
        expect(other.locator(".cue")).to_have_count(0)
        for key in ("Enter", " "):
            number += 1
            host.do("sendcue", text="Bitte kürzer", to=[SPEAKER])
            expect(page.get_by_role("button", name="Bitte kürzer")).to_be_visible()
            page.keyboard.press(key)
            host.told(lambda number=number: mark_of(host, number) == "read")  # type: ignore[misc]
            expect(page.locator(".cue")).to_have_count(0)
        host.do("sendcue", text="Doch nicht", to=[SPEAKER])
        expect(page.locator(".cue")).to_be_visible()
        host.do("withdrawcue", cue=number + 1)
        expect(page.locator(".cue")).to_have_count(0)
        expect(other.locator(".cue")).to_have_count(0)


def test_a_screen_that_nobody_sees_has_a_cue_delivered_and_not_shown(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        page = open_page("about:blank")
        page.add_init_script(
            "globalThis.seen = 'hidden';"
            "Object.defineProperty(Document.prototype, 'visibilityState', { get: () => globalThis.seen })"
        )
        page.goto(room.prompt)
        expect(page.locator(".waiting")).to_be_visible()
        host.do("sendcue", text="Noch eine Frage", to=[SPEAKER])
        host.told(lambda: mark_of(host, 1) == "delivered")
        page.evaluate("() => { globalThis.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange')) }")
        host.told(lambda: mark_of(host, 1) == "shown")


@pytest.mark.parametrize("query", ["", "?mode=script"])
def test_a_cue_never_covers_the_question(room: Room, open_page: Open, query: str) -> None:
    with room.directed() as host:
        put_on_air(room, host, LONG, SHORT)
        give_speech(host)
        host.do("startclock", clock=SPEAKER, duration=1)
        host.do("sendcue", text="Noch eine Frage, bitte kurz, dann übergeben Sie an die Kollegin aus Ulm", to=[SPEAKER])
        page = open_page(room.prompter(SPEAKER, query), **STILL)
        expect(page.locator(".cue")).to_be_visible()
        expect(page.locator(".fitted-text")).to_be_visible()
        if query:
            expect(page.locator(".script-window")).to_be_visible()
        page.evaluate("() => document.fonts.ready")
        for width, height in ((320, 640), (360, 740), (740, 360), (1280, 720), (3840, 2160)):
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
            cue, *others = boxes = page.evaluate(BOXES)
            assert len(boxes) == 4
            for other in others:
                assert other["top"] >= cue["bottom"] - 1, (width, other)
            assert all(box["left"] >= -1 and box["right"] <= width + 1 for box in boxes)


def test_with_reduced_motion_a_cue_does_not_pulse_and_cannot_be_missed(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        put_on_air(room, host, SHORT)
        page = open_page(room.prompt, viewport={"width": 1280, "height": 720}, **STILL)
        expect(page.get_by_text(SHORT, exact=True)).to_be_visible()
        brightness = Brightness(page)
        host.do("sendcue", text="Bitte zum Schluss kommen", to=[SPEAKER])
        cue = page.get_by_role("button", name="Bitte zum Schluss kommen")
        expect(cue).to_be_visible()
        frame = page.locator(".alarm")
        expect(frame).to_be_visible()
        assert frame.evaluate("element => parseFloat(getComputedStyle(element).borderTopWidth)") >= 8
        assert page.evaluate("() => document.getAnimations().length") == 0
        assert page.locator(".fitted").evaluate("element => getComputedStyle(element).animationDuration") == "0s"
        assert brightness.flashes() == []
        box = cue.bounding_box()
        assert box
        assert box["width"] * box["height"] > 1280 * 720 / 10
        assert faults(page) == []
