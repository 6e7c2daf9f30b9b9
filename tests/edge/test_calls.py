"""One Podium calls another: a feed is pulled from it by WHEP, and pushed to it by WHIP, as to any engine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from podium.edge.calls import Caller, Line
from podium.edge.pushes import Pushes
from podium.engines import Engine
from podium.relay.control import Called, FeedGone, FeedLive, Refused, Role
from podium.tokens import Tokens
from podium.whereabouts import Whereabouts
from tests.clock import SettableClock
from tests.relay.browser import moves, publisher, viewer
from tests.relay.house import House, running_house
from tests.relay.proxy import led_through, running_proxy
from tests.relay.rig import TOKEN, until
from tests.relay.weather import CLEAR, Weather

SDP = {"Content-Type": "application/sdp"}


@asynccontextmanager
async def calling(house: House, line: Line, of: House) -> AsyncIterator[None]:
    """The line is kept up until the block ends, while the feed of the other house is live."""
    async with ClientSession() as http:
        caller = Caller(house.supervisor, http)
        keeping = asyncio.create_task(caller.keep(line, of.live, of.live))
        house.listeners.append(caller.take)
        try:
            yield
        finally:
            house.listeners.remove(caller.take)
            keeping.cancel()
            await asyncio.wait((keeping,))


@asynccontextmanager
async def pushing(house: House, engines: dict[str, Engine]) -> AsyncIterator[None]:
    """The house pushes its feeds to engines until the block ends."""
    async with ClientSession() as http:
        caller, whereabouts = (
            Caller(house.supervisor, http),
            Whereabouts("", "", SettableClock(), Tokens(bytes(32), SettableClock()).seal),
        )
        pushes = Pushes(engines, whereabouts, caller)
        house.listeners += [whereabouts.take, caller.take, pushes.take]
        running = asyncio.create_task(pushes.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait((running,))


async def test_a_feed_is_seen_where_it_is_pulled_to_and_where_it_is_pushed_to() -> None:
    async with running_house() as here, running_house(workers=2) as there, AsyncExitStack() as stack:
        engine = there.another()
        pull = Line(Role.PUBLISH, there.feed, here.whep)
        for what, code in (
            (here.supervisor.call(Role.PLAY, here.feed), "feed_not_live"),
            (here.supervisor.answered("0-unknown", "v=0"), "session_unknown"),
            (
                here.supervisor.answered((await here.supervisor.call(Role.PUBLISH, here.feed)).session, "no"),
                "sdp_malformed",
            ),
        ):
            with pytest.raises(Refused) as refused:
                await what
            assert refused.value.code == code
        await stack.enter_async_context(pushing(here, {here.feed: Engine(engine.whip, TOKEN)}))
        camera = await publisher(here.http, here.whip)
        stack.push_async_callback(camera.close)
        await until(lambda: here.lives() == 1)
        await stack.enter_async_context(calling(there, pull, here))
        await until(lambda: there.lives() == 1 and engine.lives() == 1)
        assert next(event for event in there.events if isinstance(event, FeedLive)).pulled
        assert not next(event for event in engine.events if isinstance(event, FeedLive)).pulled
        for house in (there, engine):
            page = await viewer(house.http, house.whep)
            stack.push_async_callback(page.close)
            await until(lambda page=page: moves(page.frames) and page.sounds > 10)  # type: ignore[misc]
        await camera.delete()
        for house in (there, engine):
            await until(lambda house=house: any(isinstance(event, FeedGone) for event in house.events))  # type: ignore[misc]


class Answers:
    """A relay that takes every call, and notes what it is answered."""

    def __init__(self) -> None:
        self.answer = asyncio.get_running_loop().create_future()

    async def call(self, role: Role, feed: str) -> Called:
        return Called(1, "0-call", "v=0")

    async def answered(self, call: str, answer: str) -> None:
        self.answer.set_result(answer)

    async def close(self, role: Role, feed: str, session: str) -> None:
        return

    async def find(self, role: Role, feed: str, session: str) -> None:
        return


@pytest.mark.parametrize("location", ["http://[no-address", "/session"])
async def test_an_engine_answers_in_pieces_and_points_to_anywhere(location: str) -> None:
    asked = []

    async def take(request: web.Request) -> web.StreamResponse:
        asked.append(request.method)
        answer = web.StreamResponse(status=201, headers={"Location": location})
        await answer.prepare(request)
        for piece in (b"v=0\r\n", b"s=-\r\n"):
            await answer.write(piece)
            for _ in range(50):  # turns of the loop, in which the other side reads it
                await asyncio.sleep(0)
        return answer

    application = web.Application()
    application.add_routes([web.post("/whip", take), web.delete("/session", take)])
    async with TestServer(application) as server, ClientSession() as http, asyncio.timeout(5):
        relay, stays = Answers(), True
        caller = Caller(relay, http)
        line = Line(Role.PLAY, "room/programme", str(server.make_url("/whip")))
        keeping = asyncio.create_task(caller.keep(line, lambda: stays, lambda: stays))
        assert await relay.answer == "v=0\r\ns=-\r\n"
        stays = False
        caller.look(line.feed)
        await keeping
    assert asked == ["POST", "DELETE"][: 1 + location.startswith("/")]


async def test_a_partition_ends_what_is_pulled_and_its_end_brings_it_back() -> None:
    async with running_house() as here, running_house() as there, AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(running_proxy(here.supervisor.port))

        async def ask(request: web.Request) -> web.Response:
            """The other node as it is reached from there: by HTTP, and over a network that may break."""
            async with here.http.post(here.whep, data=await request.read(), headers=SDP) as answer:
                location = answer.headers.get("Location", "")
                text = led_through(await answer.text(), proxy.port)
                return web.Response(status=answer.status, text=text, headers={"Location": location})

        application = web.Application()
        application.add_routes([web.post("/whep", ask)])
        server = await stack.enter_async_context(TestServer(application))
        camera = await publisher(here.http, here.whip)
        stack.push_async_callback(camera.close)
        await until(here.live)
        await stack.enter_async_context(
            calling(there, Line(Role.PUBLISH, there.feed, str(server.make_url("/whep"))), here)
        )
        await until(there.live)
        page = await viewer(there.http, there.whep)
        stack.push_async_callback(page.close)
        await until(lambda: moves(page.frames))
        proxy.change(Weather(loss=1))
        await until(lambda: not there.live())
        seen = len(page.frames)
        proxy.change(CLEAR)
        await until(lambda: moves(page.frames[seen:]))
