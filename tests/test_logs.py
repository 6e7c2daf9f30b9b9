"""The log says what happened, to programs and to people, and nothing about anybody: looked for in all that a server says."""

import io
import json
import logging
import os
import signal
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from podium import logs
from tests.e2e.server import NO_MODEL, ROOM, Server

FROM = "127.0.0.7"
"""The address of everybody in this test: what belongs to nobody, 127.0.0.1, is no proof."""
TEXT, NAME, NOTE = "Wann kommt der Glasfaseranschluss?", "Erika Mustermann", "Bitte ohne Namen fragen."
STRAY = "Geheimnisvolles"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Where this process logs, as JSON."""
    root, podium = logging.getLogger(), logging.getLogger("podium")
    handlers, levels = root.handlers[:], (root.level, podium.level)
    monkeypatch.setattr(logs, "_form", "text")
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    podium.setLevel(levels[1])


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_facts(log: io.StringIO) -> None:
    logging.getLogger("podium.hub").warning("commands refused", extra={"room": "smart-city", "commands": 3})
    (event,) = events(log)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "commands refused",
        "level": "warning",
        "logger": "podium.hub",
        "room": "smart-city",
        "commands": 3,
    }


def test_people_read_it_on_a_terminal(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    logs.configure("auto", terminal)
    assert logs.form() == "text"
    logging.getLogger("podium.hub").warning("commands refused", extra={"room": "smart-city"})
    assert "commands refused" in terminal.getvalue()
    with pytest.raises(ValueError, match=r"^Expecting|^Extra"):
        json.loads(terminal.getvalue())
    logs.configure("auto", log)
    assert logs.form() == "json"


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("from 203.0.113.7:4711 again", "from [address] again"),
        ("('2001:db8::17', 4711, 0, 0)", "('[address]', 4711, 0, 0)"),
        ("at http://[2001:db8::17]:8080/ws", "at http://[address]:8080/ws"),
        ("::ffff:203.0.113.7", "[address]"),
        ("open at http://127.0.0.1:8080", "open at http://127.0.0.1:8080"),
        ("at 12:34:56 version 1.16.0", "at 12:34:56 version 1.16.0"),
        ("token eyJhbGciOi.eyJhdWQi.c2lnbmF0", "token [token]"),
    ],
)
def test_addresses_and_tokens_are_taken_out_of_whatever_is_logged(log: io.StringIO, said: str, logged: str) -> None:
    logging.getLogger("a.library").error("%s", said)
    assert events(log)[0]["event"] == logged


def test_a_fact_of_any_kind_is_cleaned_and_none_is_longer_than_people_read(log: io.StringIO) -> None:
    peers = ["203.0.113.7", {"also": "2001:db8::17"}]
    logging.getLogger("podium.x").warning("said", extra={"peers": peers, "count": 3, "text": "a." * 100_000 + "g"})
    (event,) = events(log)
    assert (event["peers"], event["count"]) == ("['[address]', {'also': '[address]'}]", 3)
    assert event["text"] == "a." * (logs.LONGEST // 2) + "…"


def test_of_an_exception_the_kind_and_the_place_are_told_but_not_its_words(log: io.StringIO) -> None:
    try:
        try:
            raise KeyError(TEXT)
        except KeyError as error:
            raise OSError(28, os.strerror(28), TEXT) from error
    except OSError:
        logging.getLogger("podium.hub").exception("it broke")
    told = events(log)[0]["exception"]
    assert TEXT not in told
    assert "KeyError\nthen:\n" in told
    assert "OSError: No space left on device" in told
    assert "test_logs.py" in told


def test_each_exception_of_a_group_is_told(log: io.StringIO) -> None:
    logging.getLogger("podium").error("both", exc_info=ExceptionGroup(TEXT, [ValueError(TEXT), LookupError(TEXT)]))
    told = events(log)[0]["exception"]
    assert "ValueError" in told
    assert "LookupError" in told
    assert TEXT not in told


def test_asyncio_shows_no_objects(log: io.StringIO) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task exception=%r>", TEXT)
    assert events(log)[0]["event"] == "Task exception was never retrieved"


@contextmanager
def visit(server: Server, **hello: str) -> Iterator[ClientConnection]:
    address, protocols = f"ws://127.0.0.1:{server.port}/ws", [Subprotocol("podium.v1")]
    with connect(address, subprotocols=protocols, proxy=None, source_address=(FROM, 0)) as socket:
        socket.send(json.dumps({"type": "hello", "room": ROOM, **hello}))
        yield socket


def until(visitor: ClientConnection, **wanted: object) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(visitor.recv(timeout=10))
        if all(frame.get(name) == value for name, value in wanted.items()):
            return frame


def do(visitor: ClientConnection, identifier: str, command: str, **body: object) -> dict[str, Any]:
    visitor.send(json.dumps({"type": "do", "id": identifier, "command": command, "body": body}))
    return until(visitor, id=identifier)


def raw(server: Server, sent: bytes) -> bytes:
    """What comes back for these bytes."""
    with socket.create_connection(("127.0.0.1", server.port), 10, (FROM, 0)) as connection:
        connection.sendall(sent)
        return connection.recv(65_536)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path, changes=NO_MODEL)
    started.start()
    yield started
    started.stop()


def test_whatever_happens_to_a_server_its_log_is_json_and_names_nobody(server: Server) -> None:
    moderating = server.token("moderator")
    with visit(server) as anna, visit(server, token=moderating) as moderator:
        anna.send(json.dumps({"type": "enrol"}))
        device = until(anna, type="device")["token"]
        asked = do(anna, "a1", "ask", text=TEXT, language="de", name=NAME)
        assert asked["type"] == "ack"
        declined = do(moderator, "m1", "decline", question=asked["question"], reason="off_topic", note=NOTE)
        assert declined["type"] == "ack"
        for malformed in (
            STRAY,
            json.dumps({"type": "do", "id": STRAY, "command": STRAY, "body": {}}),
            "\x00" * 20_000,
        ):
            anna.send(malformed)
        until(anna, type="bye")
    for request in (
        f"GET /{STRAY} HTTP/1.1\r\nHost: x\r\n\r\n",
        f"{STRAY}\r\n\r\n",
        f"POST /whip/{ROOM}/programme HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {moderating}\r\n\r\n{STRAY}",
    ):
        assert raw(server, request.encode()).startswith(b"HTTP/1.")
    # an accident of every kind: a worker that dies, a database that vanishes
    worker = server.worker(0)
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    while server.worker(0) in (None, worker):
        pass
    for name in ("podium.sqlite", "podium.sqlite-wal", "podium.sqlite-shm"):
        (server.folder / name).unlink(missing_ok=True)
    with visit(server, device=device) as anna:
        assert do(anna, "a2", "ask", text=TEXT, language="de", name=NAME)["code"] == "storage_unavailable"
    with urllib.request.urlopen(f"{server.base}/healthz") as alive:  # noqa: S310
        assert alive.status == 200
    server.stop()
    lines = [json.loads(line) for line in server.output]
    said = [line["event"] for line in lines]
    assert "commands refused" in said
    assert "a relay worker ended, the next one starts" in said
    assert all(line["level"] and line["timestamp"] for line in lines)
    everything = "".join(server.output)
    for secret in (TEXT, "Glasfaser", NAME, NOTE, STRAY, FROM, moderating, device, moderating.rpartition(".")[2]):
        assert secret not in everything
