"""What staff see of a room's feeds."""

from dataclasses import replace

import pytest
from aiohttp import ClientSession, web

from moderation.policy import Role
from moderation.room import Room
from podium.edge.authority import Authority
from podium.edge.feeds import Feeds
from podium.relay.control import FeedLive, Measured, Viewers
from podium.relay.reports import Reports
from podium.tokens import Link, Tokens
from tests.clock import SettableClock
from tests.relay.test_report import AUDIO, VIDEO, WELL

ROOM = "digitales-podium"
TOKENS = Tokens(bytes(32), SettableClock())


def token(role: Role, room: str = ROOM) -> str:
    return TOKENS.sign_link(Link(room, role, "ulm" if role is Role.SPEAKER else None, 2_000_000_000, "t1"))


async def asked(reports: Reports, bearer: str | None, room: str = ROOM) -> tuple[int, dict[str, object]]:
    rooms = {ROOM: Room(feeds=("programme", "sign-language"))}
    app = web.Application()
    app.add_routes(Feeds(Authority(TOKENS, rooms.get).produced, reports).routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/rooms/{room}/feeds"
    headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
    async with ClientSession() as http, http.get(url, headers=headers) as response:
        found = response.status, await response.json(content_type=None)
    await runner.cleanup()
    return found


@pytest.mark.parametrize(
    ("bearer", "room", "status", "code"),
    [
        (token(Role.STUDIO), ROOM, 200, None),
        (token(Role.MODERATOR), ROOM, 200, None),
        (token(Role.HOST), ROOM, 200, None),
        (token(Role.SPEAKER), ROOM, 403, "token_insufficient"),
        (token(Role.STUDIO, "other"), ROOM, 401, "token_invalid"),
        ("garbage", ROOM, 401, "token_invalid"),
        (None, ROOM, 401, "token_missing"),
        (token(Role.STUDIO), "nowhere", 404, "room_unknown"),
    ],
)
async def test_staff_of_the_room_may_see_its_feeds(bearer, room, status, code):
    found, body = await asked(Reports(), bearer, room)
    assert (found, body.get("code")) == (status, code)


async def test_every_feed_of_the_room_is_listed():
    reports = Reports()
    feed = f"{ROOM}/programme"
    silent = replace(WELL, video=replace(VIDEO, profile="High"), audio=replace(AUDIO, windows=(-20.0, -20.0)))
    for event in (FeedLive(feed, ()), Viewers(feed, 12), Measured(feed, silent), FeedLive("other/programme", ())):
        reports.take(event)
    _, body = await asked(reports, token(Role.STUDIO))
    programme, signs = body["feeds"]
    assert (programme["name"], programme["live"], programme["viewers"], programme["speaking"]) == (
        "programme",
        True,
        12,
        True,
    )
    assert (programme["live_seconds"], programme["round_trip"]) == (60.0, 0.03)
    assert (programme["video"]["width"], programme["video"]["profile"]) == (1280, "High")
    assert (programme["audio"]["level"], programme["audio"]["codec"]) == (-25.0, "opus")
    assert programme["warnings"] == [{"code": "profile_mismatch", "value": "High"}]
    assert signs == {"name": "sign-language", "live": False, "viewers": 0, "speaking": False, "warnings": []}
