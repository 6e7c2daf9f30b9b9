"""Pictures of every page in the middle of an event, for the README: docs/screenshots/*.png.

python scripts/screenshots.py [--dark FOLDER]     with --dark, all of them on a dark ground too, into that folder

Starts the demo on ports and a data folder of its own, lets an audience ask, vote and be moderated, and looks at the
pages with the Chromium of the browser tests.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.conftest import CHROMIUM_ARGUMENTS, chromium  # noqa: E402 - the folder above has to be known first
from tests.e2e.picture import watch  # noqa: E402
from tests.e2e.rooms import Person, Room  # noqa: E402
from tests.e2e.server import ROOM, Server  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
COLOURS = 256
AUDIENCE = 24
BOHLE, ULM, KAISERSLAUTERN, ZIEMER = "anne-katrin-bohle", "ulm", "kaiserslautern", "prof-dr-ziemer"


@dataclass(frozen=True)
class Asked:
    """A question from the audience, with the number of people who support it."""

    text: str
    name: str | None = None
    affiliation: str | None = None
    addressee: str | None = None
    votes: int = 0


QUESTIONS = (
    Asked("Wie stellen Sie sicher, dass kleinere Kommunen nicht abgehängt werden, wenn Förderprogramme vor allem "
          "Konzepte belohnen, die schon weit sind?", "Miriam Okafor", "Landkreis Uckermark", BOHLE, 4),
    Asked("Wem gehören die Daten, die Sensoren im öffentlichen Raum sammeln?", None, None, ZIEMER, 6),
    Asked("Ulm hat mit LoRaWAN früh angefangen. Was würden Sie heute anders machen?", "Jonas Wieland",
          "Stadtwerke Reutlingen", ULM, 5),
    Asked("Gibt es die Software Ihrer Datenplattform als Open Source, und dürfen andere Städte sie nachnutzen?",
          "Dr. Selin Aydın", "Fraunhofer IESE", KAISERSLAUTERN, 7),
    Asked("Wie messen Sie, ob eine Maßnahme das Leben der Menschen verbessert und nicht nur die Verwaltung digitaler "
          "macht?", "Petra Lindholm", "Bürgerbeirat Ulm", None, 3),
    Asked("Was passiert mit den Projekten, wenn die Förderung 2027 ausläuft?", "Thomas Brandt", "Stadt Gera", BOHLE, 6),
    Asked("Warum ein digitaler Zwilling, wenn viele Ämter noch faxen?", None, None, None, 2),
    Asked("Wie gewinnen Sie Fachleute, die in der Wirtschaft das Doppelte verdienen?", "Aylin Kaya", None,
          KAISERSLAUTERN, 2),
    Asked("Welche Rolle spielen Schulen und Volkshochschulen in Ihrer Strategie?", "Ruth Hagedorn", "VHS Pfalz", ULM, 1),
    Asked("Können Sie ein Beispiel nennen, bei dem Bürgerinnen und Bürger ein Projekt wirklich verändert haben?",
          "Karim Haddad", "Uni Freiburg", ZIEMER),
    Asked("Wie barrierefrei ist Ihre Stadt-App, und wer prüft das?", "Sabine Roth", "Behindertenbeirat Bochum"),
    Asked("Wann gibt es WLAN im Rathaus?"),
    Asked("Wie verhindern Sie, dass jede Stadt ihre eigene Plattform baut und am Ende keine mit der anderen spricht?",
          "Henrik Sørensen", "Deutscher Städtetag", ZIEMER),
)  # fmt: skip
OWN = Asked("Wie kommen die Daten der Brückensensoren zu den Menschen, die täglich darüber fahren?", "Lena Vogt",
            "Hansestadt Stralsund", ZIEMER)  # fmt: skip
LATER = "Plant die HafenCity Universität dazu eine offene Vorlesung?"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dark", type=Path, metavar="FOLDER", help="where to put the same on a dark ground")
    dark = parser.parse_args().dark
    executable = chromium()
    if executable is None:
        raise SystemExit("Chromium is missing: `scripts/setup chromium` installs it.")
    with demo() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        room = Room(server, ROOM)
        with ExitStack() as everybody:
            audience = [everybody.enter_context(room.attendee()) for _ in range(AUDIENCE)]
            take(browser, room, audience, {"light": FOLDER} | ({"dark": dark} if dark else {}))
        browser.close()


@contextmanager
def demo() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), command="demo")
        server.start()
        try:
            yield server
        finally:
            server.stop()


def take(browser: Browser, room: Room, audience: Sequence[Person], folders: dict[str, Path]) -> None:
    """Bring the room into the middle of its event, and picture every page on every ground."""
    links = room.server.links()

    def look(address: str, viewport: dict[str, int], **options: object) -> Page:
        page = browser.new_context(locale="de-DE", viewport=viewport, device_scale_factor=2, **options).new_page()
        page.goto(address)
        return page

    asker = look(links["attend"], WIDE)
    hold_event(room, audience, asker)
    shots: list[tuple[str, Page, Callable[[Page], None]]] = [
        ("attend", asker, ready_to_watch),
        ("attend-phone", look(links["attend"], PHONE, has_touch=True, is_mobile=True), ready_to_watch),
        ("moderate", look(links["moderate"], WIDE), ready_to_moderate),
        ("moderate-phone", look(links["moderate"], PHONE, has_touch=True, is_mobile=True), ready_to_moderate),
        ("host", look(links["host"], WIDE), ready_to_direct),
        ("prompt", look(links["prompt"][ZIEMER], WIDE), ready_to_speak),
        ("studio", look(links["studio"], WIDE, permissions=["camera", "microphone"]), ready_to_publish),
    ]
    for name, page, ready in shots:
        ready(page)
        for ground, folder in folders.items():
            page.emulate_media(color_scheme=ground, reduced_motion="reduce")
            picture(page, folder / f"{name}.png")


def hold_event(room: Room, audience: Sequence[Person], asker: Page) -> None:
    """A good half hour: thirteen questions, votes, answers, one decline, queues, and one on air."""
    for person, question in zip(audience, QUESTIONS, strict=False):
        said = {"name": question.name, "affiliation": question.affiliation, "addressee": question.addressee}
        person.do("ask", text=question.text, language="de", **said)
    ask(asker, OWN.text, OWN)
    own = len(QUESTIONS) + 1
    with room.moderator() as moderator:
        for number in (*range(1, 10), own):
            moderator.do("approve", question=number)
        vote(audience)
        moderator.do("decline", question=12, reason="off_topic", note="Das Rathaus hat WLAN, Netz „Stadt-offen“.")
        for number, queue in ((2, ZIEMER), (own, ZIEMER), (1, BOHLE), (3, ULM), (4, KAISERSLAUTERN), (6, BOHLE)):
            moderator.do("enqueue", question=number, queue=queue)
        moderator.do("air", question=1, instead=None)
        moderator.do("air", question=3, instead=1)
        moderator.do("air", question=2, instead=3)
    ask(asker, LATER, OWN)


def ask(page: Page, text: str, asked: Asked) -> None:
    page.get_by_label("Was möchten Sie wissen?").fill(text)
    page.get_by_label("An wen richtet sich die Frage?").select_option(asked.addressee)
    if asked.name and not page.get_by_label("Name", exact=True).is_visible():
        page.get_by_text("Name und Institution nennen").click()
        page.get_by_label("Name", exact=True).fill(asked.name)
        page.get_by_label("Stadt, Institution oder Unternehmen").fill(asked.affiliation or "")
    page.get_by_role("button", name="Frage senden").click()
    expect(page.get_by_role("region", name="Meine Fragen")).to_contain_text(text)


def vote(audience: Sequence[Person]) -> None:
    for number, question in enumerate(QUESTIONS, 1):
        for person in audience[: question.votes]:
            person.do("vote", question=number, support=True)


def ready_to_watch(page: Page) -> None:
    watch(page, frames=30)
    page.evaluate("() => scrollTo(0, 0)")
    page.mouse.move(0, 0)


def ready_to_moderate(page: Page) -> None:
    expect(page.get_by_text("Bürgerinnen und Bürger").first).to_be_visible()


def ready_to_direct(page: Page) -> None:
    page.get_by_role("button", name="Sitzung: 45 min").click()
    page.get_by_role("checkbox", name="Prof. Dr. Ziemer").check()
    page.get_by_role("button", name="Bitte kürzer").click()
    expect(page.get_by_text("gezeigt")).to_be_visible()
    page.get_by_role("checkbox", name="Alle").check()


def ready_to_speak(page: Page) -> None:
    expect(page.get_by_text(QUESTIONS[1].text, exact=True)).to_be_visible()


def ready_to_publish(page: Page) -> None:
    page.get_by_role("button", name="Kamera einschalten").click()
    page.get_by_role("button", name="Auf Sendung gehen").click()
    expect(page.get_by_text("Live seit")).to_be_visible(timeout=15_000)
    watch(page, frames=120)


def picture(page: Page, path: Path) -> None:
    """Write what is in sight, in few colours: a README loads all of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    with Image.open(path) as taken:
        scaled = taken.convert("RGB")
        if scaled.width > WIDE["width"]:
            scaled = scaled.resize((WIDE["width"], WIDE["height"]), Image.Resampling.LANCZOS)
        scaled.quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
