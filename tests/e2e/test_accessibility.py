"""What no checker finds: the keyboard, where the focus goes, small screens, large text, reduced motion, forced colours."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.rooms import SPEAKER, House, Room
from tests.e2e.stage import touch

Open = Callable[..., Page]

PAGES = ("attend", "moderate", "prompt", "studio", "host")
SKIP_LINKS = {"attend": {"Zum Bild": "#stage", "Zum Frageformular": "#ask", "Zu den Fragen": "#questions"}}
PHONE = {"width": 360, "height": 740}
NARROWEST = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
LOW = {"width": 1366, "height": 500}
FOCUSED = "element => element === document.activeElement"

# Everything a person can press or fill in that is in sight and not inside something that scrolls by itself.
OUT_OF_SIGHT = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip-link"))
  .filter((element) => {
    for (let around = element.parentElement; around && around !== document.body; around = around.parentElement)
      if (around.scrollWidth > around.clientWidth && getComputedStyle(around).overflowX === "auto") return false;
    const { left, right } = element.getBoundingClientRect();
    return left < -1 || right > document.documentElement.clientWidth + 1;
  })
  .map((element) => element.outerHTML)"""
OVERFLOW = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"

# Text that is wider or higher than the box that hides what does not fit.
CLIPPED = """() => [...document.querySelectorAll("h1, h2, h3, p, li, label, legend, button, dt, dd, span")]
  .filter((element) => element.checkVisibility() && !element.closest(".visually-hidden, .skip-link"))
  .filter((element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const wide = overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
    const high = overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1;
    return wide || high;
  })
  .map((element) => element.outerHTML)"""

# WCAG 1.4.12 with text at 200 %.
LARGE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`html { font-size: 200% !important }
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets.push(sheet);
}"""

COVERED = """element => {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const x = Math.min(Math.max((left + right) / 2, 1), innerWidth - 1);
  const inside = [top + 2, (top + bottom) / 2, bottom - 2].filter((y) => y > 0 && y < innerHeight);
  const seen = inside.map((y) => document.elementFromPoint(x, y));
  return !seen.some((found) => found && (element.contains(found) || found.contains(element)));
}"""


def ready(page: Page) -> None:
    """Wait until the page knows its room."""
    expect(page.locator("h1")).to_contain_text("Digitales Podium")


def tab_to(page: Page, wanted: Locator, limit: int = 60) -> None:
    """Press Tab until it has the focus; what a person without a mouse can do."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if wanted.evaluate(FOCUSED):
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


def test_a_question_and_a_vote_need_no_mouse(room: Room, open_page: Open) -> None:
    with room.moderator() as moderator:
        (other,) = room.ask("Wer zahlt das?")
        moderator.do("approve", question=other)
    page = open_page(room.attend)
    vote = page.get_by_role("button", name=f"Frage {other} unterstützen")
    expect(vote).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Bild")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Was möchten Sie wissen?")).to_be_focused()
    page.keyboard.type("Geht das auch ohne Maus?")
    page.keyboard.press("Tab")
    page.keyboard.press("P")
    tab_to(page, page.get_by_role("button", name="Frage senden"))
    page.keyboard.press("Enter")
    receipts = page.get_by_role("region", name="Meine Fragen")
    expect(receipts).to_contain_text("Geht das auch ohne Maus?")
    expect(page.get_by_role("status")).to_have_text("Ihre Frage ist eingegangen. Sie hat die Nummer 2.")
    tab_to(page, vote)
    page.keyboard.press("Space")
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(vote).to_have_accessible_name(f"Frage {other} unterstützen, 1 Stimme")
    expect(vote).to_be_focused()
    page.keyboard.press("Space")
    expect(vote).to_have_attribute("aria-pressed", "false")


def test_after_a_moderators_action_the_focus_stands_on_the_next_question(room: Room, open_page: Open) -> None:
    numbers = room.ask("Eins?", "Zwei?", "Drei?", "Vier?")
    page = open_page(room.moderate)
    inbox = page.get_by_role("region", name="Eingang")
    rows = [inbox.get_by_role("listitem", name=f"Frage {number}", exact=True) for number in numbers]
    expect(rows[3]).to_be_visible()
    page.keyboard.press("j")
    expect(rows[0]).to_be_focused()
    page.keyboard.press("a")
    expect(rows[1]).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Frage 1 freigegeben.")
    rows[1].get_by_role("button", name="Freigeben").press("Enter")
    expect(rows[2]).to_be_focused()
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog", name="Frage 3 ablehnen")
    dialog.get_by_label("passt nicht zum Thema").press("Space")
    dialog.get_by_role("button", name="Ablehnen").press("Enter")
    expect(rows[3]).to_be_focused()
    expect(rows[2]).to_have_count(0)
    page.keyboard.press("2")
    expect(page.get_by_text("Alles gesichtet")).to_be_visible()
    queue = page.get_by_role("region", name="Prof. Dr. Ziemer")
    expect(queue.get_by_role("listitem", name="Frage 4")).to_be_visible()
    for line, name in (("1", "Vertretung der Stadt Ulm"), ("2", "Prof. Dr. Ziemer")):
        # the same key leads to the same person from wherever the question stands
        page.get_by_role("listitem", name="Frage 4").focus()
        page.keyboard.press("m")
        page.keyboard.press(line)
        queue = page.get_by_role("region", name=name)
        expect(queue.get_by_role("listitem", name="Frage 4")).to_be_visible()


def test_a_dialog_keeps_the_focus_and_gives_it_back_and_shortcuts_rest_in_it_and_when_switched_off(
    room: Room, open_page: Open
) -> None:
    room.ask("Eins?")
    page = open_page(room.moderate)
    row = page.get_by_role("listitem", name="Frage 1")
    opener = row.get_by_role("button", name="Ablehnen")
    opener.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    note = page.get_by_label("Ein Satz an die fragende Person")
    note.press_sequentially("ja")
    expect(note).to_have_value("ja")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    page.get_by_role("button", name="Tastatur").click()
    page.get_by_role("switch", name="Tastenkürzel verwenden").uncheck()
    page.keyboard.press("Escape")
    row.focus()
    page.keyboard.press("a")
    page.get_by_role("button", name="Tastatur").click()
    page.get_by_role("switch", name="Tastenkürzel verwenden").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Eingang").get_by_role("listitem", name="Frage 1")).to_be_visible()
    row.focus()
    page.keyboard.press("a")
    expect(page.get_by_text("Alles gesichtet")).to_be_visible()


def test_the_status_element_stands_in_every_page_before_any_script_runs(house: House, open_page: Open) -> None:
    page = open_page("about:blank", java_script_enabled=False)
    for name in PAGES:
        page.goto(getattr(house.empty, name))
        status = page.get_by_role("status")
        expect(status).to_have_count(1)
        expect(status).to_be_empty()
        expect(status).to_have_attribute("aria-atomic", "true")
        expect(page.locator("noscript")).to_contain_text("Diese Seite braucht JavaScript.", use_inner_text=True)


def test_every_page_says_which_language_it_speaks(house: House, open_page: Open) -> None:
    page = open_page("about:blank", locale="en-GB")
    for name in PAGES:
        page.goto(getattr(house.empty, name))
        ready(page)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        touch(page)
        german = page.get_by_role("button", name="DE Deutsch")
        german.click()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(german).to_have_attribute("aria-pressed", "true")
        expect(page).to_have_title(re.compile("Digitales Podium"))
        # the next page as somebody new
        page.evaluate("() => localStorage.clear()")
        page.mouse.move(0, 0)


def test_each_question_says_which_language_it_speaks(room: Room, open_page: Open) -> None:
    (number,) = room.ask("Who pays for all this?", language="en")
    with room.moderator() as moderator:
        moderator.do("enqueue", question=number, queue=SPEAKER)
        moderator.do("air", question=number, instead=None)
    for address in (room.attend, room.moderate, room.prompt, room.host):
        text = open_page(address).get_by_text("Who pays for all this?", exact=True).first
        expect(text).to_have_attribute("lang", "en")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_whoever_reads_it(house: House, open_page: Open, name: str) -> None:
    """By keyboard and on small screens, with large text, without motion, in colours of one's own."""
    page = open_page(getattr(house.full, name), viewport=PHONE, reduced_motion="reduce")
    ready(page)
    nothing_moves(page)
    if name != "prompt":
        links = SKIP_LINKS.get(name, {"Zum Inhalt": "#main"})
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=next(iter(links)))).to_be_focused()
        bars_never_cover_what_has_the_focus(page)
        skip_links_lead_where_they_say(page, links)
    page.set_viewport_size(NARROWEST)
    nothing_scrolls_sideways(page)
    page.set_viewport_size(WIDE)
    page.emulate_media(forced_colors="active")
    forced_colours_keep_edges_and_states(page, name)
    page.emulate_media(forced_colors="none")
    if name == "attend":
        the_end_of_the_podium_is_seen_beside_a_long_list(page)
    large_text_is_neither_cut_nor_pushed_out(page)


def nothing_moves(page: Page) -> None:
    moving = (
        "() => document.getAnimations().map(({ animationName, effect }) => animationName ?? effect.target.outerHTML)"
    )
    assert page.evaluate(moving) == []


def bars_never_cover_what_has_the_focus(page: Page) -> None:
    covered = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.evaluate(COVERED):
            covered.append(focused.evaluate("element => element.outerHTML"))
    assert covered == []


def skip_links_lead_where_they_say(page: Page, links: dict[str, str]) -> None:
    for link, target in links.items():
        page.get_by_role("link", name=link).press("Enter")
        expect(page.locator(target)).to_be_focused()


def nothing_scrolls_sideways(page: Page) -> None:
    sections = page.locator(".desk > nav, .host > nav").get_by_role("button").all() or [None]
    for section in sections:
        if section:
            section.click()
        assert page.evaluate(OVERFLOW) == 0
        assert page.evaluate(OUT_OF_SIGHT) == []


def the_end_of_the_podium_is_seen_beside_a_long_list(page: Page) -> None:
    page.set_viewport_size(LOW)
    page.evaluate("scrollTo(0, 200)")
    panel = page.get_by_role("region", name="Auf dem Podium").get_by_role("listitem").last
    panel.scroll_into_view_if_needed()
    expect(panel).to_be_in_viewport(ratio=1)
    page.set_viewport_size(WIDE)


def forced_colours_keep_edges_and_states(page: Page, name: str) -> None:
    # backgrounds are gone: what can be pressed or filled in needs an edge
    edgeless = """() => [...document.querySelectorAll(".button, .field-input, .vote")]
      .filter((element) => element.checkVisibility() && parseFloat(getComputedStyle(element).borderTopWidth) === 0)
      .map((element) => element.outerHTML)"""
    assert page.evaluate(edgeless) == []
    if name == "attend":
        vote = page.locator(".vote").first
        look = "element => { const { color, backgroundColor, borderColor } = getComputedStyle(element); return [color, backgroundColor, borderColor].join() }"
        before = vote.evaluate(look)
        vote.click()
        expect(vote).to_have_attribute("aria-pressed", "true")
        page.mouse.move(0, 0)
        assert vote.evaluate(look) != before


def large_text_is_neither_cut_nor_pushed_out(page: Page) -> None:
    page.evaluate(LARGE)
    assert page.evaluate(OVERFLOW) == 0
    assert page.evaluate(OUT_OF_SIGHT) == []
    assert page.evaluate(CLIPPED) == []
