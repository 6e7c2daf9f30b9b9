"""WHIP row by row: identifiers WI- and WS- are those of the checklist (RFC 9725), named in docs/PROTOCOL.md."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientResponse

from podium.edge.resource import MAX_BODY_BYTES
from tests.relay.offers import PUBLISHERS, offer
from tests.relay.rig import ROOM, STANDBY_TOKEN, TOKEN, Rig, running_relay

pytestmark = pytest.mark.asyncio(loop_scope="module")

SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TRICKLE = "a=ice-ufrag:nxcM\r\na=ice-pwd:ezjAjgSSLLvbRhUA1zc6Se\r\na=end-of-candidates\r\n"
RESTART = "a=ice-ufrag:another\r\na=ice-pwd:anotherpasswordof22chars\r\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[Rig]:
    async with running_relay() as relay:
        yield relay


async def post(rig: Rig, body: str | bytes, **headers: str) -> ClientResponse:
    sent = {**SDP, **BEARER, **{name.replace("_", "-"): value for name, value in headers.items()}}
    response = await rig.http.post(rig.whip, data=body, headers={k: v for k, v in sent.items() if v})
    await response.read()
    return response


class Opened:
    """A session that was created by POST and never connects."""

    def __init__(self, rig: Rig, response: ClientResponse) -> None:
        self.rig = rig
        self.url = rig.url + response.headers["Location"]
        self.etag = response.headers["ETag"]

    async def patch(self, body: str, condition: str | None, headers: dict[str, str] = FRAGMENT) -> ClientResponse:
        match = {} if condition is None else {"If-Match": condition}
        response = await self.rig.http.patch(self.url, data=body, headers={**BEARER, **headers, **match})
        await response.read()
        return response


@pytest_asyncio.fixture(loop_scope="module")
async def opened(rig: Rig) -> Opened:
    return Opened(rig, await post(rig, offer("obs")))


async def problem(response: ClientResponse, status: int, code: str) -> None:
    """WI-22: the status, with a problem body that carries the code."""
    assert response.status == status
    assert response.content_type == "application/problem+json"
    body = await response.json(content_type=None)
    assert (body["code"], body["status"]) == (code, status)
    assert body["detail"]


@pytest.mark.parametrize("name", PUBLISHERS)
async def test_wi_01_wi_18_valid_offer_is_answered(rig: Rig, name: str) -> None:
    response = await post(rig, offer(name))
    assert response.status == 201
    assert response.headers["Content-Type"] == "application/sdp"
    assert (await response.text()).startswith("v=0\r\n")


async def test_wi_02_location_is_the_session(rig: Rig) -> None:
    response = await post(rig, offer("obs"))
    found = await rig.http.get(rig.url + response.headers["Location"], headers=BEARER)
    assert found.status == 204  # WS-20


async def test_wi_03_etags_are_strong_quoted_and_differ(rig: Rig) -> None:
    tags = {(await post(rig, offer("obs"))).headers["ETag"] for _ in range(3)}
    assert len(tags) == 3
    assert all(re.fullmatch(r'"[^"]+"', tag) for tag in tags)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/sdpx", ""])
async def test_wi_04_other_content_types(rig: Rig, content_type: str) -> None:
    before = len(rig.sessions)
    response = await post(rig, offer("obs"), Content_Type=content_type)
    await problem(response, 415, "media_type_unsupported")
    assert response.headers["Accept"] == "application/sdp"
    assert len(rig.sessions) == before


@pytest.mark.parametrize(
    "body", ["", "hello", "v=0", offer("obs")[:400], "\0" * 100, "v=0\r\n" + "m=audio 9 x y\r\n", b"\xff\xfe\x00v"]
)
async def test_wi_05_broken_bodies(rig: Rig, body: str | bytes) -> None:
    response = await post(rig, body)
    assert response.status in (400, 422)
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("content_type", ["application/sdp; charset=utf-8", "Application/SDP"])
async def test_wi_06_legal_spellings_of_the_content_type(rig: Rig, content_type: str) -> None:
    assert (await post(rig, offer("obs"), Content_Type=content_type)).status == 201


async def test_wi_08_recvonly_offer(rig: Rig) -> None:
    await problem(await post(rig, offer("obs").replace("a=sendonly", "a=recvonly")), 422, "sdp_direction")


async def test_wi_09_get(rig: Rig) -> None:
    response = await rig.http.get(rig.whip)
    assert (response.status, await response.read()) == (204, b"")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "REPORT"])
async def test_wi_10_other_methods(rig: Rig, method: str) -> None:
    response = await rig.http.request(method, rig.whip, headers=BEARER)
    await problem(response, 405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


async def test_wi_11_wi_12_wi_13_wi_30_preflight(rig: Rig) -> None:
    headers = {"Origin": "https://studio.example", "Access-Control-Request-Method": "POST"}
    response = await rig.http.options(rig.whip, headers=headers)
    assert response.status == 200
    assert response.headers["Accept-Post"] == "application/sdp"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "Content-Type", "If-Match"} <= set(
        response.headers["Access-Control-Allow-Headers"].split(", ")
    )
    assert "Link" not in response.headers


async def test_responses_may_be_read_by_pages_on_other_hosts(rig: Rig) -> None:
    for response in (await post(rig, offer("obs")), await post(rig, ""), await post(rig, "", Authorization="")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        exposed = response.headers["Access-Control-Expose-Headers"]
        assert {"Location", "ETag", "Link", "Retry-After", "WWW-Authenticate"} <= set(exposed.split(", "))


async def test_wi_19_two_videos(rig: Rig) -> None:
    second = "m=video 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:2\r\na=sendonly\r\na=rtpmap:98 VP8/90000\r\n"
    text = offer("obs").replace("BUNDLE 0 1", "BUNDLE 0 1 2") + second
    await problem(await post(rig, text), 422, "sdp_too_many_tracks")


async def test_wi_20_no_media(rig: Rig) -> None:
    await problem(await post(rig, offer("obs").split("m=")[0]), 400, "sdp_no_media")


async def test_wi_21_section_with_unknown_codecs_only(rig: Rig) -> None:
    await problem(await post(rig, offer("obs").replace("H264/", "H263/")), 422, "codec_unsupported")


async def test_wi_29_bearer(rig: Rig) -> None:
    missing = await post(rig, offer("obs"), Authorization="")
    await problem(missing, 401, "token_missing")
    assert missing.headers["WWW-Authenticate"].startswith("Bearer")
    invalid = await post(rig, offer("obs"), Authorization="Bearer nonsense")
    await problem(invalid, 401, "token_invalid")
    assert 'error="invalid_token"' in invalid.headers["WWW-Authenticate"]
    await problem(await post(rig, offer("obs"), Authorization="Bearer guest"), 403, "token_insufficient")
    await problem(await post(rig, offer("obs"), Authorization="Basic abc"), 401, "token_missing")


async def test_unknown_room(rig: Rig) -> None:
    response = await rig.http.post(f"{rig.url}/whip/elsewhere/programme", data="", headers={**SDP, **BEARER})
    await problem(response, 404, "room_unknown")


async def test_wi_37_session_names_cannot_be_guessed(rig: Rig, opened: Opened) -> None:
    assert len(opened.url.rsplit("/", 1)[1]) >= 22
    response = await rig.http.delete(f"{rig.whip}/1", headers=BEARER)
    await problem(response, 404, "session_unknown")


async def test_wi_38_oversize(rig: Rig) -> None:
    await problem(await post(rig, "v=0\r\n" + "a" * MAX_BODY_BYTES), 413, "body_too_large")


async def test_ws_01_ws_02_ws_03_delete(rig: Rig, opened: Opened) -> None:
    headers = {**BEARER, "If-Match": '"something else"'}
    assert (await rig.http.delete(opened.url, headers=headers)).status == 200
    await problem(await rig.http.delete(opened.url, headers=BEARER), 404, "session_unknown")


async def test_session_belongs_to_its_feed_and_protocol(rig: Rig, opened: Opened) -> None:
    identifier = opened.url.rsplit("/", 1)[1]
    for url in (f"{rig.whep}/{identifier}", f"{rig.url}/whip/{ROOM}/other/{identifier}"):
        await problem(await rig.http.delete(url, headers=BEARER), 404, "session_unknown")


@pytest.mark.parametrize("content_type", ["application/json", "application/sdp"])
async def test_ws_06_ws_24_other_patches(opened: Opened, content_type: str) -> None:
    response = await opened.patch(TRICKLE, opened.etag, {"Content-Type": content_type})
    await problem(response, 415, "media_type_unsupported")
    assert response.headers["Accept-Patch"] == "application/trickle-ice-sdpfrag"


@pytest.mark.parametrize("body", ["", "hello", "a=mid:0\r\n", "a=ice-ufrag:abcd\r\n"])
async def test_ws_07_malformed_fragment(opened: Opened, body: str) -> None:
    await problem(await opened.patch(body, opened.etag), 400, "fragment_malformed")


@pytest.mark.parametrize(
    "candidate",
    [
        "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host",
        "candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
        "candidate:1 1 udp 2113937151 b0c3a3a4-1d3e.local 50000 typ host",
        "candidate:1 1 udp 2113937151 2001:db8::1 50000 typ host",
    ],
)
async def test_ws_08_ws_12_trickle(opened: Opened, candidate: str) -> None:
    response = await opened.patch(f"a={candidate}\r\n{TRICKLE}", opened.etag)
    assert (response.status, await response.read()) == (204, b"")
    assert "ETag" not in response.headers


async def test_ws_09_patch_without_condition(opened: Opened) -> None:
    await problem(await opened.patch(TRICKLE, None), 428, "precondition_required")


async def test_ws_10_patch_for_another_session(rig: Rig, opened: Opened) -> None:
    other = Opened(rig, await post(rig, offer("obs")))
    await problem(await opened.patch(TRICKLE, other.etag), 412, "precondition_failed")


async def test_ws_13_end_of_candidates_alone(opened: Opened) -> None:
    body = "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=end-of-candidates\r\n"
    assert (await opened.patch(body, opened.etag)).status == 204


@pytest.mark.parametrize("star", ["*", '"*"'])
async def test_ws_14_ws_15_ws_17_restart(opened: Opened, star: str) -> None:
    response = await opened.patch(RESTART, star)
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/trickle-ice-sdpfrag"
    assert response.headers["ETag"] != opened.etag
    body = await response.text()
    for attribute in ("a=ice-lite", "a=ice-options:trickle ice2", "a=ice-ufrag:", "a=ice-pwd:", "a=candidate:"):
        assert attribute in body
    stale = await opened.patch(TRICKLE, opened.etag)
    await problem(stale, 412, "precondition_failed")


async def test_ws_19_last_restart_wins(opened: Opened) -> None:
    first = await opened.patch(RESTART, "*")
    second = await opened.patch(RESTART.replace("another", "athird1"), "*")
    assert (await opened.patch(RESTART.replace("another", "athird1"), second.headers["ETag"])).status == 204
    await problem(await opened.patch(RESTART, first.headers["ETag"]), 412, "precondition_failed")


async def test_ws_21_options_of_a_session(rig: Rig, opened: Opened) -> None:
    response = await rig.http.options(opened.url, headers={"Origin": "https://x.example"})
    assert response.status == 200
    assert {"PATCH", "DELETE"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    assert response.headers["Accept-Patch"] == "application/trickle-ice-sdpfrag"


async def test_ws_23_session_needs_the_token_too(rig: Rig, opened: Opened) -> None:
    await problem(await rig.http.delete(opened.url), 401, "token_missing")
    await problem(await rig.http.patch(opened.url, data=TRICKLE, headers=FRAGMENT), 401, "token_missing")


async def test_post_on_a_session(rig: Rig, opened: Opened) -> None:
    await problem(await rig.http.post(opened.url, headers=BEARER), 405, "method_not_allowed")


async def test_standby_token_publishes_while_nobody_does(rig: Rig) -> None:
    assert (await post(rig, offer("obs"), Authorization=f"Bearer {STANDBY_TOKEN}")).status == 201
