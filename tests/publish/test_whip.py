"""The requests of a WHIP client, and what it makes of the answers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web

from podium.publish.whip import WhipClient, WhipError
from tests.publish.endpoint import WhipEndpoint


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def answering(status: int, body: str = "", **headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(status=status, text=body, headers=named)


async def refusal(http: aiohttp.ClientSession, *answers: web.Response, token: str | None = None) -> WhipError:
    """What `create` raises when the server gives these answers."""
    given = iter(answers)

    async def answer(request: web.Request) -> web.Response:
        return next(given)

    async with WhipEndpoint() as endpoint:
        endpoint.answers = [answer] * len(answers)
        with pytest.raises(WhipError) as raised:
            await WhipClient(http, endpoint.url, token).create("v=0\r\n")
    return raised.value


@pytest.mark.parametrize(
    ("status", "words", "final"),
    [
        (400, "did not understand the offer", True),
        (401, "token is missing, wrong or expired", True),
        (403, "does not allow to publish here", True),
        (404, "no such room or feed", True),
        (409, "somebody else is publishing here", False),
        (415, "no WHIP address", True),
        (422, "cannot take this kind of media", True),
        (503, "the server is busy", False),
    ],
)
async def test_each_refusal_is_a_sentence(http: aiohttp.ClientSession, status: int, words: str, final: bool) -> None:
    error = await refusal(http, answering(status))
    assert words in str(error)
    assert f"({status})" in str(error)
    assert (error.status, error.final) == (status, final)


async def test_a_problem_document_speaks_for_itself(http: aiohttp.ClientSession) -> None:
    error = await refusal(http, answering(422, '{"title": "Unprocessable", "detail": "Two video tracks."}'))
    assert str(error).endswith("refuses (422): Two video tracks.")


async def test_retry_after_in_seconds_or_as_a_date(http: aiohttp.ClientSession) -> None:
    assert (await refusal(http, answering(503, Retry_After="7"))).retry_after == 7
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    wait = (await refusal(http, answering(503, Retry_After=soon))).retry_after
    assert wait is not None
    assert 50 < wait <= 60
    assert (await refusal(http, answering(503, Retry_After="soon"))).retry_after is None


async def test_redirects_in_circles_end(http: aiohttp.ClientSession) -> None:
    error = await refusal(http, *[answering(307, Location="/whip") for _ in range(6)])
    assert "in circles" in str(error)
    assert error.final


async def test_other_redirects_are_not_followed(http: aiohttp.ClientSession) -> None:
    assert (await refusal(http, answering(302, Location="/whip"))).final


async def test_an_answer_that_is_no_session_is_refused(http: aiohttp.ClientSession) -> None:
    assert "does not answer like a WHIP server" in str(await refusal(http, answering(201, "hello", Location="/x")))
    assert "does not answer like a WHIP server" in str(await refusal(http, answering(201, "v=0\r\n")))


async def test_a_server_that_is_not_there_is_tried_again(http: aiohttp.ClientSession) -> None:
    async with WhipEndpoint() as endpoint:
        gone = endpoint.url
    with pytest.raises(WhipError, match="cannot be reached: connection refused") as raised:
        await WhipClient(http, gone, None).create("v=0\r\n")
    assert not raised.value.final


async def test_ice_servers_come_from_link_headers(http: aiohttp.ClientSession) -> None:
    async with WhipEndpoint() as endpoint:
        endpoint.links = [
            '<stun:[2001:db8::1]:3478>; rel="ice-server", <stun:>; rel="ice-server"',  # of no use to aiortc
            '<stun:stun.example.net>; rel="ice-server"',
            (
                '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="a\\"b"; credential="c, d", '
                '<https://example.net/help>; rel="help"'
            ),
        ]
        stun, turn = await WhipClient(http, endpoint.url, None).ice_servers()
    assert stun.urls == "stun:stun.example.net"
    assert (turn.urls, turn.username, turn.credential) == ("turn:turn.example.net?transport=udp", 'a"b', "c, d")


async def test_whether_a_session_lives(http: aiohttp.ClientSession) -> None:
    async with WhipEndpoint() as endpoint:
        client = WhipClient(http, endpoint.url, None)
        assert await client.alive(f"{endpoint.url}/unknown") is False
        await client.delete(f"{endpoint.url}/unknown")
    assert await client.alive(f"{endpoint.url}/unknown") is None
    await client.delete(f"{endpoint.url}/unknown")
