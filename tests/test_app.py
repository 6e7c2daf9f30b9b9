"""The whole server in this process: what it starts, what it refuses to start with."""

import asyncio
import json
import shutil
import socket
from dataclasses import replace

import aiohttp
import pytest
import websockets

from moderation.policy import Role
from podium.app import running
from podium.foundation import StartRefused
from podium.relay.process import WorkerProcess
from podium.serving import PROGRAMME
from podium.settings import Settings
from podium.tokens import Link
from tests.e2e.server import free_port
from tests.edge.site import Visitor

ROOM = "digitales-podium"


@pytest.fixture
def whole(tmp_path):
    """Settings of a server with a relay worker."""
    shutil.copy(PROGRAMME, tmp_path / "programme.toml")
    return Settings(data=tmp_path, port=0, media_port=0, relay_workers=1)


@pytest.fixture
def settings(whole, monkeypatch):
    """Settings of a server whose relay worker never starts: that costs half a second, and no picture is asked for."""
    monkeypatch.setattr(WorkerProcess, "start", never)
    return whole


async def never(_process):
    """Instead of a start."""


async def refusal(settings):
    """The sentence with which it does not start."""
    with pytest.raises(StartRefused) as refused:
        async with running(settings):
            raise AssertionError("it started")
    return str(refused.value)


async def test_a_question_is_kept_from_start_to_start(settings):
    async with running(settings) as server:
        address = f"ws://127.0.0.1:{server.settings.port}/ws"
        async with websockets.connect(address, subprotocols=["podium.v1"], proxy=None) as socket:
            anna = Visitor(socket)
            await anna.say({"type": "hello", "room": ROOM})
            await anna.enrol()
            assert (await anna.do("ask", "a1", text="Wann?", language="de"))["question"] == 1
    async with running(settings) as server:
        assert server.hubs[ROOM].room.questions[1].text == "Wann?"
        assert server.hubs[ROOM].room.seq == 2, "the programme that has not changed leaves no event"


@pytest.mark.parametrize(
    ("sent", "limits", "status"),
    [
        (b"", {"idle_seconds": 0.05}, b""),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", {"head_seconds": 0.05}, b"HTTP/1.1 408 "),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /slow", {"idle_seconds": 0.05}, b"HTTP/1.1 200 "),
    ],
)
async def test_a_request_that_never_ends_does_not_hold_its_connection(settings, sent, limits, status):
    async with running(replace(settings, **limits)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.settings.port)
        writer.write(sent)
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(status)
        writer.close()
        await writer.wait_closed()


async def test_behind_a_proxy_one_address_waits_and_the_others_come_in(settings):
    async with running(replace(settings, connects_per_address=1)) as server, aiohttp.ClientSession() as http:

        async def knock(address, method="GET", path="/ws"):
            url, headers = f"http://127.0.0.1:{server.settings.port}{path}", {"X-Forwarded-For": address}
            async with http.request(method, url, headers=headers) as response:
                return response.status, response.headers.get("Retry-After")

        # without the subprotocol whoever comes in is told so
        assert [await knock("203.0.113.7") for _ in range(2)] == [(400, None)] * 2
        assert await knock("203.0.113.7") == (429, "1")
        assert await knock("198.51.100.1") == (400, None)
        # and so with offers, of which a connection that is open carries any number
        offer = "POST", f"/whep/{ROOM}/programme"
        assert [await knock("203.0.113.7", *offer) for _ in range(2)] == [(415, None)] * 2
        assert await knock("203.0.113.7", *offer) == (429, "1")
        assert await knock("198.51.100.1", *offer) == (415, None)


async def test_a_programme_that_changed_is_told(settings):
    async with running(settings):
        pass
    programme = settings.programme_file
    programme.write_text(
        programme.read_text(encoding="utf-8").replace("Digitales Podium", "Neues Podium"), encoding="utf-8"
    )
    async with running(settings) as server:
        assert server.hubs[ROOM].room.title == "Neues Podium"


async def test_the_media_endpoints_ask_for_the_studio(whole):
    async with running(whole) as server, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{server.settings.port}/whip/{ROOM}/programme"
        async with session.post(url, data=b"v=0", headers={"Content-Type": "application/sdp"}) as response:
            assert response.status == 401
        link = Link(ROOM, Role.STUDIO, None, 4_000_000_000, "s1")
        headers = {
            "Content-Type": "application/sdp",
            "Authorization": f"Bearer {server.house.tokens.sign_link(link)}",
        }
        async with session.post(url, data=b"no session description", headers=headers) as response:
            assert response.status == 400
            assert json.loads(await response.read())["code"] == "sdp_malformed"


async def test_players_are_told_of_the_turn_server_with_credentials_of_its_secret(settings):
    secret = settings.data / "turn"
    secret.write_text("shared\n")
    turn = replace(settings, ice_servers=("turn:turn.example",), turn_secret=secret)
    async with running(turn) as server, aiohttp.ClientSession() as http:
        answer = await http.options(f"http://127.0.0.1:{server.settings.port}/whep/{ROOM}/programme")
        assert 'credential-type="password"' in answer.headers["Link"]
        assert "shared" not in answer.headers["Link"]


@pytest.mark.parametrize(
    ("kept", "sentence"), [(None, "--turn-secret"), ("", "is empty"), ("elsewhere", "cannot be read")]
)
async def test_a_turn_server_without_its_secret_is_a_sentence(settings, kept, sentence):
    turn = replace(settings, ice_servers=("turn:turn.example",))
    if kept is not None:
        (settings.data / "turn").write_text("")
        turn = replace(turn, turn_secret=settings.data / (kept or "turn"))
    assert sentence in await refusal(turn)


async def test_a_taken_port_is_a_sentence(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = await refusal(Settings(data=settings.data, port=port, media_port=0))
    assert f"The port {port}/tcp on 127.0.0.1 cannot be opened" in sentence
    assert "choose another port with --port" in sentence


async def test_pages_come_over_both_families_where_every_address_is_meant(settings):
    port = free_port(socket.SOCK_STREAM)
    async with running(replace(settings, host="::", port=port)), aiohttp.ClientSession() as http:
        for host in ("127.0.0.1", "[::1]"):
            async with http.get(f"http://{host}:{port}/r/{ROOM}") as response:
                assert response.status == 200


async def ready(http, server):
    """Status and parts of /readyz."""
    async with http.get(f"http://127.0.0.1:{server.settings.port}/readyz") as response:
        return response.status, (await response.json())["parts"]


async def until_failed(http, server):
    """The first answer of /readyz that is not 200."""
    async with asyncio.timeout(10):
        while (answer := await ready(http, server))[0] == 200:
            pass
    return answer


async def test_a_whole_server_tells_its_metrics_to_who_has_the_token_and_everybody_which_part_fails(whole):
    async with running(whole) as server, aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{server.settings.port}/metrics"
        token = (whole.data / "metrics.token").read_text(encoding="utf-8").strip()
        async with http.get(url) as response:
            assert response.status == 401
        status, parts = await ready(http, server)  # and with it the metrics know which part is
        async with http.get(url, headers={"Authorization": f"Bearer {token}"}) as response:
            text = await response.text()
        assert (status, parts["store"], parts["relay"]) == (200, {"state": "ready"}, {"state": "ready"})
        assert {"disk", "bus"} <= parts.keys()
        assert 'podium_part_ready{part="store"} 1' in text
        await server.house.store.close()
        status, parts = await until_failed(http, server)
        assert (status, parts["store"]) == (503, {"state": "failed", "code": "storage_unavailable"})
        assert parts["relay"] == {"state": "ready"}
    assert response.status == 200
    assert 'podium_relay_worker_up{worker="0"} 1' in text
    assert 'podium_refused_connections_total{limit="connects_per_address"} 0' in text
    assert "podium_room_connections{" in text
    assert "127.0.0.1" not in text
