"""Browsers and servers for the end-to-end tests."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.rooms import House, Room
from tests.e2e.server import Server

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# Facts come when they come, also on a machine that has much else to do.
expect.set_options(timeout=10_000)


def chromium() -> str | None:
    """Where Chromium is: best without the windows of its own, which cost three times the work of the pages in them."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium()
    assert executable, "Chromium is missing: `make test` installs it as root, else install the package `chromium`"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address as one more person: a browser context of its own; whatever it logs as an error is a failure."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(address: str, **options: object) -> Page:
        context = browser.new_context(**{"locale": "de-DE", "viewport": {"width": 1440, "height": 900}} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server for all tests of a process."""
    started = House(tmp_path_factory.mktemp("house"))
    started.server.start()
    yield started
    started.server.stop()


@pytest.fixture
def room(house: House) -> Room:
    """A room of its own for each test."""
    return house.room()
