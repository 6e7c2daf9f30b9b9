"""People who stay through anything: each loses the server now and then, and comes back as the pages do."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import websockets

from tests.e2e.server import ROOM
from tests.edge.site import Visitor
from tests.relay.browser import MovingPicture, Peer

PAUSE = 0.3
"""Seconds before somebody comes back; pages wait 0.25 to 0.5."""
PACE = 0.15
"""Seconds between two decisions of one moderator."""
LOST = (OSError, websockets.ConnectionClosed, websockets.InvalidMessage, websockets.InvalidHandshake)
"""How a connection ends, or does not come about."""


class Busy:
    """A moderator who decides again and again; the page comes back by itself and sends again what was not answered.

    acked: the ids of all commands that were acknowledged, with the number each was given, in order. waits: seconds
    from wanting to decide to the acknowledgement, whatever came between.
    """

    def __init__(self, port: int, token: str, question: int, name: str) -> None:
        self.acked: dict[str, int] = {}
        self.waits: list[float] = []
        self.refused: Counter[str] = Counter()
        self._port = port
        self._token = token
        self._question = question
        self._name = name

    @property
    def longest(self) -> float:
        """The longest of the waits."""
        return max(self.waits, default=0.0)

    async def decide(self) -> None:
        """Until cancelled."""
        began = time.monotonic()
        while True:
            with suppress(*LOST):
                async with attending(self._port, token=self._token) as visitor:
                    while True:
                        identifier = f"{self._name}-{len(self.acked)}"
                        command = ("hold", "approve")[len(self.acked) % 2]
                        answer = await visitor.do(command, identifier, question=self._question)
                        if answer["type"] == "ack":
                            self.waits.append(time.monotonic() - began)
                            self.acked[identifier] = answer["seq"]
                            if len(self.acked) % 8 == 0:  # as a page that missed the answer would
                                again = await visitor.do(command, identifier, question=self._question)
                                assert again["type"] == "refused" or again == answer, (answer, again)
                            await asyncio.sleep(PACE)
                            began = time.monotonic()
                        else:
                            self.refused[answer["code"]] += 1
                            assert answer.get("retry_after") is not None, answer
                            await asyncio.sleep(answer["retry_after"] / 1000)
            await asyncio.sleep(PAUSE)

    def compare(self, journal: Sequence[tuple[int, str]]) -> None:
        """Fail if something acknowledged was lost, doubled or reordered. One more may be there: its ack was lost."""
        numbers = [seq for seq, _ in journal]
        assert numbers == list(range(1, len(journal) + 1))
        written = [(command, seq) for seq, command in journal if command.startswith(f"{self._name}-")]
        assert written[: len(self.acked)] == list(self.acked.items())
        assert len(written) <= len(self.acked) + 1


class Reader:
    """A moderator's page that only reads: what it shows after whatever happened. entities: as the page keeps them."""

    def __init__(self, port: int, token: str) -> None:
        self.entities: dict[str, Any] = {}
        self.seq = 0
        self._port = port
        self._token = token

    async def read(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(*LOST):
                async with attending(self._port, token=self._token, since=self.seq or None) as visitor:
                    while True:
                        self.take(await visitor.frame())
            await asyncio.sleep(PAUSE)

    def take(self, frame: dict[str, Any]) -> None:
        """What a page does with a frame."""
        if frame["type"] == "welcome" and frame["complete"]:
            self.entities.clear()
        for name in frame.get("drop") or ():
            self.entities.pop(name, None)
        self.entities |= frame.get("put") or frame.get("entities") or {}
        self.seq = frame.get("seq", self.seq) if frame["type"] in ("welcome", "event", "tick") else self.seq


@asynccontextmanager
async def attending(port: int, **hello: Any) -> AsyncIterator[Visitor]:
    """A page's connection. Raises LOST."""
    address = f"ws://127.0.0.1:{port}/ws"
    async with websockets.connect(address, subprotocols=["podium.v1"], proxy=None) as socket:
        visitor = Visitor(socket)
        await visitor.say({"type": "hello", "room": ROOM, **hello})
        yield visitor


class Screen:
    """A page that watches, and comes back by itself."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self.longest = 0.0
        self.pictures = 0
        self.sessions = 0

    async def knock(self) -> str:
        """Begin to watch and leave; the status, and the code of a refusal."""
        peer = Peer(self._http)
        peer.connection.addTransceiver("video", direction="recvonly")
        try:
            status = await peer.post(self._url)
            if status == 201:
                await peer.delete()
            return str(status)
        except (aiohttp.ClientError, TimeoutError):
            return "no answer"
        finally:
            await peer.close()

    async def watch(self) -> None:
        """Until cancelled."""
        moved = time.monotonic()
        while True:
            peer = Peer(self._http)
            peer.watch()
            for kind in ("audio", "video"):
                peer.connection.addTransceiver(kind, direction="recvonly")
            seen = 0
            try:
                with suppress(aiohttp.ClientError):
                    if await peer.post(self._url) == 201:
                        self.sessions += 1
                        while peer.connection.connectionState not in ("closed", "failed"):
                            await asyncio.sleep(0.05)
                            if len(peer.frames) > seen:
                                if self.pictures:
                                    self.longest = max(self.longest, time.monotonic() - moved)
                                self.pictures += len(peer.frames) - seen
                                seen, moved = len(peer.frames), time.monotonic()
            finally:
                await peer.close()
            await asyncio.sleep(PAUSE)


async def film(http: aiohttp.ClientSession, url: str, token: str) -> None:
    """A camera that publishes, and comes back by itself, until cancelled."""
    while True:
        camera = Peer(http, token)
        camera.connection.addTrack(MovingPicture())
        camera.connection.getTransceivers()[0].direction = "sendonly"
        try:
            with suppress(aiohttp.ClientError):
                if await camera.post(url) == 201:
                    while camera.connection.connectionState not in ("closed", "failed"):
                        await asyncio.sleep(0.05)
        finally:
            await camera.close()
        await asyncio.sleep(PAUSE)
