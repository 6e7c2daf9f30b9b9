"""What every resource of WHIP and WHEP does with a method, a body and a refusal."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web

from podium.edge.floods import Floods
from podium.edge.resource import MAX_BODY_BYTES, Answered, body_of, dispatch, expect, feed_of, in_time
from podium.relay.control import Refused

FLOODS = Floods(lambda: 0, 1, 1)


async def _echo(request: web.Request) -> web.Response:
    expect(request, "text/plain", {"Accept": "text/plain"})
    return web.Response(text=f"{feed_of(request)}: {await body_of(request, 'sdp_malformed')}")


async def _refuse(_request: web.Request) -> web.Response:
    raise Refused("feed_not_live", "nobody is there", 2)


async def _hurry(request: web.Request) -> web.Response:
    in_time(FLOODS, request.path)
    raise Answered(web.Response(status=204))


@pytest_asyncio.fixture
async def url() -> AsyncIterator[str]:
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    handlers = {"POST": _echo, "GET": _refuse, "DELETE": _hurry}
    app.add_routes([web.route("*", "/{room}/{feed}", dispatch(handlers))])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hall/programme"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("method", "body", "content_type", "status", "text"),
    [
        ("POST", b"hello", "text/plain", 200, "hall/programme: hello"),
        ("POST", b"hello", "TEXT/plain; charset=utf-8", 200, "hall/programme: hello"),
        ("POST", b"hello", "text/html", 415, "media_type_unsupported"),
        ("POST", b"\xff", "text/plain", 400, "sdp_malformed"),
        ("POST", bytes(MAX_BODY_BYTES + 1), "text/plain", 413, "body_too_large"),
        ("PUT", b"", "text/plain", 405, "this resource takes POST, GET, DELETE"),
        ("GET", b"", "text/plain", 409, "feed_not_live"),
    ],
)
async def test_answers(url: str, method: str, body: bytes, content_type: str, status: int, text: str) -> None:
    async with (
        ClientSession() as http,
        http.request(method, url, data=body, headers={"Content-Type": content_type}) as response,
    ):
        assert response.status == status
        assert text in await response.text()
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert (response.headers.get("Retry-After") == "2") is (method == "GET")


async def test_one_too_many_is_told_when_to_come_again(url: str) -> None:
    async with ClientSession() as http:
        statuses = []
        for _ in range(2):
            async with http.delete(url) as response:
                statuses.append((response.status, response.headers.get("Retry-After")))
    assert statuses == [(204, None), (429, "1")]
