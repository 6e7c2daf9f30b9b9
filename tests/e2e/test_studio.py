"""What the studio page says of a broadcast, whoever sends it."""

import json
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import Room

FEED = {
    "name": "programme",
    "live": True,
    "viewers": 12,
    "speaking": True,
    "live_seconds": 125,
    "round_trip": 0.032,
    "video": {
        "codec": "H264",
        "width": 1920,
        "height": 1080,
        "profile": "High",
        "level": "4.0",
        "announced": "Constrained Baseline",
        "frame_rate": 29.97,
        "bitrate": 4_500_000,
        "key_frame_interval": 2.0,
        "since_key_frame": 1.2,
        "loss": 0.0,
    },
    "audio": {"codec": "opus", "bitrate": 128_000, "level": None, "loss": 0.0},
    "warnings": [{"code": "b_frames", "value": None}, {"code": "profile_mismatch", "value": "High"}],
}


def test_mp_20_b_frames_and_a_lying_profile_are_told_on_the_studio_page(
    room: Room, open_page: Callable[..., Page]
) -> None:
    def answer(route: Route) -> None:
        assert route.request.headers["authorization"].startswith("Bearer ")
        route.fulfill(status=200, content_type="application/json", body=json.dumps({"feeds": [FEED]}))

    page = open_page(room.studio, reduced_motion="reduce")
    page.route("**/api/rooms/*/feeds", answer)
    card = page.get_by_role("region", name="Sendung")
    expect(card.get_by_text("Der Encoder sendet B-Frames")).to_be_visible()
    expect(card.get_by_text("Stellen Sie B-Frames auf 0.")).to_be_visible()
    expect(card.get_by_text("Der Encoder sendet H.264 High und kündigt etwas anderes an")).to_be_visible()
    for shown in ("Bitte prüfen", "Spricht", "1920 × 1080", "H.264 High 4.0", "4,6 Mbit/s", "32 ms", "02:05"):
        expect(card.get_by_text(shown, exact=True)).to_be_visible()
    expect(card.get_by_text("sagt der Encoder nicht")).to_be_visible()
    assert faults(page) == []
