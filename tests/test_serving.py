"""The real process: killed, started again, ended with Ctrl-C; nothing acknowledged is lost, nothing is left behind."""

import asyncio
import base64
import io
import json
import os
import select
import shutil
import signal
import socket
from collections.abc import Callable
from contextlib import contextmanager, redirect_stderr
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from podium import serving
from podium.__main__ import main
from podium.relay.process import WorkerProcess
from podium.serving import PROGRAMME
from podium.settings import Settings
from tests.e2e.server import NO_MODEL, ROOM, Server, free_media_port

AT_ONCE = 5.0
"""Seconds after which a process that was told to end has failed to; far more than it takes."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """`podium serve`, for all tests of this module: a start costs more than what they do with it."""
    started = Server(tmp_path_factory.mktemp("serve"), changes=NO_MODEL)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def server(served):
    """Running, whatever the test before has done to it."""
    if served.ended:
        served.start()
    return served


@pytest.fixture
def pictureless(monkeypatch):
    """A relay worker never starts: that costs half a second."""

    async def never(_process: WorkerProcess) -> None:
        return

    monkeypatch.setattr(WorkerProcess, "start", never)


@pytest.fixture
def demo(tmp_path):
    started = Server(tmp_path, "demo", changes=NO_MODEL)
    started.start()
    yield started
    started.stop()


class Visitor:
    """A page, as far as the server knows."""

    def __init__(self, socket) -> None:
        self.socket = socket

    def say(self, frame: object) -> None:
        self.socket.send(json.dumps(frame))

    def until(self, fact: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        while not fact(frame := json.loads(self.socket.recv(timeout=10))):
            pass
        return frame

    def type(self, name: str) -> dict[str, Any]:
        return self.until(lambda frame: frame["type"] == name)

    def ask(self, identifier: str, text: str) -> dict[str, Any]:
        body = {"text": text, "language": "de"}
        self.say({"type": "do", "id": identifier, "command": "ask", "body": body})
        return self.until(lambda frame: frame.get("id") == identifier)


@contextmanager
def visit(server: Server, **hello: object):
    address = f"ws://127.0.0.1:{server.port}/ws"
    with connect(address, subprotocols=["podium.v1"], origin=server.base, proxy=None) as socket:
        visitor = Visitor(socket)
        visitor.say({"type": "hello", "room": ROOM, **hello})
        yield visitor


def token_of(link: str) -> str:
    return link.partition("#")[2]


def gone(process: int) -> bool:
    """Wait until a process, no child of ours, has ended."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], AT_ONCE)[0])
    finally:
        os.close(descriptor)


def test_an_acknowledged_question_survives_kill_9_and_is_not_doubled(server):
    with visit(server) as anna:
        anna.say({"type": "enrol"})
        device = anna.type("device")["token"]
        acknowledged = anna.ask("a1", "Wann kommt der Glasfaseranschluss?")
        server.kill()
    server.start()
    with visit(server, device=device, since=acknowledged["seq"]) as anna:
        receipt = anna.type("welcome")["entities"][f"receipt/{acknowledged['question']}"]
        assert (receipt["text"], receipt["state"]) == ("Wann kommt der Glasfaseranschluss?", "submitted")
        assert anna.ask("a1", "Wann kommt der Glasfaseranschluss?") == acknowledged


def test_a_link_is_made_and_revoked_while_the_server_runs(server):
    link = server.invite("moderator")
    with visit(server, token=token_of(link)) as moderator:
        assert moderator.type("welcome")["role"] == "moderator"
        identifier = json.loads(_body(token_of(link)))["jti"]
        printed = io.StringIO()
        with redirect_stderr(printed):
            main(["invite", "--data", str(server.folder), "--revoke", identifier])
        assert printed.getvalue() == "podium: revoked.\n"
        assert moderator.type("bye")["code"] == "token_revoked"
        with pytest.raises(ConnectionClosed):
            moderator.type("tick")
    with visit(server, token=token_of(link)) as moderator:
        assert moderator.until(lambda frame: True) == {"type": "bye", "code": "token_revoked"}


def test_sigterm_ends_the_server_and_all_it_started_at_once(server):
    _ends_at_once(server, signal.SIGTERM, ["the relay worker"])


def test_the_demo_keeps_programme_and_links_and_takes_all_it_started_along_killed_or_ended(demo):
    links = demo.links()
    assert (demo.folder / "programme.toml").read_bytes() == PROGRAMME.read_bytes()
    with visit(demo, token=token_of(links["moderate"])) as moderator:
        assert moderator.type("welcome")["role"] == "moderator"
    _, *started = demo.processes()
    demo.kill()
    assert all(gone(child) for child in started)
    changed = PROGRAMME.read_text(encoding="utf-8").replace("Digitales Podium", "Unser Podium")
    (demo.folder / "programme.toml").write_text(changed, encoding="utf-8")
    demo.start()
    assert demo.links() == links
    with visit(demo) as anna:
        assert anna.type("welcome")["entities"]["room"]["title"] == "Unser Podium"
    _ends_at_once(demo, signal.SIGINT, ["the relay worker", "the publisher of the test card"])


def _ends_at_once(server, number, started_by_it):
    with visit(server) as anna:
        anna.type("welcome")
        _, *started = server.processes()
        # and the process of the model, once somebody has asked
        assert len(started) >= len(started_by_it), started_by_it
        server.signal(number)
        bye = anna.type("bye")
        assert (bye["code"], bye["retry_after"]) == ("shutting_down", 0)
        with pytest.raises(ConnectionClosed) as closed:
            anna.type("tick")
        assert closed.value.rcvd.code == 1001
    assert server.wait(AT_ONCE) == 0
    assert all(gone(child) for child in started)


@pytest.mark.usefixtures("pictureless")
async def test_a_demo_of_rooms_without_pictures_needs_no_test_card(tmp_path, monkeypatch):
    programme = 'title = "Ulm"\n[rooms.ulm]\ntitle = "Ulm"\nlanguage = "de"\nfeeds = []\n'
    (tmp_path / "programme.toml").write_text(programme, encoding="utf-8")
    said: list[str] = []
    stop = asyncio.Event()
    stop.set()
    monkeypatch.setattr(serving, "_prepared", lambda: stop)
    monkeypatch.setattr(serving, "test_card", None)  # whoever calls it fails
    assert await serving.demo(Settings(data=tmp_path, port=0, media_port=0), said.append, said.append) == 0
    assert said[-1] == "Stopping."


@pytest.mark.usefixtures("pictureless")
async def test_it_says_which_ports_to_open_and_how_to_invite(tmp_path, monkeypatch):
    folder, media = tmp_path / "an event", free_media_port(2)
    folder.mkdir()
    shutil.copy(PROGRAMME, folder / "programme.toml")
    said: list[str] = []
    stop = asyncio.Event()
    stop.set()
    monkeypatch.setattr(serving, "_prepared", lambda: stop)
    settings = Settings(data=folder, port=0, media_port=media, relay_workers=2)
    assert await serving.serve(settings, said.append, said.append) == 0
    assert said[0].endswith(f", pictures at ports {media} to {media + 1} (UDP and TCP).")
    assert f"\n  podium invite --data '{folder}' --room {ROOM} --role moderator\n" in said[1]


@pytest.mark.usefixtures("pictureless")
@pytest.mark.parametrize("command", [serving.serve, serving.demo])
async def test_a_taken_port_is_one_sentence(tmp_path, monkeypatch, command):
    shutil.copy(PROGRAMME, tmp_path / "programme.toml")
    monkeypatch.setattr(serving, "_prepared", asyncio.Event)
    complaints: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(data=tmp_path, port=taken.getsockname()[1], media_port=0)
        assert await command(settings, complaints.append, complaints.append) == 2
    assert len(complaints) == 1
    assert complaints[0].startswith(f"The port {settings.port}/tcp on 127.0.0.1 cannot be opened")


async def test_without_a_programme_serve_says_what_to_do(tmp_path):
    complaints: list[str] = []
    assert await serving.serve(Settings(data=tmp_path), complaints.append, complaints.append) == 2
    assert "programme.toml is missing. `podium serve --help` shows what to write" in complaints[0]


def _body(token: str) -> bytes:
    body = token.split(".")[1]
    return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
