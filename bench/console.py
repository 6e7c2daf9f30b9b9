"""How the moderator's page feels with a full room: `python bench/console.py [--questions 2000]`.

Starts a server of its own, fills a room, opens the page in Chromium and measures, in milliseconds: from the address to the
first rows; from a keystroke in the search to the picture after it; what a question that arrives costs the page's one
thread (tasks longer than 50 ms are counted by the browser). The reference is the same page with 20 questions.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from podium.pace import BURST
from tests.e2e.conftest import CHROMIUM_ARGUMENTS, chromium
from tests.e2e.rooms import SPEAKER, House, Room

OPENINGS = 5
ARRIVALS = 20
REFERENCE = 20

# From before the key goes in until the frame that shows what it found has been painted.
WATCH = """() => {
  globalThis.keystrokes = [];
  globalThis.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask" });
  document.querySelector("[data-search]").addEventListener("input", ({ timeStamp }) =>
    requestAnimationFrame(() => setTimeout(() => keystrokes.push(performance.now() - timeStamp))), { capture: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=2000)
    questions = parser.parse_args().questions
    executable = chromium()
    if executable is None:
        raise SystemExit("Chromium is missing: `scripts/setup chromium` installs it.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        house = House(Path(folder), 2)
        house.server.start()
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        try:
            for count in (REFERENCE, questions):
                room = house.room()
                fill(room, count)
                print(f"{count} questions")
                measure(browser, room)
        finally:
            browser.close()
            house.server.stop()


def fill(room: Room, count: int) -> None:
    """Half of them in the inbox, a quarter public, a quarter queued; typed in by helpers, whom no limit slows down."""
    texts = [f"Wie geht es mit Vorhaben {number} in Stadtteil {number % 40} weiter?" for number in range(count)]
    steps: list[tuple[str, dict[str, object]]] = [("transcribe", {"text": text, "language": "de"}) for text in texts]
    steps += [("approve", {"question": number}) for number in range(1, count // 4 + 1)]
    steps += [("enqueue", {"question": number, "queue": SPEAKER}) for number in range(count // 4 + 1, count // 2 + 1)]
    for start in range(0, len(steps), BURST - 2):
        with room.moderator() as moderator:
            for command, body in steps[start : start + BURST - 2]:
                moderator.do(command, **body)


def measure(browser: Browser, room: Room) -> None:
    openings = [opening(browser, room) for _ in range(OPENINGS)]
    tell("address to first rows", openings)
    page = open_page(browser, room)
    page.evaluate(WATCH)
    page.get_by_label("In allen Fragen suchen").press_sequentially("vorhaben stadtteil 12", delay=60)
    expect(page.get_by_text("Gefiltert")).to_be_visible()
    tell("keystroke in the search to picture", page.evaluate("() => keystrokes"))
    tell("longest tasks while searching", page.evaluate("() => tasks.splice(0)"))
    page.get_by_role("button", name="Alle zeigen").click()
    page.evaluate("() => { tasks.length = 0 }")
    room.ask(*(f"Noch eine {number}?" for number in range(ARRIVALS)))
    expect(page.get_by_role("status")).to_contain_text("im Eingang", timeout=30_000)
    tell(f"longest tasks while {ARRIVALS} questions arrive", page.evaluate("() => tasks.splice(0)"))
    page.context.close()


def open_page(browser: Browser, room: Room) -> Page:
    page = browser.new_context(locale="de-DE", viewport={"width": 1440, "height": 900}).new_page()
    page.goto(room.moderate)
    expect(page.get_by_role("region", name="Eingang").get_by_role("listitem").first).to_be_visible()
    return page


def opening(browser: Browser, room: Room) -> float:
    page = browser.new_context(locale="de-DE", viewport={"width": 1440, "height": 900}).new_page()
    page.goto(room.moderate, wait_until="commit")
    took = page.evaluate(
        """() => new Promise((resolve) => {
          const look = () => document.querySelector("[data-number]")
            ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))) : requestAnimationFrame(look);
          look();
        })"""
    )
    page.context.close()
    return float(took)


def tell(what: str, figures: list[float]) -> None:
    """Times over 50 ms only where tasks are meant: the browser reports no others."""
    if figures:
        print(f"  {what}: p50 {statistics.median(figures):.0f}, largest {max(figures):.0f}, {len(figures)} times")
    else:
        print(f"  {what}: none over 50")


if __name__ == "__main__":
    main()
