"""`podium demo`: a picture by itself, links for everybody, one Ctrl-C, and everything kept for the next start."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import ImageColor
from playwright.sync_api import Page, expect

from podium.publish import card
from tests.e2e.picture import shows_ground, watch
from tests.e2e.server import Server

pytestmark = pytest.mark.media

Open = Callable[..., Page]

GROUND = ImageColor.getrgb(card.GROUND)
CAMERA_GROUND = (0, 170, 0)
"""Chromium's fake camera is green."""
PANEL = 4
"""People on the panel of the demo's first room."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("demo"), command="demo")
    started.start()
    yield started
    started.stop()


def page_links(links: dict[str, Any]) -> list[str]:
    return [links["attend"], links["moderate"], links["host"], links["studio"], *links["prompt"].values()]


def test_the_shipped_picture_moves_on_the_attend_page(demo: Server, open_page: Open) -> None:
    page = open_page(demo.links()["attend"])
    watched = watch(page)
    assert (watched.width, watched.height) == (1280, 720)
    assert watched.pictures > 20
    assert shows_ground(page, GROUND)


def test_sound_comes_with_a_click(demo: Server, open_page: Open) -> None:
    page = open_page(demo.links()["attend"])
    video = page.locator("video")
    sound = page.get_by_role("button", name="Ton einschalten").first
    sound.click()
    expect(page.get_by_role("button", name="Ton ausschalten")).to_be_visible()
    expect(video).to_have_js_property("muted", False)
    loudest = video.evaluate("""async (element) => {
      const context = new AudioContext();
      const analyser = new AnalyserNode(context);
      context.createMediaStreamSource(element.srcObject).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      for (const late = performance.now() + 10_000; performance.now() < late; ) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        analyser.getFloatTimeDomainData(samples);
        const peak = Math.max(...samples.map(Math.abs));
        if (peak > 0.01) return peak;
      }
      return 0;
    }""")
    assert loudest > 0.01


def test_every_link_opens_the_page_it_names(demo: Server, open_page: Open) -> None:
    links = demo.links()
    assert set(links) == {"attend", "moderate", "host", "studio", "prompt", "whip", "whep", "rooms"}
    assert len(links["prompt"]) == PANEL + 1, "one for the whole stage"
    page = open_page("about:blank")
    for room in links["rooms"].values():
        for name, said in (
            ("attend", "Frage senden"),
            ("moderate", "Eingang"),
            ("host", "Als Nächstes"),
            ("studio", "Kamera einschalten"),
        ):
            page.goto(room[name])
            expect(page.get_by_text(said).first).to_be_visible()
        for address in room["prompt"].values():
            page.goto(address)
            expect(page.get_by_text("Noch keine Frage für Sie")).to_be_visible()
        for endpoint in (room["whip"], room["whep"]):
            assert endpoint["url"].startswith(demo.base)
            assert endpoint["token"]


def test_a_camera_takes_over_from_the_test_card_which_comes_back_by_itself(demo: Server, open_page: Open) -> None:
    links = demo.links()
    attendee = open_page(links["attend"])
    assert shows_ground(attendee, GROUND)
    studio = open_page(links["studio"], permissions=["camera", "microphone"])
    expect(studio.get_by_text("Auf diesem Feed ist gerade ein Bild zu sehen.")).to_be_visible()
    studio.get_by_role("button", name="Kamera einschalten").click()
    studio.get_by_role("button", name="Auf Sendung gehen").click()
    expect(studio.get_by_text("Live seit")).to_be_visible(timeout=15_000)
    assert shows_ground(attendee, CAMERA_GROUND)
    assert watch(attendee).pictures > 20
    studio.get_by_role("button", name="Sendung beenden").click()
    assert shows_ground(attendee, GROUND)
    assert watch(attendee).pictures > 20


def test_one_ctrl_c_ends_everything_and_the_next_start_keeps_questions_and_links(demo: Server, open_page: Open) -> None:
    links = demo.links()
    asker = open_page(links["attend"])
    asker.get_by_label("Was möchten Sie wissen?").fill("Bleibt das hier stehen?")
    asker.get_by_role("button", name="Frage senden").click()
    receipts = asker.get_by_role("region", name="Meine Fragen")
    expect(receipts).to_contain_text("Eingegangen")
    watch(asker, frames=2)
    processes = demo.processes()
    # the web process, the relay and the publisher
    assert len(processes) >= 3

    demo.stop()
    assert demo.living(processes) == []
    demo.start()
    assert demo.links() == links
    watch(asker, frames=20)
    moderator = open_page(links["moderate"])
    expect(moderator.get_by_role("region", name="Eingang")).to_contain_text("Bleibt das hier stehen?")
