"""STUN and TURN servers that answer, do not, or lack their secret: on real sockets of the loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aioice import stun

from podium.doctor import turn
from podium.doctor.findings import Finding, Level
from podium.settings import Settings


def answer(data: bytes) -> bytes:
    """What an independent implementation of STUN says to this request."""
    request = stun.parse_message(data)
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=request.transaction_id)
    response.attributes["XOR-MAPPED-ADDRESS"] = ("127.0.0.1", 4711)
    return bytes(response)


@contextmanager
def serving(kind: socket.SocketKind, *, stranger: bool = False) -> Iterator[int]:
    """A server for one request; its port. stranger: it speaks another protocol."""
    with socket.socket(socket.AF_INET, kind) as server:
        server.bind(("127.0.0.1", 0))

        def datagram() -> None:
            data, address = server.recvfrom(2048)
            server.sendto(b"noise", address)
            server.sendto(answer(data), address)

        def stream() -> None:
            connection, _ = server.accept()
            with connection:
                data = connection.recv(2048)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" if stranger else answer(data))

        if kind is socket.SOCK_STREAM:
            server.listen()
        thread = threading.Thread(target=stream if kind is socket.SOCK_STREAM else datagram)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def found(server: str, secret: Path | None = None) -> list[Finding]:
    return list(turn.examine(Settings(ice_servers=(server,), turn_secret=secret)))


def test_servers_are_asked_over_udp_and_tcp() -> None:
    with serving(socket.SOCK_DGRAM) as port:
        assert [finding.level for finding in found(f"stun:127.0.0.1:{port}")] == [Level.OK]
    for stranger, level in ((False, Level.OK), (True, Level.WARN)):
        with serving(socket.SOCK_STREAM, stranger=stranger) as port:
            assert found(f"turn:127.0.0.1:{port}?transport=tcp")[-1].level is level


def test_a_server_that_does_not_answer_is_told_with_advice() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for server in (f"stun:127.0.0.1:{port}", f"turns:127.0.0.1:{port}"):
        finding = found(server)[-1]
        assert (finding.level, "--ice-servers" in finding.advice) == (Level.WARN, True)


@pytest.mark.parametrize(("content", "level"), [(None, Level.FAIL), (b"", Level.FAIL), (b"secret", Level.OK)])
def test_turn_needs_its_secret(tmp_path: Path, content: bytes | None, level: Level) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    assert turn.of_secret(Settings(turn_secret=path)).level is level
    assert turn.of_secret(Settings()).level is Level.FAIL


@pytest.mark.parametrize(
    ("authority", "host", "port"),
    [("a.example", "a.example", 1), ("a.example:80", "a.example", 80), ("[::1]:80", "::1", 80), ("[::1]", "::1", 1)],
)
def test_addresses_with_and_without_a_port(authority: str, host: str, port: int) -> None:
    assert turn._split(authority, 1) == (host, port)
