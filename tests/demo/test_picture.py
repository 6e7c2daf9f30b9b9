"""The demo's picture is a publisher in a process of its own."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from podium.demo import picture
from podium.demo.picture import test_card as card
from podium.programme import read_programme
from podium.serving import PROGRAMME

ROOM = "digitales-podium"


@pytest.fixture
async def asked():
    """A WHIP endpoint that refuses, and the requests it got."""
    requests: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def refuse(request: web.Request) -> web.Response:
        await request.read()
        requests.put_nowait((request.path, request.headers.get("Authorization", "")))
        return web.Response(status=401)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", refuse)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", requests
    await runner.cleanup()


async def test_it_comes_over_whip_with_a_token_again_when_it_dies_and_ends_with_the_server(asked, monkeypatch):
    monkeypatch.setattr(picture, "FIRST_PAUSE", 0.01)
    address, requests = asked
    described = read_programme(PROGRAMME)[ROOM]
    async with card(address, ROOM, described, "the-token") as standby:
        assert await requests.get() == (f"/whip/{ROOM}/programme", "Bearer the-token")
        first = standby.process
        assert b"the-token" not in Path(f"/proc/{first.pid}/cmdline").read_bytes(), "every user can list processes"
        first.kill()
        while (last := standby.process) is first:  # one that asks again has asked a second time by now, perhaps
            assert await requests.get() == (f"/whip/{ROOM}/programme", "Bearer the-token")
    assert last.returncode is not None


async def test_one_that_cannot_live_starts_ever_more_rarely(monkeypatch, caplog):
    lives = asyncio.Queue()

    async def brief(standby: picture.Standby) -> int:
        lives.put_nowait(standby)
        return 1

    monkeypatch.setattr(picture.Standby, "_publish", brief)
    monkeypatch.setattr(picture, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(picture, "LONGEST_PAUSE", 0.04)
    keeping = asyncio.create_task(picture.Standby((), "the-token").keep())
    for _ in range(5):
        await lives.get()
    keeping.cancel()
    assert [record.pause_seconds for record in caplog.records][:4] == [0.01, 0.02, 0.04, 0.04]
