"""The demo's picture is a publisher in a process of its own."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

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


async def test_it_comes_over_whip_with_a_token_and_ends_with_the_server(asked):
    address, requests = asked
    described = read_programme(PROGRAMME)[ROOM]
    async with card(address, ROOM, described, "the-token") as process:
        assert await requests.get() == (f"/whip/{ROOM}/programme", "Bearer the-token")
        assert b"the-token" not in Path(f"/proc/{process.pid}/cmdline").read_bytes(), "every user can list processes"
    assert process.returncode is not None
