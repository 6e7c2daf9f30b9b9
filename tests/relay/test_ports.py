import socket

import pytest

from podium.relay.ports import open_sockets
from podium.relay.udp import MediaPortTaken


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "::"])
def test_udp_and_tcp_have_one_number(host: str) -> None:
    media = open_sockets(host, 0)
    port = media.port
    assert media.udp.getsockname()[:2] == media.tcp.getsockname()[:2] == (host, port)
    media.close()
    open_sockets(host, port).close()


def test_everywhere_means_both_families() -> None:
    media = open_sockets("::", 0)
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family, socket.SOCK_STREAM) as peer:
            peer.connect((host, media.port))
    media.close()


def test_a_tcp_port_that_is_taken_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MediaPortTaken, match=f"{port}/tcp on 127.0.0.1 cannot be opened .*choose another"):
            open_sockets("127.0.0.1", port)
    open_sockets("127.0.0.1", port).close()


def test_any_port_is_one_that_is_free_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = [MediaPortTaken("taken")] * 3
    opened = []

    def open_listener(udp: socket.socket) -> socket.socket:
        opened.append(udp)
        if refusals:
            raise refusals.pop()
        return socket.socket()

    monkeypatch.setattr("podium.relay.ports.open_listener", open_listener)
    open_sockets("127.0.0.1", 0).close()
    assert len(opened) == 4
    assert all(udp.fileno() == -1 for udp in opened)
