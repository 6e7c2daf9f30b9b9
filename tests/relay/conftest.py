"""A media plane on a socket of its own."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from podium.relay.plane import MediaPlane
from tests.relay.stage import Stage


@pytest.fixture
def udp() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.setblocking(False)
        bound.bind(("127.0.0.1", 0))
        yield bound


@pytest.fixture
async def stage(udp: socket.socket) -> AsyncIterator[Stage]:
    plane = MediaPlane(udp)
    made = Stage(plane)
    yield made
    plane.close()
    made.end()
