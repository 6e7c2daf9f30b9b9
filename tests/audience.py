"""People who stay through anything: each loses the server now and then, and comes back as the pages do."""

import asyncio
import time
from contextlib import suppress

import aiohttp
import websockets

from tests.e2e.server import ROOM
from tests.edge.site import Visitor
from tests.relay.browser import MovingPicture, Peer

PAUSE = 0.3
"""Seconds before somebody comes back; pages wait 0.25 to 0.5."""


class Busy:
    """A moderator who decides again and again; the page comes back by itself and sends again what was not answered."""

    def __init__(self, port: int, token: str, question: int) -> None:
        self.address = f"ws://127.0.0.1:{port}/ws"
        self.done: list[str] = []
        self.longest = 0.0
        self._hello = {"type": "hello", "room": ROOM, "token": token}
        self._question = question

    async def decide(self) -> None:
        """Until cancelled."""
        began = time.monotonic()
        while True:
            with suppress(OSError, websockets.ConnectionClosed, websockets.InvalidMessage, websockets.InvalidHandshake):
                async with websockets.connect(self.address, subprotocols=["podium.v1"], proxy=None) as socket:
                    visitor = Visitor(socket)
                    await visitor.say(self._hello)
                    while True:
                        command = ("hold", "approve")[len(self.done) % 2]
                        name = f"rolling-{len(self.done)}"
                        answer = await visitor.do(command, name, question=self._question)
                        if answer["type"] == "ack":
                            self.longest = max(self.longest, time.monotonic() - began)
                            self.done.append(name)
                            await asyncio.sleep(0.05)
                            began = time.monotonic()
                        else:
                            assert answer["retry_after"] is not None, answer
            await asyncio.sleep(PAUSE)


class Screen:
    """A page that watches, and comes back by itself."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self.longest = 0.0
        self.pictures = 0

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
