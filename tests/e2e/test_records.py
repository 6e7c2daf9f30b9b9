"""Moderators take the records of a room home from their page."""

import csv
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import Room

Open = Callable[..., Page]


def taken(page: Page, version: str, file: str) -> Path:
    """What the browser saved after a press on this line of the menu."""
    with page.expect_download() as download:
        page.get_by_role("region", name=version).get_by_role("button", name=file).click()
    return Path(download.value.path())


def test_a_moderator_takes_minutes_questions_and_decisions_home_also_on_a_phone(room: Room, open_page: Open) -> None:
    room.fill()
    page = open_page(room.moderate, reduced_motion="reduce")
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
    assert accessible_and_fits(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    page.get_by_role("button", name="Menü").click()
    page.get_by_role("button", name="Protokoll").click()
    expect(page.get_by_role("region", name="Öffentliche Fassung")).to_be_visible()
    assert accessible_and_fits(page)


def accessible_and_fits(page: Page) -> bool:
    assert faults(page) == []
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fits
