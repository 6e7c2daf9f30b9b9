"""A media plane on a socket of its own, and its peers under test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from typing import cast

import pytest

from podium.relay.plane import MediaPlane
from tests.relay.far import Far
from tests.relay.hands import Hands
from tests.relay.media import audio_section, video_section
from tests.relay.near import Near
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


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def timed(udp: socket.socket, hands: Hands) -> Iterator[Stage]:
    """A plane whose time passes when the test turns the hands."""
    made = Stage(MediaPlane(udp, loop=cast(asyncio.AbstractEventLoop, hands)))
    yield made
    made.plane.close()
    made.end()


@pytest.fixture
def far() -> Iterator[Far]:
    made = Far(video_section(), audio_section())
    yield made
    made.udp.close()
    made.peer.close()


@pytest.fixture
def near() -> Iterator[Near]:
    made = Near()
    yield made
    made.close()
