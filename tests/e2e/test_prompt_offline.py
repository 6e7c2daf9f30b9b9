"""The speaker's screen when the network fails: it goes on, says so, comes back, and keeps no secret."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from podium.__main__ import main
from podium.clock import SystemClock
from podium.tokens import Tokens, secret_in
from tests.e2e.axe import faults
from tests.e2e.rooms import SPEAKER, House
from tests.e2e.stage import SHORT, give_speech, put_on_air, touch

Open = Callable[..., Page]

STILL = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 720}}
PERSON = "Miriam Falk"

# A clock that the test winds replaces the browser's list of what it loaded by an empty one.
REAL_PERFORMANCE = "globalThis.real = performance;"
REAL_LIST = "performance.getEntriesByType = (kind) => globalThis.real.getEntriesByType(kind);"

# Waits until the service worker keeps the page itself, its script, a font and parts that are loaded when wanted.
KEPT = """async (page) => {
  const wanted = [page, "/dialogs-", "/controls-", "/script-", "700-normal"];
  for (const late = performance.now() + 20_000; performance.now() < late; ) {
    const paths = [];
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
    if (wanted.every((part) => paths.some((path) => path.includes(part)))) return;
    await new Promise(requestAnimationFrame);
  }
  throw new Error("never kept");
}"""
EVERYTHING_KEPT = """async () => {
  const texts = [JSON.stringify({ ...localStorage })];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      texts.push(request.url);
      if (!request.url.includes("/assets/")) texts.push(await (await cache.match(request)).text());
    }
  }
  return texts.join();
}"""
READ = "() => document.querySelector('.script-window').scrollTop"


def seconds(text: str) -> int:
    """Of a clock that shows minutes and seconds."""
    minutes, rest = text.split(":")
    return int(minutes) * 60 + int(rest)


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A server to kill."""
    started = House(tmp_path, rooms=1)
    started.server.start()
    yield started
    started.server.stop()


def test_a_minute_without_network_and_a_reload_keep_question_script_place_and_clock_and_no_token(
    own_house: House, open_page: Open
) -> None:
    room, server = own_house.room(), own_house.server
    with room.directed() as host:
        put_on_air(room, host, SHORT, "Und danach?")
        give_speech(host)
        host.do("startclock", clock=SPEAKER, duration=600_000)
    address = room.prompter(SPEAKER, "?mode=script")
    token = address.partition("#")[2]
    page = open_page("about:blank", **STILL)
    page.add_init_script(REAL_PERFORMANCE)
    page.clock.install()
    page.add_init_script(REAL_LIST)
    page.goto(address)
    expect(page.locator(".script-text")).to_contain_text("Guten Tag")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    read = page.evaluate(READ)
    page.evaluate(KEPT, f"/prompt/{room.identifier}/{SPEAKER}")
    clock = page.locator(".clock-own .clock-time")
    before = seconds(clock.inner_text())

    server.kill()
    page.context.set_offline(True)
    lost = page.get_by_text("Verbindung fehlt")
    expect(lost).to_have_count(0)
    page.clock.run_for(8_000)
    expect(lost).to_be_visible()
    page.clock.run_for(52_000)
    expect(page.locator(".fitted-text")).to_have_text(SHORT)
    assert before - 75 < seconds(clock.inner_text()) <= before - 60
    assert faults(page) == []

    page.reload()
    expect(page.locator(".fitted-text")).to_have_text(SHORT)
    expect(page.locator(".script-text")).to_contain_text("Guten Tag")
    assert abs(page.evaluate(READ) - read) < 2
    assert before - 100 < seconds(clock.inner_text()) <= before - 60
    page.clock.run_for(6_000)
    expect(lost).to_be_visible()
    # what nobody had opened before works, too
    touch(page)
    page.get_by_role("button", name="Einstellungen").click()
    expect(page.get_by_role("dialog", name="Einstellungen")).to_be_visible()
    page.keyboard.press("Escape")

    server.start()
    page.context.set_offline(False)
    with room.directed() as host:
        host.do("air", question=2, instead=1)
        page.clock.run_for(20_000)
        expect(page.locator(".fitted-text")).to_have_text("Und danach?")
        expect(lost).to_have_count(0)

    page.clock.run_for(1_000)
    kept = page.evaluate(EVERYTHING_KEPT)
    assert PERSON in kept
    assert token not in kept
    assert token.rpartition(".")[2] not in kept
    link = Tokens(secret_in(server.folder), SystemClock()).read_link(token)
    with ThreadPoolExecutor() as pool:
        # the loop of this thread belongs to the browser
        pool.submit(main, ["invite", "--data", str(server.folder), "--revoke", link.id]).result()
    ended = page.get_by_text(re.compile("Link"))
    expect(ended).to_be_visible(timeout=10_000)
    assert PERSON not in page.evaluate(EVERYTHING_KEPT)
    page.reload()
    expect(ended).to_be_visible()
    assert PERSON not in page.content()
