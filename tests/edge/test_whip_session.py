"""The session of a WHIP publisher (RFC 9725), row by row. Identifiers WS- are those of docs/PROTOCOL.md, section 2.

The relay worker is a process of its own, except where a row needs its clock pushed ahead.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from podium.edge.media import SESSION_PACE
from podium.relay.control import FeedGone
from tests.edge.client import END, FRAGMENT, RESTART, SDP, Client, Opened, Probe, ask, credentials, problem
from tests.relay.browser import Peer, moves, publisher, viewer
from tests.relay.house import House, running_house
from tests.relay.offers import offer
from tests.relay.rig import FEED, ROOM, running_relay, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRICKLE = "a=ice-ufrag:nxcM\r\na=ice-pwd:ezjAjgSSLLvbRhUA1zc6Se\r\n" + END
UDP = "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with running_house() as running:
        yield running


@pytest.fixture
def client(house: House) -> Client:
    return Client(house.http, house.whip, publishes=True)


@pytest_asyncio.fixture(loop_scope="module")
async def opened(client: Client) -> Opened:
    """A session that was created by POST and is not connected."""
    return await client.open(offer("obs"))


async def live_publisher(house: House) -> Peer:
    lives = house.lives()
    source = await publisher(house.http, house.whip, kinds="video")
    await until(lambda: house.lives() > lives)
    return source


async def leave(*peers: Peer) -> None:
    for peer in peers:
        await peer.delete()
        await peer.close()


async def test_ws_01_delete_tears_everything_down(house: House, opened: Opened) -> None:
    source = await live_publisher(house)
    async with Probe.of(source.answer) as probe:
        assert await probe.answers(credentials(source.answer), opened.credentials)
        assert await source.delete() == 200
        await until(lambda: source.connection.connectionState == "closed")  # it was told by close_notify
        assert not await probe.answers(credentials(source.answer), opened.credentials)
    await until(lambda: FeedGone(FEED, "closed") in house.events)
    await source.close()


@pytest.mark.parametrize("condition", ['"something else"', "*", "nonsense"])
async def test_ws_02_delete_does_not_look_at_conditions(opened: Opened, condition: str) -> None:
    assert (await opened.ask("DELETE", If_Match=condition)).status == 200


async def test_ws_03_what_has_ended_is_not_found(client: Client, opened: Opened) -> None:
    await opened.ask("DELETE")
    await problem(await opened.ask("DELETE"), 404, "session_unknown")
    await problem(await ask(client.http, "DELETE", f"{client.endpoint}/1", "", client.headers), 404, "session_unknown")


async def test_ws_04_who_is_ended_by_the_server_loses_consent_at_once(house: House, opened: Opened) -> None:
    """Here by somebody who takes over: close_notify, and no check is answered with success any more."""
    first = await live_publisher(house)
    async with Probe.of(first.answer) as probe:
        second = await live_publisher(house)
        assert not await probe.answers(credentials(first.answer), opened.credentials)
        assert await probe.answers(credentials(second.answer), opened.credentials)
    await until(lambda: first.connection.connectionState == "closed")
    await leave(first, second)


async def test_ws_05_silent_publisher_is_freed_after_30_seconds() -> None:
    async with running_relay() as rig:
        source = await publisher(rig.http, rig.whip, kinds="video")
        await until(lambda: bool(rig.events))
        rig.time.ahead += 29
        rig.sessions.sweep()
        assert len(rig.sessions) == 1
        rig.time.ahead += 2
        rig.sessions.sweep()
        assert len(rig.sessions) == 0
        assert FeedGone(FEED, "silent") in rig.events
        await source.close()


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/sdp"])
async def test_ws_06_patch_of_another_type(opened: Opened, content_type: str) -> None:
    response = await opened.ask("PATCH", TRICKLE, Content_Type=content_type, If_Match=opened.etag)
    await problem(response, 415, "media_type_unsupported")
    assert response.headers["Accept-Patch"] == "application/trickle-ice-sdpfrag"


@pytest.mark.parametrize("body", ["", "hello", "a=mid:0\r\n", "a=ice-ufrag:abcd\r\n", TRICKLE + "\0"])
async def test_ws_07_malformed_fragment(opened: Opened, body: str) -> None:
    await problem(await opened.patch(body, opened.etag), 400, "fragment_malformed")


async def test_ws_08_trickle_has_no_content_and_no_etag(opened: Opened) -> None:
    response = await opened.patch(f"a={UDP}\r\n{TRICKLE}", opened.etag)
    assert (response.status, await response.read()) == (204, b"")
    assert "ETag" not in response.headers


async def test_ws_09_patch_without_condition(opened: Opened) -> None:
    await problem(await opened.patch(TRICKLE, None), 428, "precondition_required")
    await problem(await opened.patch(RESTART, None), 428, "precondition_required")


async def test_ws_10_patch_for_another_session(client: Client, opened: Opened) -> None:
    other = await client.open(offer("obs"))
    await problem(await opened.patch(TRICKLE, other.etag), 412, "precondition_failed")
    await problem(await opened.patch(TRICKLE, f"W/{opened.etag}"), 412, "precondition_failed")  # not a strong one
    await problem(await opened.patch(TRICKLE, '"\udcff"'), 412, "precondition_failed")  # a byte that is no UTF-8


async def test_ws_11_trickle_and_restart_are_both_there(opened: Opened) -> None:
    """So that neither is ever refused with 422."""
    assert (await opened.patch(TRICKLE, opened.etag)).status == 204
    assert (await opened.patch(RESTART, "*")).status == 200


async def test_ws_12_useless_candidates_are_passed_over_in_silence(house: House) -> None:
    useless = [
        "candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
        "candidate:1 1 udp 2113937151 b0c3a3a4-1d3e.local 50000 typ host",
        "candidate:1 1 udp 2113937151 somewhere.invalid 50000 typ host",
        "candidate:1 1 udp 2113937151 2001:db8::1 50000 typ host",
        "candidate:nonsense",
    ]
    source = Client(house.http, house.whip, publishes=True)
    opened = await source.open(offer("obs"))
    for candidate in [*useless, UDP]:
        response = await opened.patch(f"a={candidate}\r\n{TRICKLE}", opened.etag)
        assert (response.status, await response.read()) == (204, b"")
    async with Probe.of(opened.answer) as probe:  # whoever checks is heard, whatever was said before
        assert await probe.answers(opened.credentials, opened.credentials)


async def test_ws_13_end_of_candidates_alone(opened: Opened) -> None:
    body = "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n" + END
    assert (await opened.patch(body, opened.etag)).status == 204


@pytest.mark.parametrize("star", ["*", '"*"'])
async def test_ws_14_restart_is_answered_with_new_credentials(opened: Opened, star: str) -> None:
    response = await opened.patch(RESTART, star)
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/trickle-ice-sdpfrag"
    fragment = await response.text()
    assert credentials(fragment) != opened.credentials
    assert "a=candidate:" in fragment
    async with Probe.of(opened.answer) as probe:
        assert await probe.answers(credentials(fragment), credentials(fragment))


async def test_ws_15_restart_has_a_new_etag_and_the_old_one_fails(opened: Opened) -> None:
    response = await opened.patch(RESTART, "*")
    assert response.headers["ETag"] != opened.etag
    await problem(await opened.patch(RESTART, opened.etag), 412, "precondition_failed")
    assert (await opened.patch(RESTART, response.headers["ETag"])).status == 204


async def test_ws_16_media_goes_on_through_a_restart_without_a_new_handshake(house: House) -> None:
    source = await live_publisher(house)
    watcher = await viewer(house.http, house.whep, kinds="video")
    await until(lambda: moves(watcher.frames))
    headers = {**FRAGMENT, "If-Match": "*"}
    response = await ask(house.http, "PATCH", watcher.session, RESTART, headers)
    assert response.status == 200
    seen = len(watcher.frames)
    await until(lambda: moves(watcher.frames[seen:]))  # to where it was, until a check says where it is now
    fresh = credentials(await response.text())
    async with Probe.of(watcher.answer) as probe:
        assert not await probe.answers(credentials(watcher.answer), fresh)
        await until(lambda: len(probe.others) > 5)  # the pictures come here now
        assert all(128 <= datagram[0] <= 191 for datagram in probe.others)  # SRTP, and no ClientHello (RFC 7983)
    await leave(watcher, source)


async def test_ws_17_restart_repeats_the_ice_attributes(opened: Opened) -> None:
    fragment = await (await opened.patch(RESTART, "*")).text()
    said = {line for line in opened.answer.split("\r\n") if line.startswith(("a=ice-options", "a=ice-lite"))}
    assert said == {"a=ice-lite", "a=ice-options:trickle ice2"}
    assert said <= set(fragment.split("\r\n"))
    assert "ice-pacing" not in opened.answer + fragment


async def test_ws_18_restart_that_fails_leaves_the_session_as_it_is(opened: Opened) -> None:
    broken = "a=ice-ufrag:another\r\na=ice-pwd:short\r\n"
    await problem(await opened.patch(broken, "*"), 400, "fragment_malformed")
    async with Probe.of(opened.answer) as probe:
        assert await probe.answers(opened.credentials, opened.credentials)
    assert (await opened.patch(TRICKLE, opened.etag)).status == 204


async def test_ws_19_of_two_restarts_the_last_one_wins(opened: Opened) -> None:
    first = await opened.patch(RESTART, "*")
    second = await opened.patch(RESTART.replace("another", "athird1"), "*")
    stale, fresh = credentials(await first.text()), credentials(await second.text())
    async with Probe.of(opened.answer) as probe:
        assert not await probe.answers(stale, fresh)
        assert not await probe.answers(opened.credentials, fresh)
    await problem(await opened.patch(RESTART, first.headers["ETag"]), 412, "precondition_failed")


async def test_ws_20_get_has_no_content(opened: Opened) -> None:
    response = await opened.ask("GET")
    assert (response.status, await response.read()) == (204, b"")


async def test_ws_21_options_let_pages_of_other_hosts_patch_and_delete(opened: Opened) -> None:
    opened.headers = {}
    response = await opened.ask("OPTIONS", Origin="https://a.example", Access_Control_Request_Method="PATCH")
    assert response.status == 200
    assert {"PATCH", "DELETE"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    allowed = set(response.headers["Access-Control-Allow-Headers"].split(", "))
    assert {"Authorization", "Content-Type", "If-Match"} <= allowed
    assert response.headers["Accept-Patch"] == "application/trickle-ice-sdpfrag"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_ws_22_flood_of_requests_is_slowed_down(client: Client, opened: Opened, method: str) -> None:
    burst, _ = SESSION_PACE
    other = await client.open(offer("obs"))
    answers = [await opened.ask(method, TRICKLE, **FRAGMENT, If_Match=opened.etag) for _ in range(burst)]
    while answers[-1].status != 429:
        answers.append(await opened.ask(method, TRICKLE, **FRAGMENT, If_Match=opened.etag))
    await problem(answers[-1], 429, "too_many_requests")
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert (await other.patch(TRICKLE, other.etag)).status == 204


async def test_ws_23_session_needs_the_token_too(opened: Opened) -> None:
    opened.headers = {}
    for method in ("PATCH", "DELETE", "GET"):
        response = await opened.ask(method, TRICKLE, **FRAGMENT, If_Match=opened.etag)
        await problem(response, 401, "token_missing")


async def test_ws_24_there_is_no_renegotiation(opened: Opened) -> None:
    response = await opened.ask("PATCH", offer("obs"), **SDP, If_Match=opened.etag)
    await problem(response, 415, "media_type_unsupported")


async def test_session_belongs_to_its_feed_and_protocol(house: House, opened: Opened) -> None:
    name = opened.url.rsplit("/", 1)[1]
    for url in (f"{house.whep}/{name}", house.whip.replace(f"{ROOM}/programme", f"{ROOM}/other/{name}")):
        await problem(await ask(house.http, "DELETE", url, "", opened.headers), 404, "session_unknown")


async def test_sessions_take_no_offers(opened: Opened) -> None:
    await problem(await opened.ask("POST", offer("obs"), **SDP), 405, "method_not_allowed")
