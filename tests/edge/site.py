"""The HTTP side of a room on a free port of the loopback interface, in this process."""

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import aiohttp
import websockets
from aiohttp import web
from yarl import URL

from moderation.policy import Role
from moderation.room import Room
from podium import wire
from podium.admission import Admission
from podium.edge.authority import Authority
from podium.edge.export import Exports
from podium.edge.headers import secure
from podium.edge.http import Pages
from podium.edge.websocket import Pump
from podium.hub import Hub
from podium.ids import RandomIds
from podium.ports import Store
from podium.store.memory import MemoryStore
from podium.tokens import Link, Tokens
from tests.clock import SettableClock
from tests.live import ROOM, living

LATER = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Site:
    """A room that can be visited."""

    port: int
    hub: Hub
    tokens: Tokens
    clock: SettableClock
    runner: web.AppRunner

    @property
    def kept(self) -> int:
        """Connections that the server keeps, with what they have not taken."""
        assert self.runner.server is not None
        return len(self.runner.server.connections)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def token(self, role: Role, panellist: str | None = None, identifier: str = f"{ROOM}.1") -> str:
        return self.tokens.sign_link(Link(ROOM, role, panellist, LATER, identifier))

    def connect(self, **options: Any) -> websockets.connect:
        """A connection of the `websockets` library, to be used with `async with`."""
        options = {"subprotocols": [wire.SUBPROTOCOL], "compression": None, "proxy": None} | options
        return websockets.connect(f"ws://127.0.0.1:{self.port}/ws", **options)

    @asynccontextmanager
    async def joined(self, **hello: Any) -> AsyncIterator["Visitor"]:
        """A connection that has said hello."""
        async with self.connect() as socket:
            visitor = Visitor(socket)
            await visitor.say({"type": "hello", "room": ROOM, **hello})
            yield visitor

    @asynccontextmanager
    async def get(self, path: str, **headers: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """What a browser gets; paths are sent as they are written."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(_as_written(self.address, path), headers=headers, allow_redirects=False) as response,
        ):
            yield response


class Visitor:
    """Frames as objects over a WebSocket."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket

    async def say(self, frame: object) -> None:
        await self.socket.send(json.dumps(frame))

    async def do(self, command: str, identifier: str, **body: object) -> dict[str, Any]:
        """Say a command; its ack or refusal."""
        await self.say({"type": "do", "id": identifier, "command": command, "body": body})
        return await self.until(lambda frame: frame.get("id") == identifier)

    async def frame(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(await self.socket.recv())
        return read

    async def until(self, fact: Any) -> dict[str, Any]:
        """The first frame for which the fact holds."""
        while True:
            frame = await self.frame()
            if fact(frame):
                return frame

    async def type(self, name: str) -> dict[str, Any]:
        return await self.until(lambda frame: frame["type"] == name)

    async def enrol(self) -> str:
        """The token of this device."""
        await self.say({"type": "enrol"})
        return str((await self.type("device"))["token"])


@asynccontextmanager
async def site(
    folder: Path | None = None,
    store: Store | None = None,
    public_url: str = "",
    send_buffer: int = 0,
    hello_seconds: float = 10,
) -> AsyncIterator[Site]:
    """The pages of a folder and one room. send_buffer: bytes the kernel keeps for each connection, 0: as it likes."""
    clock = SettableClock()
    tokens = Tokens(bytes(32), clock)
    kept = store or MemoryStore()
    async with living(kept, clock=clock) as hub:

        def find_room(identifier: str) -> Room | None:
            return hub.room if identifier == ROOM else None

        pump = Pump({ROOM: hub}, Admission(tokens, RandomIds(), find_room), clock, public_url, hello_seconds)
        application = web.Application()
        application.on_response_prepare.append(secure())
        application.add_routes([web.get("/ws", pump.handle)])
        exports = Exports(Authority(tokens, find_room).moderated, kept, UTC)
        application.add_routes(exports.routes())
        application.add_routes(Pages(find_room, folder or Path("/nowhere")).routes())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        if send_buffer:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        await web.SockSite(runner, listening).start()
        try:
            yield Site(runner.addresses[0][1], hub, tokens, clock, runner)
        finally:
            await runner.cleanup()


def _as_written(address: str, path: str) -> URL:
    return URL(address + path, encoded=True)
