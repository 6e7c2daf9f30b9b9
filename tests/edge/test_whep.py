"""WHEP row by row, on a feed that is live; what it shares with WHIP is tested there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientResponse

from tests.relay.browser import publisher
from tests.relay.offers import PLAYERS, offer
from tests.relay.rig import ROOM, Rig, running_relay, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SDP = {"Content-Type": "application/sdp"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[Rig]:
    async with running_relay() as relay:
        source = await publisher(relay.http, relay.whip)
        await until(lambda: bool(relay.events))
        yield relay
        await source.close()


async def post(rig: Rig, body: str, **headers: str) -> ClientResponse:
    response = await rig.http.post(rig.whep, data=body, headers={**SDP, **headers})
    await response.read()
    return response


async def problem(response: ClientResponse, status: int, code: str) -> None:
    assert (response.status, (await response.json(content_type=None))["code"]) == (status, code)


@pytest.mark.parametrize("name", PLAYERS)
async def test_we_01_we_14_recvonly_offer_is_answered(rig: Rig, name: str) -> None:
    response = await post(rig, offer(name))
    assert response.status == 201
    assert response.headers["Content-Type"] == "application/sdp"
    answer = await response.text()
    assert answer.count("a=sendonly") == answer.count("\r\nm=") == 2
    assert answer.count("a=rtcp-mux-only") == 2
    assert "a=group:BUNDLE 0 1" in answer


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
async def test_we_02_players_do_not_send(rig: Rig, direction: str) -> None:
    await problem(await post(rig, offer("firefox_play").replace("recvonly", direction)), 422, "sdp_direction")


async def test_we_03_not_an_offer(rig: Rig) -> None:
    response = await rig.http.post(rig.whep, data=offer("firefox_play"), headers={"Content-Type": "text/plain"})
    await problem(response, 415, "media_type_unsupported")
    await problem(await post(rig, "hello"), 400, "sdp_malformed")


async def test_we_10_nobody_publishes(rig: Rig) -> None:
    url = f"{rig.url}/whep/{ROOM}/sign-language"
    response = await rig.http.post(url, data=offer("firefox_play"), headers=SDP)
    await problem(response, 409, "feed_not_live")
    assert int(response.headers["Retry-After"]) > 0


async def test_we_11_get(rig: Rig) -> None:
    assert (await rig.http.get(rig.whep)).status == 204


async def test_we_12_head(rig: Rig) -> None:
    response = await rig.http.head(rig.whep)
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/sdp"
    assert response.headers["Content-Length"] == "0"


async def test_we_13_options(rig: Rig) -> None:
    response = await rig.http.options(rig.whep)
    assert (response.status, response.headers["Accept-Post"]) == (200, "application/sdp")


async def test_we_15_we_16_session(rig: Rig) -> None:
    response = await post(rig, offer("chromium_play"))
    url, headers = rig.url + response.headers["Location"], {"Content-Type": "application/trickle-ice-sdpfrag"}
    restart = "a=ice-ufrag:another\r\na=ice-pwd:anotherpasswordof22chars\r\n"
    assert (await rig.http.patch(url, data=restart, headers=headers)).status == 428
    assert (await rig.http.patch(url, data=restart, headers={**headers, "If-Match": '"x"'})).status == 412
    assert (await rig.http.patch(url, data=restart, headers={**headers, "If-Match": "*"})).status == 200
    assert (await rig.http.delete(url, headers={"If-Match": '"x"'})).status == 200
    assert (await rig.http.get(url)).status == 404


async def test_mp_19_player_without_the_codec_of_the_feed(rig: Rig) -> None:
    text = offer("firefox_play").replace("VP8/90000", "VP7/90000")
    await problem(await post(rig, text), 422, "codec_mismatch")


async def test_watching_takes_no_token_but_a_wrong_one_is_told(rig: Rig) -> None:
    assert (await post(rig, offer("chromium_play"), Authorization="Bearer guest")).status == 201
    await problem(await post(rig, offer("chromium_play"), Authorization="Bearer nonsense"), 401, "token_invalid")
