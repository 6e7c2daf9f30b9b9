"""The common half of WHIP and WHEP, before a relay that writes down what it is asked."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from yarl import URL

from podium.edge.access import Action, Denied, Granted
from podium.edge.media import MediaEndpoint, Terms
from podium.edge.resource import BODY_SECONDS, MAX_BODY_BYTES
from podium.edge.tenure import Tenure
from podium.relay.control import Opened, Refused, Restarted, Role
from tests.live import fact

SDP = {"Content-Type": "application/sdp"}


@dataclass
class Notebook:
    """Keeps every request; refuses when told to."""

    asked: list[tuple[object, ...]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    refused: Refused | None = None

    def note(self, *request: object) -> None:
        self.asked.append(request)
        if self.refused is not None:
            raise self.refused

    async def open(self, role: Role, feed: str, offer: str, address: str, *, standby: bool) -> Opened:
        self.note("open", role, feed, offer, address, standby)
        return Opened(1, "session", '"tag"', "the answer")

    async def patch(
        self, role: Role, feed: str, session: str, condition: str | None, fragment: str
    ) -> Restarted | None:
        self.note("patch", role, feed, session, condition, fragment)
        return None

    async def close(self, role: Role, feed: str, session: str) -> None:
        self.note("close", role, feed, session)

    async def find(self, role: Role, feed: str, session: str) -> None:
        self.note("find", role, feed, session)

    def authorise(self, token: str | None, room: str, feed: str, action: Action) -> Granted | Denied:
        self.tokens.append(token)
        return Granted(standby=token == "card")


@dataclass
class Desk:
    relay: Notebook
    http: ClientSession
    url: str
    runner: web.AppRunner


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    relay = Notebook()
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app[BODY_SECONDS] = 0.5
    tenure = Tenure(relay, relay.authorise)
    app.add_routes(MediaEndpoint(relay, relay.authorise, Role.PUBLISH, tenure, Terms()).routes("/whip"))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as http:
        yield Desk(relay, http, f"http://127.0.0.1:{runner.addresses[0][1]}/whip/room/feed", runner)
    await runner.cleanup()


async def test_relay_is_asked_with_what_came_in(desk: Desk) -> None:
    response = await desk.http.post(desk.url, data="an offer", headers={**SDP, "Authorization": "bearer card"})
    assert (response.status, await response.text()) == (201, "the answer")
    assert response.headers["Location"] == "/whip/room/feed/session"
    assert response.headers["ETag"] == '"tag"'
    assert desk.relay.asked == [("open", Role.PUBLISH, "room/feed", "an offer", "127.0.0.1", True)]


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer abc", "abc"), ("bearer abc", "abc"), ("Bearer", None), ("Bearer  ", None), ("Basic abc", None)],
)
async def test_bearer_token(desk: Desk, header: str, token: str | None) -> None:
    await desk.http.post(desk.url, data="an offer", headers={**SDP, "Authorization": header})
    assert desk.relay.tokens == [token]


async def test_refusal_of_the_relay_is_its_status_and_patience(desk: Desk) -> None:
    desk.relay.refused = Refused("relay_busy", "too many", 2)
    response = await desk.http.post(desk.url, data="an offer", headers=SDP)
    assert (response.status, response.headers["Retry-After"]) == (503, "2")
    desk.relay.refused = Refused("session_unknown", "ended")
    response = await desk.http.delete(desk.url + "/session")
    assert response.status == 404
    assert "Retry-After" not in response.headers
    assert response.headers["Access-Control-Allow-Origin"] == "*"


async def test_body_without_a_length_is_bounded_too(desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1024 + 1):
            yield b"a" * 1024

    response = await desk.http.post(desk.url, data=endless(), headers=SDP)
    assert response.status == 413
    assert desk.relay.asked == []


async def test_body_that_never_ends_is_not_waited_for(desk: Desk) -> None:
    asked = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield b"v=0"
        await asked.wait()

    response = await desk.http.post(desk.url, data=stalled(), headers=SDP)
    asked.set()
    assert (response.status, (await response.json(content_type=None))["code"]) == (408, "body_too_slow")
    assert desk.relay.asked == []


async def test_body_that_is_not_in_its_encoding_is_malformed(desk: Desk) -> None:
    response = await desk.http.post(desk.url, data=b"v=0\r\n", headers={**SDP, "Content-Encoding": "gzip"})
    assert (response.status, (await response.json(content_type=None))["code"]) == (400, "sdp_malformed")
    assert desk.relay.asked == []


async def test_client_that_is_gone_before_its_body_is_complete_is_no_accident(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    url = URL(desk.url)
    _, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {url.path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/sdp\r\n".encode())
    writer.write(b"Content-Length: 9\r\n\r\nv=0")
    await fact(lambda: bool(desk.relay.tokens))
    writer.close()
    await writer.wait_closed()
    await fact(lambda: not desk.runner.server.connections)
    assert caplog.messages == []


@pytest.mark.parametrize("path", ["/", "/a%2Fb", "/has space", "/" + "x" * 65])
async def test_other_names_of_sessions_are_nowhere(desk: Desk, path: str) -> None:
    assert (await desk.http.delete(desk.url + path)).status == 404
    assert desk.relay.asked == []
