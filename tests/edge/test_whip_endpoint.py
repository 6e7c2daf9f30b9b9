"""The WHIP endpoint (RFC 9725), row by row. Identifiers WI- are those of docs/PROTOCOL.md, section 2.

Requests go over HTTP to a server whose relay worker is a process of its own, except where a row needs its clock
pushed ahead or its limits lowered: there the relay runs in the test's loop, behind the same HTTP and UDP.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from podium.edge.iceservers import IceServers
from podium.edge.media import PUBLISH_PACE, Terms
from podium.edge.resource import MAX_BODY_BYTES
from podium.publish.whip import WhipClient
from podium.relay import halfopen
from podium.relay.halfopen import UNCHECKED_SECONDS
from podium.relay.sessions import HALF_OPEN_SECONDS
from tests.edge.client import FRAGMENT, Client, Probe, ask, candidates, problem
from tests.relay.browser import moves, publisher, viewer
from tests.relay.house import House, running_house
from tests.relay.offers import PUBLISHERS, edited, offer
from tests.relay.rig import FEED, TOKEN, running_relay, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TURN = IceServers(("stun:stun.example:3478", "turn:turn.example?transport=tcp"), b'the "secret"', lambda: 1_700_000_000)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with running_house(Terms(ice_servers=TURN, overflow="https://second.example")) as running:
        yield running


@pytest.fixture
def client(house: House) -> Client:
    return Client(house.http, house.whip, publishes=True)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and self-signed certificate of `localhost`, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "localhost.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize("name", PUBLISHERS)
async def test_wi_01_valid_offer_is_answered(client: Client, name: str) -> None:
    response = await client.post(offer(name))
    assert response.status == 201
    assert response.headers["Content-Type"] == "application/sdp"
    assert (await response.text()).startswith("v=0\r\n")


async def test_wi_02_location_is_the_session(client: Client) -> None:
    opened = await client.open(offer("obs"))
    assert opened.url.startswith(f"{client.endpoint}/")
    assert (await opened.ask("GET")).status == 204


async def test_wi_03_etags_are_strong_quoted_and_differ(client: Client) -> None:
    tags = {(await client.open(offer("obs"))).etag for _ in range(3)}
    assert len(tags) == 3
    assert all(re.fullmatch(r'"[^"]+"', tag) for tag in tags)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/sdpx", ""])
async def test_wi_04_other_content_types_create_nothing(client: Client, content_type: str) -> None:
    response = await client.post(offer("obs"), Content_Type=content_type)
    await problem(response, 415, "media_type_unsupported")
    assert response.headers["Accept"] == "application/sdp"
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    "body", ["", "hello", "v=0", offer("obs")[:400], "\0" * 100, "v=0\r\n" + "m=audio 9 x y\r\n", b"\xff\xfe\x00v"]
)
async def test_wi_05_broken_bodies_are_refused(client: Client, body: str | bytes) -> None:
    response = await client.post(body)
    assert response.status in (400, 422)
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("content_type", ["application/sdp; charset=utf-8", "Application/SDP"])
async def test_wi_06_legal_spellings_of_the_content_type(client: Client, content_type: str) -> None:
    assert (await client.post(offer("obs"), Content_Type=content_type)).status == 201


@pytest.mark.parametrize("name", PUBLISHERS)
async def test_wi_07_every_section_of_the_answer_receives(client: Client, name: str) -> None:
    answer = (await client.open(offer(name))).answer
    assert answer.count("\r\na=recvonly\r\n") == answer.count("\r\nm=") == 2
    assert not re.search(r"a=(sendrecv|sendonly|inactive)", answer)


@pytest.mark.parametrize("direction", ["recvonly", "inactive"])
async def test_wi_08_publishers_that_do_not_send_are_refused(client: Client, direction: str) -> None:
    await problem(await client.post(edited("obs", ("a=sendonly", f"a={direction}"))), 422, "sdp_direction")
    both = await client.open(edited("obs", ("a=sendonly", "a=sendrecv")))
    assert both.answer.count("a=recvonly") == 2


async def test_wi_09_get_has_no_content(client: Client) -> None:
    response = await client.ask("GET")
    assert (response.status, await response.read()) == (204, b"")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "REPORT"])
async def test_wi_10_other_methods_are_told_which_there_are(client: Client, method: str) -> None:
    response = await client.ask(method)
    await problem(response, 405, "method_not_allowed")
    assert {"POST", "GET", "HEAD", "OPTIONS"} == set(response.headers["Allow"].split(", "))


async def test_wi_11_preflight_lets_pages_of_other_hosts_publish(client: Client) -> None:
    client.headers = {}
    asked = {"Origin": "https://studio.example", "Access_Control_Request_Method": "POST"}
    response = await client.ask("OPTIONS", **asked)
    assert response.status == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"].split(", ")
    allowed = set(response.headers["Access-Control-Allow-Headers"].split(", "))
    assert {"Authorization", "Content-Type", "If-Match"} <= allowed  # a star would not cover Authorization


async def test_wi_12_options_name_the_format_of_offers(client: Client) -> None:
    for headers in ({}, {"Origin": "https://studio.example", "Access_Control_Request_Method": "POST"}):
        assert (await client.ask("OPTIONS", **headers)).headers["Accept-Post"] == "application/sdp"


async def test_wi_13_preflight_mints_no_credentials(client: Client) -> None:
    response = await client.ask("OPTIONS", Origin="https://a.example", Access_Control_Request_Method="POST")
    assert "Link" not in response.headers


async def test_wi_14_options_with_a_token_name_the_ice_servers(client: Client) -> None:
    assert len((await client.ask("OPTIONS")).headers.getall("Link")) == 2
    client.headers = {}
    stranger = await client.ask("OPTIONS")
    assert (stranger.status, stranger.headers.getall("Link", [])) == (200, [])


async def test_wi_15_answers_name_the_ice_servers(house: House, client: Client) -> None:
    stun, turn = (await client.open(offer("obs"))).links
    assert stun == '<stun:stun.example:3478>; rel="ice-server"'
    written = r'<turn:turn\.example\?transport=tcp>; rel="ice-server"; username="\d+:\w+"; credential="[\w+/]+="; '
    assert re.fullmatch(written + 'credential-type="password"', turn)
    read = await WhipClient(house.http, client.endpoint, TOKEN).create(offer("obs"))
    assert [server.urls for server in read.ice_servers] == ["stun:stun.example:3478", "turn:turn.example?transport=tcp"]
    assert read.ice_servers[1].credential


@pytest.mark.parametrize("name", PUBLISHERS)
async def test_wi_16_everything_is_bundled(client: Client, name: str) -> None:
    answer = (await client.open(offer(name))).answer
    groups = re.findall(r"a=group:BUNDLE (.*)\r\n", answer)
    assert [group.split() for group in groups] == [re.findall(r"a=mid:(\S+)", answer)]
    assert len(set(re.findall(r"a=ice-ufrag:(\S+)", answer))) == 1
    assert len(re.findall(r"a=rtcp-mux\r\n", answer)) == 2


async def test_wi_17_every_section_is_rtcp_mux_only(client: Client) -> None:
    for name in PUBLISHERS:
        assert (await client.open(offer(name))).answer.count("\r\na=rtcp-mux-only\r\n") == 2


@pytest.mark.parametrize("name", ["rfc9725", "gstreamer"])
async def test_wi_18_bundle_only_sections_are_taken(client: Client, name: str) -> None:
    assert "a=bundle-only" in offer(name)
    answer = (await client.open(offer(name))).answer
    assert re.findall(r"\r\nm=\w+ (\d+)", answer) == ["9", "9"]


SECOND_VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:2\r\na=sendonly\r\na=rtpmap:98 VP8/90000\r\n"


async def test_wi_19_second_track_of_a_kind_or_second_stream_is_refused(client: Client) -> None:
    two = edited("obs", ("BUNDLE 0 1", "BUNDLE 0 1 2")) + SECOND_VIDEO
    await problem(await client.post(two), 422, "sdp_too_many_tracks")
    streams = edited("ffmpeg", ("a=msid:FFmpeg video", "a=msid:other video"))
    await problem(await client.post(streams), 422, "sdp_too_many_streams")


async def test_wi_20_offer_without_tracks_is_refused(client: Client) -> None:
    await problem(await client.post(offer("obs").split("m=")[0]), 400, "sdp_no_media")
    data = edited("obs", ("m=audio", "m=application"), ("m=video", "m=application"))
    await problem(await client.post(data), 422, "sdp_media_unsupported")


async def test_wi_21_section_of_unknown_codecs_refuses_the_whole_offer(client: Client) -> None:
    await problem(await client.post(edited("obs", ("H264/", "H263/"))), 422, "codec_unsupported")
    disabled = edited("rfc9725", ("a=bundle-only\r\n", ""))  # and is not taken as a wish to go without it
    await problem(await client.post(disabled), 422, "sdp_media_unsupported")


async def test_wi_22_errors_are_problems_that_say_what_is_wrong(client: Client) -> None:
    response = await client.post(edited("obs", ("m=audio 57249", "m=audio none")))
    body = await response.json(content_type=None)
    assert response.content_type == "application/problem+json"
    assert (body["type"], body["title"]) == ("urn:podium:problem:sdp_malformed", "Bad Request")
    assert "m=audio none" in body["detail"]


async def answer_to_a_publisher_that_is_seen(house: House, setup: str) -> str:
    """The answer to a publisher that offers this DTLS setup, once somebody has seen its picture."""
    lives = house.lives()
    source = await publisher(house.http, house.whip, kinds="video", writes=lambda text: text.replace("actpass", setup))
    await until(lambda: house.lives() > lives)
    watcher = await viewer(house.http, house.whep, kinds="video")
    await until(lambda: moves(watcher.frames))
    await watcher.close()
    await source.delete()
    await source.close()
    return source.answer


@pytest.mark.parametrize("setup", ["active", "actpass"])
async def test_wi_23_we_are_the_dtls_server_of_who_can_be_client(house: House, setup: str) -> None:
    assert "a=setup:passive" in await answer_to_a_publisher_that_is_seen(house, setup)


async def test_wi_24_we_are_the_dtls_client_of_who_insists_on_being_server(house: House) -> None:
    assert "a=setup:active" in await answer_to_a_publisher_that_is_seen(house, "passive")


async def test_wi_25_answer_has_all_candidates_and_they_answer(client: Client) -> None:
    opened = await client.open(offer("obs"))
    assert opened.answer.count("a=end-of-candidates") == 2
    assert candidates(opened.answer)
    async with Probe.of(opened.answer) as probe:
        assert await probe.answers(opened.credentials, opened.credentials)


async def test_wi_26_ice_lite_is_said_for_the_session(client: Client) -> None:
    session, *sections = (await client.open(offer("obs"))).answer.split("\r\nm=")
    assert "\r\na=ice-lite\r\n" in session
    assert not any("ice-lite" in section for section in sections)


async def test_wi_27_redirects_keep_the_offer_and_the_token(house: House, client: Client) -> None:
    """We redirect no publisher, whatever its address looks like; our own publisher follows who does."""
    for endpoint in (client.endpoint + "/", client.endpoint.replace("/whip", "//whip"), client.endpoint):
        response = await ask(
            house.http, "POST", endpoint, offer("obs"), {**client.headers, "Content-Type": "application/sdp"}
        )
        assert response.status not in range(300, 400)

    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": client.endpoint})

    app = web.Application()
    app.router.add_post("/", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    created = await WhipClient(house.http, f"http://127.0.0.1:{runner.addresses[0][1]}/", TOKEN).create(offer("obs"))
    await runner.cleanup()
    assert created.url.startswith(f"{client.endpoint}/")


async def test_wi_28_overload_is_503_with_retry_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halfopen, "MOST_UNCHECKED", 1)
    async with running_relay() as rig:
        client = Client(rig.http, rig.whip, publishes=True)
        await client.open(offer("obs"))
        response = await client.post(offer("obs"))
        await problem(response, 503, "relay_busy")
        assert int(response.headers["Retry-After"]) > 0
        rig.time.ahead += UNCHECKED_SECONDS + 0.1  # the oldest has sent nothing: it makes room
        await client.open(offer("obs"))


async def test_wi_29_publishing_takes_a_bearer_token(client: Client) -> None:
    assert (await client.post(offer("obs"))).status == 201
    missing = await client.post(offer("obs"), Authorization="")
    await problem(missing, 401, "token_missing")
    assert missing.headers["WWW-Authenticate"].startswith("Bearer")
    invalid = await client.post(offer("obs"), Authorization="Bearer nonsense")
    await problem(invalid, 401, "token_invalid")
    assert 'error="invalid_token"' in invalid.headers["WWW-Authenticate"]
    await problem(await client.post(offer("obs"), Authorization="Bearer guest"), 403, "token_insufficient")
    await problem(await client.post(offer("obs"), Authorization="Basic abc"), 401, "token_missing")


async def test_wi_30_preflight_needs_no_token(client: Client) -> None:
    client.headers = {}
    response = await client.ask("OPTIONS", Origin="https://a.example", Access_Control_Request_Method="POST")
    assert response.status == 200


async def test_wi_31_tokens_in_addresses_are_not_taken(client: Client) -> None:
    """They would stand in logs and histories; a header can be sent by every client."""
    client.endpoint += "?token=" + client.headers.pop("Authorization").removeprefix("Bearer ")
    await problem(await client.post(offer("obs")), 401, "token_missing")


async def test_wi_32_simulcast_is_answered_layer_by_layer(client: Client) -> None:
    text = offer("chromium_publish") + "a=rid:h send\r\na=rid:l send\r\na=simulcast:send h;l\r\n"
    video = (await client.open(text)).answer.split("\r\nm=video")[1]
    assert "\r\na=rid:h recv\r\na=rid:l recv\r\na=simulcast:recv h;l\r\n" in video
    for name in ("sdes:mid", "sdes:rtp-stream-id", "sdes:repaired-rtp-stream-id"):
        assert re.search(rf"a=extmap:\d+ urn:ietf:params:rtp-hdrext:{name}\r\n", video)


async def test_wi_33_only_extensions_that_there_are_are_linked(client: Client) -> None:
    """There is none for publishers."""
    assert all('rel="ice-server"' in link for link in (await client.open(offer("obs"))).links)


async def test_wi_34_plain_client_needs_no_extension(house: House, client: Client) -> None:
    plain = {"Content-Type": "application/sdp", "Authorization": client.headers["Authorization"]}
    response = await ask(house.http, "POST", client.endpoint, offer("obs"), plain)
    assert response.status == 201


async def test_wi_35_works_behind_a_proxy_with_https(house: House, client: Client, certificate: Path) -> None:
    """Plain HTTP is for the loopback; a proxy ends TLS, and Location stays within its address."""
    target = urlsplit(client.endpoint)
    serving, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=certificate)
    serving.load_cert_chain(certificate)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(pump(reader, onward[1]), pump(onward[0], writer))

    server = await asyncio.start_server(proxy, "127.0.0.1", 0, ssl=serving)
    client.endpoint = f"https://localhost:{server.sockets[0].getsockname()[1]}{target.path}"
    async with ClientSession() as http:
        headers = {**client.headers, "Content-Type": "application/sdp"}
        async with http.post(client.endpoint, data=offer("obs"), headers=headers, ssl=trusting) as response:
            session = urljoin(client.endpoint, response.headers["Location"])
        assert session.startswith(f"{client.endpoint}/")
        async with http.delete(session, headers=client.headers, ssl=trusting) as response:
            assert response.status == 200
    server.close()


async def test_wi_36_flood_of_offers_is_slowed_down_and_leaves_nothing_behind() -> None:
    burst, _ = PUBLISH_PACE
    async with running_relay() as rig:
        flood, neighbour = (Client(rig.http, rig.whip, publishes=True) for _ in range(2))
        answers = [await flood.post(offer("obs")) for _ in range(burst)]
        while answers[-1].status == 201:
            answers.append(await flood.post(offer("obs")))
        await problem(answers[-1], 429, "too_many_requests")
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert (await neighbour.post(offer("obs"))).status == 201
        rig.time.ahead += HALF_OPEN_SECONDS + 1
        rig.sessions.sweep()
        assert len(rig.sessions) == 0


async def test_wi_37_sessions_cannot_be_guessed(house: House, client: Client) -> None:
    names = [(await client.open(offer("obs"))).url.rsplit("/", 1)[1] for _ in range(4)]
    secret = [re.sub(r"^\d+-", "", name) for name in names]  # before it stands which worker has the session
    assert all(re.fullmatch(r"[\w-]{22,}", name) for name in secret)  # 22 letters of 64 are 132 bits
    assert all(len({name[place] for name in secret}) > 1 for place in (0, 5, -1))
    for guess in ("0", "1", "0-1", names[0][:-1], names[0] + "a"):
        gone = await ask(house.http, "DELETE", f"{client.endpoint}/{guess}", "", client.headers)
        await problem(gone, 404, "session_unknown")


async def test_wi_38_oversize_is_refused(client: Client) -> None:
    await problem(await client.post("v=0\r\n" + "a" * MAX_BODY_BYTES), 413, "body_too_large")


async def test_wi_39_second_publisher_takes_over_once_it_is_connected(house: House, client: Client) -> None:
    first = await publisher(house.http, house.whip, kinds="video")
    await until(lambda: first.connection.connectionState == "connected")
    await client.open(offer("obs"))  # who only asks displaces nobody
    async with house.http.get(first.session, headers=first.headers) as response:
        assert response.status == 204
    second = await publisher(house.http, house.whip, kinds="video")
    await until(lambda: first.connection.connectionState == "closed")
    async with house.http.get(first.session, headers=first.headers) as response:
        await problem(response, 410, "taken_over")
    for peer in (first, second):
        await peer.delete()
        await peer.close()


async def test_responses_may_be_read_by_pages_of_other_hosts(client: Client) -> None:
    for response in (
        await client.post(offer("obs")),
        await client.post(""),
        await client.post("", Authorization=""),
        await client.ask("PUT"),
    ):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        exposed = set(response.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"Location", "ETag", "Link", "Retry-After", "Accept-Post", "WWW-Authenticate"} <= exposed


async def test_unknown_room(house: House, client: Client) -> None:
    client.endpoint = client.endpoint.replace(FEED, "elsewhere/programme")
    await problem(await client.post(offer("obs")), 404, "room_unknown")
    await problem(await client.ask("POST", **FRAGMENT), 404, "room_unknown")
