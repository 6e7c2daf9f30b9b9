"""WHEP (draft-ietf-wish-whep-03), row by row, on a feed that is live. Identifiers WE- are those of docs/PROTOCOL.md, section 2.

What WHEP shares with WHIP runs through the same rows again here, with the roles mirrored.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urljoin

import pytest
import pytest_asyncio

from podium.edge import media
from podium.edge.iceservers import IceServers
from podium.edge.media import SESSION_PACE, Terms
from podium.edge.resource import MAX_BODY_BYTES
from podium.relay import halfopen
from tests.edge.client import END, FRAGMENT, RESTART, SDP, Client, Opened, Probe, ask, candidates, credentials, problem
from tests.relay.browser import moves, publisher, viewer
from tests.relay.house import House, running_house
from tests.relay.offers import PLAYERS, edited, offer
from tests.relay.rig import FEED, ROOM, TOKEN, running_relay, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TERMS = Terms(ice_servers=IceServers(("turn:turn.example",), b"secret", lambda: 1_700_000_000))
TRICKLE = "a=candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host\r\n" + END


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with running_house(TERMS) as running:
        source = await publisher(running.http, running.whip)
        await until(lambda: running.lives() == 1)
        yield running
        await source.close()


@pytest.fixture
def client(house: House) -> Client:
    return Client(house.http, house.whep, publishes=False)


@pytest_asyncio.fixture(loop_scope="module")
async def opened(client: Client) -> Opened:
    return await client.open(offer("chromium_play"))


@pytest.mark.parametrize("name", PLAYERS)
async def test_we_01_every_section_of_the_answer_sends(client: Client, name: str) -> None:
    response = await client.post(offer(name))
    assert response.status == 201
    assert response.headers["Content-Type"] == "application/sdp"
    answer = await response.text()
    assert answer.count("\r\na=sendonly\r\n") == answer.count("\r\nm=") == 2
    assert not re.search(r"a=(sendrecv|recvonly|inactive)", answer)


async def test_we_01_the_picture_plays(house: House) -> None:
    watcher = await viewer(house.http, house.whep)
    await until(lambda: moves(watcher.frames) and watcher.sounds > 0)
    assert await watcher.delete() == 200
    await until(lambda: watcher.connection.connectionState == "closed")
    await watcher.close()


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
async def test_we_02_players_do_not_send(client: Client, direction: str) -> None:
    text = edited("firefox_play", ("a=recvonly", f"a={direction}"))
    await problem(await client.post(text), 422, "sdp_direction")


async def test_we_03_what_is_no_offer_is_refused(client: Client) -> None:
    await problem(await client.post(offer("firefox_play"), Content_Type="text/plain"), 415, "media_type_unsupported")
    await problem(await client.post(offer("firefox_play"), Content_Type=""), 415, "media_type_unsupported")
    for body in ("", "hello", offer("firefox_play")[:300]):
        assert (await client.post(body)).status == 400


async def test_we_04_plain_offers_are_answered_and_none_is_countered(client: Client) -> None:
    """We never prefer an offer of our own: what cannot be answered is refused, with the reason."""
    for name in PLAYERS:
        response = await client.post(offer(name))
        assert (response.status, "valid-until" in response.headers["Content-Type"]) == (201, False)
    await problem(await client.post(edited("firefox_play", ("VP8/90000", "VP7/90000"))), 422, "codec_mismatch")


async def test_we_05_who_offers_both_ways_is_answered_one_way(client: Client) -> None:
    answer = (await client.open(edited("firefox_play", ("a=recvonly", "a=sendrecv")))).answer
    assert answer.count("\r\na=sendonly\r\n") == 2


async def test_we_06_no_answer_is_waited_for(opened: Opened) -> None:
    """As there is no counter-offer (WE-04), an answer is of the wrong type."""
    answer = edited("firefox_play", ("setup:actpass", "setup:active"))
    response = await opened.ask("PATCH", answer, **SDP, If_Match=opened.etag)
    await problem(response, 415, "media_type_unsupported")
    assert response.headers["Accept-Patch"] == "application/trickle-ice-sdpfrag"


async def test_we_07_malformed_answer_is_refused_too(opened: Opened) -> None:
    for body in ("", "v=0\r\n", "hello"):
        response = await opened.ask("PATCH", body, **SDP, If_Match=opened.etag)
        await problem(response, 415, "media_type_unsupported")


async def test_we_08_late_answer_finds_no_session(opened: Opened) -> None:
    assert (await opened.ask("DELETE")).status == 200
    await problem(await opened.patch(TRICKLE, opened.etag), 404, "session_unknown")
    response = await opened.ask("PATCH", offer("firefox_play"), **SDP, If_Match=opened.etag)
    await problem(response, 415, "media_type_unsupported")


async def test_we_09_sessions_take_fragments_alone(opened: Opened) -> None:
    await problem(await opened.ask("PATCH", "{}", Content_Type="application/json"), 415, "media_type_unsupported")
    assert (await opened.patch(TRICKLE, opened.etag)).status == 204


async def test_we_10_feed_that_nobody_publishes(client: Client) -> None:
    client.endpoint = client.endpoint.replace("/programme", "/sign-language")
    response = await client.post(offer("firefox_play"))
    await problem(response, 409, "feed_not_live")
    assert int(response.headers["Retry-After"]) > 0


async def test_we_11_get_has_no_content(client: Client, opened: Opened) -> None:
    for response in (await client.ask("GET"), await opened.ask("GET")):
        assert (response.status, await response.read()) == (204, b"")


async def test_we_12_head(client: Client) -> None:
    response = await client.ask("HEAD")
    assert (response.status, await response.read()) == (200, b"")
    assert response.headers["Content-Type"] == "application/sdp"
    assert response.headers["Content-Length"] == "0"


async def test_we_13_options_name_the_format_of_offers_and_the_ice_servers(client: Client) -> None:
    response = await client.ask("OPTIONS")
    assert (response.status, response.headers["Accept-Post"]) == (200, "application/sdp")
    assert response.headers["Link"].startswith("<turn:turn.example>")
    preflight = await client.ask("OPTIONS", Origin="https://a.example", Access_Control_Request_Method="POST")
    assert (preflight.status, preflight.headers.getall("Link", [])) == (200, [])


@pytest.mark.parametrize("name", PLAYERS)
async def test_we_14_one_bundle_one_stream_one_track_of_a_kind(client: Client, name: str) -> None:
    answer = (await client.open(offer(name))).answer
    mids = re.findall(r"a=mid:(\S+)", answer)
    assert re.findall(r"a=group:BUNDLE (.*)\r\n", answer) == [" ".join(mids)]
    assert answer.count("\r\na=rtcp-mux-only\r\n") == answer.count("\r\na=rtcp-mux\r\n") == 2
    assert set(re.findall(r"\r\na=msid:(\S+) ", answer)) == {"podium"}
    tracks = edited("firefox_play", ("BUNDLE 0 1", "BUNDLE 0 1 2"))
    second = "m=video 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:2\r\na=recvonly\r\na=rtpmap:98 VP8/90000\r\n"
    await problem(await client.post(tracks + second), 422, "sdp_too_many_tracks")


async def test_we_15_trickle_and_restart(client: Client, opened: Opened) -> None:
    trickled = await opened.patch(TRICKLE, opened.etag)
    assert (trickled.status, await trickled.read(), "ETag" in trickled.headers) == (204, b"", False)
    await problem(await opened.patch(TRICKLE, None), 428, "precondition_required")
    await problem(
        await opened.patch(TRICKLE, (await client.open(offer("chromium_play"))).etag), 412, "precondition_failed"
    )
    await problem(await opened.patch("hello", opened.etag), 400, "fragment_malformed")
    wrong = await opened.ask("PATCH", TRICKLE, Content_Type="text/plain", If_Match=opened.etag)
    await problem(wrong, 415, "media_type_unsupported")
    restarted = await opened.patch(RESTART, "*")
    assert (restarted.status, restarted.headers["Content-Type"]) == (200, FRAGMENT["Content-Type"])
    assert restarted.headers["ETag"] != opened.etag
    await problem(await opened.patch(TRICKLE, opened.etag), 412, "precondition_failed")
    fresh = credentials(await restarted.text())
    async with Probe.of(opened.answer) as probe:
        assert not await probe.answers(opened.credentials, fresh)


async def test_we_15_players_that_send_no_condition_are_served_where_the_operator_wishes() -> None:
    """The npm package whip-whep trickles without If-Match."""
    async with running_house(replace(TERMS, lenient=True)) as lenient:
        source = await publisher(lenient.http, lenient.whip, kinds="audio")
        await until(lambda: lenient.lives() == 1)
        opened = await Client(lenient.http, lenient.whep, publishes=False).open(offer("chromium_play"))
        assert (await opened.patch(TRICKLE, None)).status == 204
        assert (await opened.patch(RESTART, None)).status == 200
        await problem(await opened.patch(TRICKLE, opened.etag), 412, "precondition_failed")
        published = await Client(lenient.http, lenient.whip, publishes=True).open(offer("obs"))
        await problem(await published.patch(TRICKLE, None), 428, "precondition_required")
        await source.close()


async def test_we_16_delete_does_not_look_at_conditions(opened: Opened) -> None:
    assert (await opened.ask("DELETE", If_Match='"x"')).status == 200
    await problem(await opened.ask("DELETE"), 404, "session_unknown")


async def test_we_17_viewers_of_a_full_server_wait_or_are_sent_to_another(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(halfopen, "MOST_UNCHECKED", 1)
    second = house.whep.removesuffix(f"/whep/{ROOM}/programme")
    for overflow in ("", second):
        async with running_relay(replace(TERMS, overflow=overflow)) as rig:
            source = await publisher(rig.http, rig.whip, kinds="audio")
            await until(lambda rig=rig: bool(rig.events))
            full = Client(rig.http, rig.whep, publishes=False)
            await full.open(offer("chromium_play"))
            response = await full.post(offer("chromium_play"))
            if overflow:
                assert (response.status, response.headers["Location"]) == (307, house.whep)
                assert response.headers["Access-Control-Allow-Origin"] == "*"
                followed = await rig.http.post(rig.whep, data=offer("chromium_play"), headers=SDP)
                assert (followed.status, str(followed.url)) == (201, house.whep)
            else:
                await problem(response, 503, "relay_busy")
                assert int(response.headers["Retry-After"]) > 0
            publishing = await Client(rig.http, rig.whip, publishes=True).post(offer("obs"))
            await problem(publishing, 503, "relay_busy")  # its viewers would not find it there
            await source.close()


async def test_viewers_of_an_engine_are_sent_there_and_nodes_that_pull_are_not() -> None:
    engine = "https://live.example/whep/podium"
    async with running_relay(replace(TERMS, watch={FEED: engine})) as rig:
        sent = await rig.http.post(rig.whep, data=offer("chromium_play"), headers=SDP, allow_redirects=False)
        assert (sent.status, sent.headers["Location"]) == (307, engine)
        pulling = await rig.http.post(rig.whep, data=offer("chromium_play"), headers=SDP | {"Podium-Pull": "1"})
        await problem(pulling, 409, "feed_not_live")


async def test_we_18_every_extension_has_its_link_and_is_there() -> None:
    async with running_relay(TERMS) as rig:
        source = await publisher(rig.http, rig.whip, kinds="audio")
        await until(lambda: bool(rig.events))
        opened = await Client(rig.http, rig.whep, publishes=False).open(offer("chromium_play"))
        found = [re.match(r'<([^>]+)>; rel="urn:ietf:params:whep:ext:core:([\w-]+)"', link) for link in opened.links]
        targets = {match[2]: match[1] for match in found if match}
        assert set(targets) == {"server-sent-events", "layer"}
        assert len(opened.links) == 3  # and the TURN server
        for target in targets.values():
            assert (await ask(rig.http, "OPTIONS", urljoin(opened.url, target), "", {})).status == 200
        await source.close()


async def test_we_19_floods_are_slowed_down_and_sessions_cannot_be_guessed(
    client: Client, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    burst, _ = SESSION_PACE
    answers = [await opened.patch(TRICKLE, opened.etag) for _ in range(burst)]
    while answers[-1].status == 204:
        answers.append(await opened.patch(TRICKLE, opened.etag))
    await problem(answers[-1], 429, "too_many_requests")
    await problem(await ask(client.http, "DELETE", f"{client.endpoint}/1", "", {}), 404, "session_unknown")
    name = re.sub(r"^\d+-", "", opened.url.rsplit("/", 1)[1])
    assert re.fullmatch(r"[\w-]{22,}", name)
    monkeypatch.setattr(media, "PLAY_PACE", (3, 1))
    async with running_relay() as rig:
        source = await publisher(rig.http, rig.whip, kinds="audio")
        await until(lambda: bool(rig.events))
        flood = Client(rig.http, rig.whep, publishes=False)
        offers = [await flood.post(offer("chromium_play")) for _ in range(4)]
        assert [response.status for response in offers] == [201, 201, 201, 429]
        assert int(offers[-1].headers["Retry-After"]) > 0
        await problem(await flood.post("v=0\r\n" + "a" * MAX_BODY_BYTES), 429, "too_many_requests")
        await source.close()


async def test_we_20_every_panellist_is_a_feed_with_a_session_of_its_own(house: House) -> None:
    """A session carries one picture and one sound; who wants several opens several."""
    panellist = replace(
        house,
        feed=f"{ROOM}/prof-dr-ziemer",
        whip=house.whip.replace("/programme", "/prof-dr-ziemer"),
        whep=house.whep.replace("/programme", "/prof-dr-ziemer"),
    )
    source = await publisher(house.http, panellist.whip, kinds="video")
    await until(lambda: panellist.lives() == 1)
    watchers = [await viewer(house.http, url) for url in (house.whep, panellist.whep)]
    for watcher in watchers:
        await until(lambda watcher=watcher: moves(watcher.frames))
    assert watchers[0].session != watchers[1].session
    for peer in (*watchers, source):
        await peer.delete()
        await peer.close()


async def test_answer_names_where_it_can_be_reached(opened: Opened) -> None:
    assert candidates(opened.answer)


async def test_watching_takes_no_token_but_a_wrong_one_is_told(client: Client) -> None:
    assert (await client.post(offer("chromium_play"), Authorization="Bearer guest")).status == 201
    assert (await client.post(offer("chromium_play"), Authorization=f"Bearer {TOKEN}")).status == 201
    await problem(await client.post(offer("chromium_play"), Authorization="Bearer nonsense"), 401, "token_invalid")
