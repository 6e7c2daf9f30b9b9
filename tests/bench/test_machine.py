"""What a process uses, and who listens, as this very process can tell of itself."""

import os
import socket

from podium.bench import machine


def test_this_process_uses_something_and_one_that_is_gone_nothing():
    mine = machine.usage(os.getpid())
    assert mine is not None
    assert mine.cpu > 0
    assert mine.memory > 1_000_000
    assert machine.usage(2**22 + 1) is None


def test_who_listens_is_found():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert machine.listener(port) == os.getpid()
    assert machine.listener(port) is None


def test_loopback_is_here_and_nothing_else():
    assert [machine.here(host) for host in ("127.0.0.1", "localhost", "::1", "192.0.2.1")] == [True, True, True, False]
