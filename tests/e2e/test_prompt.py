"""The speaker's screen: what stands on it, how large, how it is set up, and what goes back to the moderators."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import SPEAKER, House, Room
from tests.e2e.stage import LONG, SHORT, SPEECH, give_speech, put_on_air, touch
from tests.e2e.test_accessibility import LARGE, OUT_OF_SIGHT, OVERFLOW, tab_to

Open = Callable[..., Page]

STILL = {"reduced_motion": "reduce"}
LAPTOP = {"width": 1280, "height": 720}
"""CSS pixels of a laptop with 13 inches, each 0.225 mm wide."""
MILLIMETRES = 0.225
DISTANCE = 3_000


# Of a capital H and a small x in the font and size of an element, CSS pixels.
HEIGHTS = """(element) => {
  const { fontFamily, fontSize } = getComputedStyle(element);
  const drawing = new OffscreenCanvas(1, 1).getContext("2d");
  drawing.font = `${fontSize} ${fontFamily}`;
  return ["H", "x"].map((letter) => drawing.measureText(letter).actualBoundingBoxAscent);
}"""

FADES = "(element) => ['animationName', 'animationDuration'].map((name) => getComputedStyle(element)[name])"
TURNED = "(element) => { const { a, d } = new DOMMatrix(getComputedStyle(element).transform); return [a, d] }"


def minutes_of_arc(pixels: float) -> float:
    """Under which a length on the laptop's screen is seen from three metres."""
    return pixels * MILLIMETRES / DISTANCE * 3_437.75


def test_the_card_shows_question_asker_note_and_what_comes_next(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        put_on_air(room, host, SHORT, "Und danach?", "Und dann?")
        host.do("brief", question=1, note="Bitte kurz, danach Ulm")
        page, other = open_page(room.prompt), open_page(room.prompter("ulm"))
        whole = open_page(room.prompter("panel"))
        for surface in (page.locator(".surface"), whole.locator(".surface")):
            expect(surface).to_contain_text(SHORT)
            expect(surface).to_contain_text("Miriam Falk, Stadt Aalen")
            expect(surface).to_contain_text("Bitte kurz, danach Ulm")
        expect(page.get_by_role("region", name="Als Nächstes")).to_contain_text("Und danach?")
        expect(page.get_by_role("region", name="Als Nächstes")).to_contain_text("danach noch 1")
        expect(page.locator(".surface-label")).to_contain_text("Ihre Frage")
        # without startling: it fades in, and not for somebody who asked for less motion (tested with the cue)
        assert page.locator(".fitted").evaluate(FADES) == ["appear", "0.45s"]
        expect(whole.locator(".surface-label")).to_contain_text("Frage an Prof. Dr. Ziemer")
        expect(other.locator(".surface")).to_contain_text("Gerade läuft eine andere Frage")
        expect(other.locator(".waiting")).to_contain_text("Gerade gefragt: Prof. Dr. Ziemer")
        expect(other.locator(".next-others")).to_have_text("Auch Fragen an: Prof. Dr. Ziemer")
        expect(other.locator(".surface")).not_to_contain_text(SHORT)
        # a co-host answered: the stage knows
        with room.moderator() as moderator:
            moderator.do("answer", question=1)
        expect(page.locator(".surface")).not_to_contain_text(SHORT)
        expect(page.locator(".surface")).to_contain_text("Gleich kommt eine Frage")


def test_letters_are_readable_at_three_metres_on_thirteen_inches(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        put_on_air(room, host, SHORT, LONG)
        give_speech(host)
        for clock in ("session", SPEAKER):
            host.do("startclock", clock=clock, duration=600_000)
    card = open_page(room.prompt, viewport=LAPTOP)
    script = open_page(room.prompter(SPEAKER, "?mode=script"), viewport=LAPTOP)
    for page, selector in ((card, ".fitted-text"), (script, ".script-paragraph")):
        letters = page.locator(selector).first
        expect(letters).to_be_visible()
        page.evaluate("() => document.fonts.ready")
        capital, small = (minutes_of_arc(height) for height in letters.evaluate(HEIGHTS))
        assert capital >= 15
        assert small >= 10
    (following, _) = card.locator(".next-text").evaluate(HEIGHTS)
    assert minutes_of_arc(following) >= 5, "seen by eyes of 20/20"
    (digits, _) = card.locator(".clock-own .clock-time").evaluate(HEIGHTS)
    assert minutes_of_arc(digits) >= 7.5, "seen by eyes of 20/30, and by shape and colour from farther"
    with room.directed() as host:
        host.do("air", question=2, instead=1)
        expect(card.locator(".fitted-text")).to_have_text(LONG)
        (capital, _) = card.locator(".fitted-text").evaluate(HEIGHTS)
        assert minutes_of_arc(capital) >= 5.5, "a hundred and twenty words, seen by eyes of 20/20"


def test_mirror_turns_the_inner_surface_only_also_while_waiting(house: House, open_page: Open) -> None:
    page = open_page("about:blank")
    for mirror, turned in {"h": [-1, 1], "v": [1, -1], "hv": [-1, -1]}.items():
        page.goto("about:blank")
        page.goto(house.empty.prompter(SPEAKER, f"?mirror={mirror}"))
        expect(page.locator(".surface .waiting")).to_be_visible()
        assert page.locator(".surface").evaluate(TURNED) == turned
        touch(page)
        button = page.get_by_role("button", name="Einstellungen")
        expect(button).to_be_visible()
        parts = button.evaluate_all(
            "([one]) => { const all = []; for (; one; one = one.parentElement) all.push(one.className); return all }"
        )
        assert "surface" not in parts
        assert page.locator(".controls").evaluate(TURNED) == [1, 1]
        assert page.locator(".prompt").evaluate(TURNED) == [1, 1]


def test_every_option_is_set_up_by_the_address_and_remembered_by_the_device(room: Room, open_page: Open) -> None:
    asked = {
        "mode": "script", "mirror": "h", "ground": "contrast", "font": "serif", "size": "1.3", "measure": "24",
        "spacing": "1.8", "speed": "95", "picture": "1", "keys": "0", "name": "Laptop vorn links",
    }  # fmt: skip
    with room.directed() as host:
        give_speech(host)
    page = open_page(room.prompter(SPEAKER, "?" + "&".join(f"{name}={value}" for name, value in asked.items())))

    def is_as_asked() -> None:
        expect(page.locator(".script-text")).to_be_visible()
        address = parse_qs(urlsplit(page.evaluate("() => location.href")).query)
        assert {name: values[0] for name, values in address.items()} == asked
        expect(page.locator(".prompt")).to_have_attribute("data-mirror", "h")
        expect(page.locator("html")).to_have_attribute("data-ground", "contrast")
        expect(page.locator("html")).to_have_attribute("data-font", "serif")
        style = page.locator(".script-text").evaluate("({ style }) => style.cssText")
        assert style == "--size: 1.3; --measure: 24ch; --spacing: 1.8;"

    is_as_asked()
    page.goto("about:blank")
    page.goto(room.prompter(SPEAKER))
    is_as_asked()
    assert "token" not in page.evaluate("() => location.href")
    assert page.evaluate("() => location.hash") == ""


def test_wake_lock_and_full_screen_are_asked_for(house: House, open_page: Open) -> None:
    page = open_page("about:blank")
    page.add_init_script(
        "globalThis.asked = [];"
        "navigator.wakeLock.request = async (kind) => { globalThis.asked.push(kind); return {} };"
        "Element.prototype.requestFullscreen = async function () { globalThis.asked.push(this.localName) };"
    )
    page.goto(house.empty.prompt)
    expect(page.locator(".waiting")).to_be_visible()
    assert page.evaluate("() => globalThis.asked") == ["screen"]
    touch(page)
    page.get_by_role("button", name="Vollbild").click()
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("() => globalThis.asked") == ["screen", "html", "screen"], "given back whenever it was hidden"


def test_controls_vanish_until_touched(house: House, open_page: Open) -> None:
    page = open_page("about:blank", **STILL)
    page.clock.install()
    page.goto(house.empty.prompt)
    expect(page.locator(".waiting")).to_be_visible()
    controls = page.locator(".controls")
    # a mouse that rests where something is drawn calls nothing
    page.evaluate("() => document.dispatchEvent(new PointerEvent('pointermove'))")
    expect(controls).to_have_css("opacity", "0")
    touch(page)
    expect(controls).to_have_css("opacity", "1")
    page.clock.fast_forward(5_000)
    expect(controls).to_have_css("opacity", "0")
    # a button that was pressed by hand keeps nothing in sight, and a clicker calls nothing
    touch(page)
    page.get_by_role("button", name="Vollbild").click()
    page.clock.fast_forward(5_000)
    page.keyboard.press("PageDown")
    expect(controls).to_have_css("opacity", "0")
    assert page.evaluate("() => document.activeElement.localName") == "body"
    tab_to(page, page.get_by_role("button", name="Spiegeln"))
    page.clock.fast_forward(60_000)
    expect(controls).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(page.locator(".prompt")).to_have_attribute("data-mirror", "h")


def test_the_host_knows_each_screen_and_lets_it_show_its_name(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        page = open_page(room.prompter(SPEAKER, "?name=Laptop+vorn&mode=script"), viewport=LAPTOP)
        whole = open_page(room.prompter("panel"), viewport={"width": 1920, "height": 1080})

        def screens() -> dict[str, dict[str, object]]:
            return {screen["place"]: screen for screen in host.desk.get("screens") or () if screen["width"]}

        host.told(lambda: len(screens()) == 2)
        host.told(lambda: screens()[SPEAKER]["round_trip"] is not None)
        mine = screens()[SPEAKER]
        assert (mine["name"], mine["width"], mine["height"], mine["mode"]) == ("Laptop vorn", 1280, 720, "script")
        assert screens()["panel"]["width"] == 1920
        host.say({"type": "locate", "screen": mine["id"]})
        expect(page.get_by_role("alert")).to_contain_text("Laptop vorn")
        box = page.locator(".shout-name").bounding_box()
        assert box
        assert box["height"] > 72
        expect(whole.get_by_role("alert")).to_have_count(0)
        page.context.close()
        host.told(lambda: SPEAKER in screens() and screens()[SPEAKER]["gone"] is not None)


@pytest.mark.parametrize("ground", ["dark", "light", "contrast"])
def test_axe_finds_nothing_in_any_state(room: Room, open_page: Open, ground: str) -> None:
    with room.directed() as host:
        page = open_page(room.prompter(SPEAKER, f"?ground={ground}"), viewport=LAPTOP, **STILL)
        expect(page.get_by_text("Noch keine Frage für Sie")).to_be_visible()
        touch(page)
        assert faults(page) == []
        put_on_air(room, host, SHORT, LONG)
        give_speech(host)
        expect(page.get_by_text(SHORT, exact=True)).to_be_visible()
        expect(page.get_by_role("region", name="Als Nächstes")).to_be_visible()
        assert faults(page) == []
        touch(page)
        page.get_by_role("button", name="Ich nehme die Frage").click()
        host.do("announce", kind="break", de=None, en=None)
        host.do("startclock", clock=SPEAKER, duration=1)
        host.do("startclock", clock="session", duration=600_000)
        host.do("extendclock", clock="session", by=-580_000)
        expect(page.locator('.clock[data-phase="danger"]')).to_be_visible()
        expect(page.get_by_text("Ihre Zeit: abgelaufen")).to_be_visible()
        assert faults(page) == []
        host.do("sendcue", text="Bitte zum Schluss", to=[])
        touch(page)
        page.get_by_role("button", name="Mein Text").click()
        expect(page.locator(".script-text")).to_be_visible()
        expect(page.get_by_role("button", name="Laufen lassen")).to_be_visible()
        assert faults(page) == []
        page.get_by_role("button", name="EN English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert faults(page) == []
        page.get_by_role("button", name="DE Deutsch").click()
        page.get_by_role("button", name="Einstellungen").click()
        expect(page.get_by_role("dialog", name="Einstellungen")).to_be_visible()
        assert faults(page) == []
        page.get_by_role("button", name="Text bearbeiten").click()
        expect(page.get_by_role("dialog", name="Text bearbeiten")).to_be_visible()
        assert faults(page) == []


def test_large_text_and_forced_colours_hide_nothing(room: Room, open_page: Open) -> None:
    with room.directed() as host:
        put_on_air(room, host, SHORT)
        give_speech(host)
        host.do("sendcue", text="Bitte zum Schluss", to=[])
        page = open_page("about:blank", viewport=LAPTOP, forced_colors="active", **STILL)
        for query in ("", "?mode=script"):
            page.goto("about:blank")
            page.goto(room.prompter(SPEAKER, query))
            expect(page.get_by_text(SHORT, exact=True)).to_be_visible()
            assert page.locator(".cue").evaluate("element => parseFloat(getComputedStyle(element).borderTopWidth)") > 0
            page.evaluate(LARGE)
            touch(page)
            expect(page.get_by_role("button", name="Einstellungen")).to_be_visible()
            assert page.evaluate(OVERFLOW) == 0
            assert page.evaluate(OUT_OF_SIGHT) == []


def test_the_speech_is_in_no_audience(room: Room) -> None:
    with room.directed() as host, room.attendee() as attendee, room.moderator() as moderator:
        give_speech(host)
        moderator.told(lambda: f"script/{SPEAKER}" in moderator.entities)
        attendee.do("ask", text="Und nun?", language="de")
        assert not [key for key in attendee.entities if key.startswith(("script/", "cue/", "request/"))]
        assert SPEECH[1] not in str(attendee.entities)
