"""The relay as the server starts it: its ports, and what the rooms hear of it."""

import shutil
import socket

import pytest
import websockets

from podium.app import running
from podium.foundation import StartRefused
from podium.relay.control import FeedGone, FeedLive, Viewers
from podium.relay.process import WorkerProcess
from podium.relay.supervisor import Supervisor
from podium.relaying import relaying
from podium.serving import PROGRAMME
from podium.settings import Settings
from tests.e2e.server import free_media_port
from tests.edge.site import Visitor

ROOM = "digitales-podium"


@pytest.fixture(autouse=True)
def idle(monkeypatch):
    """No worker process starts: that costs half a second, and no picture is asked for."""

    async def never(_process):
        return

    monkeypatch.setattr(WorkerProcess, "start", never)


async def refusal(settings):
    """The sentence with which it does not start."""
    with pytest.raises(StartRefused) as refused:
        async with relaying(settings, {}, [], ""):
            raise AssertionError("it started")
    return str(refused.value)


async def test_what_the_relay_hears_reaches_the_room(tmp_path, monkeypatch):
    shutil.copy(PROGRAMME, tmp_path / "programme.toml")
    heard = []

    def listening(*arguments, on_event, **options):
        heard.append(on_event)
        return Supervisor(*arguments, on_event=on_event, **options)

    monkeypatch.setattr("podium.relaying.Supervisor", listening)
    async with running(Settings(data=tmp_path, port=0, media_port=0)) as server:
        (happened,) = heard
        address = f"ws://127.0.0.1:{server.settings.port}/ws"
        async with websockets.connect(address, subprotocols=["podium.v1"], proxy=None) as socket:
            anna = Visitor(socket)
            await anna.say({"type": "hello", "room": ROOM})
            await anna.type("welcome")
            for event, viewers in (
                (FeedLive(f"{ROOM}/programme", ("video/VP8",)), {"programme": 0}),
                (Viewers(f"{ROOM}/programme", 7), {"programme": 7}),
                (FeedGone(f"{ROOM}/programme", "closed"), {}),
            ):
                happened(event)
                assert (await anna.until(lambda f: f["type"] == "tick" and "viewers" in f))["viewers"] == viewers
            happened(Viewers("nowhere/programme", 1))


async def test_a_taken_media_port_is_a_sentence(monkeypatch):
    monkeypatch.setattr("podium.relaying.PORT_TRIES", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        sentence = await refusal(Settings(port=0, media_port=port))
    assert f"The media port {port}/udp on 127.0.0.1 cannot be opened" in sentence


async def test_pages_and_pictures_cannot_have_one_port():
    sentence = await refusal(Settings(port=9000, media_port=8999, relay_workers=2))
    assert "cannot both have the port 9000/tcp" in sentence


async def test_workers_without_a_port_are_a_sentence():
    sentence = await refusal(Settings(port=0, media_port=65535, relay_workers=2))
    assert "no 2 ports from 65535 on" in sentence


async def test_a_media_port_that_becomes_free_is_used(monkeypatch):
    monkeypatch.setattr("podium.relaying.PORT_PAUSE", 0)
    taken, port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), free_media_port(1)
    taken.bind(("127.0.0.1", port))
    supervisor, tries = Supervisor.start, []

    async def start(self):
        tries.append(self)
        if len(tries) == 3:
            taken.close()
        await supervisor(self)

    monkeypatch.setattr(Supervisor, "start", start)
    async with relaying(Settings(media_port=port), {}, [], "") as relay:
        assert relay.port == port
    assert len(tries) == 3
