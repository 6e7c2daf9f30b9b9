"""What the studio page says of a broadcast, whoever sends it."""

import json
from collections.abc import Callable

import pytest
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


KEEP_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) {
    super(...options);
    window.peers.push(this);
  }
};
"""
SMALL_CAMERA = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) =>
  ask({...wanted, video: {...wanted.video, width: 640, height: 360, frameRate: 15}});
"""
#: The widths of the pictures that come in or go out, the smallest first, once one of them is that wide; rejects after a while.
WIDTHS = """async ([direction, wanted]) => {
  let widths;
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    const peer = window.peers.at(-1);
    const reports = peer ? [...(await peer.getStats()).values()] : [];
    const pictures = reports.filter(({type, kind, frameWidth}) => type === direction && kind === 'video' && frameWidth);
    widths = pictures.map(({frameWidth}) => frameWidth).sort((one, other) => one - other);
    if (widths.at(-1) === wanted) return widths;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`never: ${direction} of ${wanted}, but ${widths}`);
}"""


@pytest.mark.media
def test_a_camera_goes_out_in_sizes_and_each_page_gets_the_one_it_shows(
    room: Room, open_page: Callable[..., Page]
) -> None:
    """A camera so small that this machine encodes and decodes all of it with ease."""

    def opened(address: str, **options: object) -> Page:
        page = open_page("about:blank", **options)
        page.add_init_script(KEEP_PEERS + SMALL_CAMERA)
        page.goto(address)
        return page

    studio = opened(room.studio, permissions=["camera", "microphone"])
    studio.get_by_role("button", name="Kamera einschalten").click()
    studio.get_by_role("button", name="Auf Sendung gehen").click()
    assert studio.evaluate(WIDTHS, ["outbound-rtp", 640]) == [320, 640], "all of the camera, and half of it"
    small, large = opened(room.attend, viewport={"width": 300, "height": 640}), opened(room.attend)
    assert small.evaluate(WIDTHS, ["inbound-rtp", 320])
    assert large.evaluate(WIDTHS, ["inbound-rtp", 640])
    small.set_viewport_size({"width": 1440, "height": 900})
    assert small.evaluate(WIDTHS, ["inbound-rtp", 640])
    assert [page.evaluate("() => window.peers.length") for page in (small, large)] == [1, 1], "in one session each"


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
    expect(card.get_by_text("Stellen Sie B-Frames auf 0; statt SVT-AV1 nehmen Sie H.264.")).to_be_visible()
    expect(card.get_by_text("Der Encoder sendet H.264 High und kündigt etwas anderes an")).to_be_visible()
    for shown in ("Bitte prüfen", "Spricht", "1920 × 1080", "H.264 High 4.0", "4,6 Mbit/s", "32 ms", "02:05"):
        expect(card.get_by_text(shown, exact=True)).to_be_visible()
    expect(card.get_by_text("sagt der Encoder nicht")).to_be_visible()
    assert faults(page) == []
