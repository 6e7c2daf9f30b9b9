"""A request to a session of another node is answered by that node, or refused when it is gone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientPayloadError, ClientResponse, ClientSession, web
from aiohttp.test_utils import TestServer

from podium.edge.neighbours import forwarding
from podium.tokens import Tokens
from podium.whereabouts import Whereabouts
from tests.clock import SettableClock

SEAL = Tokens(bytes(32), SettableClock()).seal


async def nothing(_request: web.Request) -> web.Response:
    return web.Response(status=404)


@asynccontextmanager
async def asked(there: web.Application, away: bool = False) -> AsyncIterator[ClientResponse]:
    """What a node that stands in front says of a session of the other one."""
    async with TestServer(there) as other, ClientSession() as http:
        url = str(other.make_url("")).rstrip("/")
        here, far = (Whereabouts(node, url, SettableClock(), SEAL) for node in ("aaaa", "bbbb"))
        here.hear(far.message(), 0.0)
        if away:
            await other.close()
        application = web.Application(middlewares=[forwarding(here, http)])
        application.add_routes([web.get("/whep/{session}", nothing)])
        async with TestServer(application) as front, http.get(front.make_url("/whep/bbbb0-xyz")) as answer:
            yield answer


async def test_a_node_that_ends_in_the_middle_of_an_answer_ends_it_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await answer.prepare(request)
        await answer.write(b": here\n\n")
        assert request.transport is not None
        request.transport.close()
        return answer

    there = web.Application()
    there.add_routes([web.get("/whep/{session}", cut)])
    async with asked(there) as answer:
        assert (answer.status, answer.headers["X-Accel-Buffering"]) == (200, "no")
        try:
            said = await answer.read()
        except ClientPayloadError:
            said = b": here\n\n"
    assert said == b": here\n\n"
    assert [record.getMessage() for record in caplog.records] == []


async def test_a_node_that_is_gone_is_said_to_be_away() -> None:
    async with asked(web.Application(), away=True) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert (await answer.json())["code"] == "relay_unavailable"
