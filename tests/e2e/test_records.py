"""Moderators take the records of a room home from their page."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import Room

Open = Callable[..., Page]


def taken(page: Page, version: str, file: str) -> Path:
    """What the browser saved after a press on this line of the menu."""
    with page.expect_download() as download:
        page.get_by_role("region", name=version).get_by_role("button", name=file).click()
    return Path(download.value.path())


def test_a_moderator_takes_minutes_questions_and_decisions_home(room: Room, open_page: Open) -> None:
    room.fill()
    page = open_page(room.moderate)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Protokoll").click()
    expect(page.get_by_text("8 gestellt, 5 gezeigt")).to_be_visible()
    minutes = taken(page, "Öffentliche Fassung", "Protokoll zum Drucken").read_text(encoding="utf-8")
    assert "Digitales Podium: Fragenprotokoll" in minutes
    assert "Womit?" not in minutes, "a declined question is nobody's business"
    questions = taken(page, "Vollständig, vertraulich", "Fragen als Tabelle").read_text(encoding="utf-8-sig")
    assert len(list(csv.DictReader(questions.splitlines()))) == 8
    decisions = taken(page, "Vollständig, vertraulich", "Entscheidungen als Tabelle").read_text(encoding="utf-8-sig")
    assert "QuestionDeclined" in decisions
    assert len([url for url in asked if "/export/" in url]) == 3
    assert not [url for url in asked if "eyJ" in url], "no token in an address"


@pytest.mark.parametrize("width", [360, 1440])
def test_the_menu_is_accessible_and_fits(room: Room, open_page: Open, width: int) -> None:
    page = open_page(room.moderate, viewport={"width": width, "height": 740}, reduced_motion="reduce")
    if width < 1000:
        page.get_by_role("button", name="Menü").click()
    page.get_by_role("button", name="Protokoll").click()
    expect(page.get_by_role("region", name="Öffentliche Fassung")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
