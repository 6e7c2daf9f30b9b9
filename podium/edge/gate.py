"""Where connections come in: a few in each turn of the loop, so that a thousand at once hold nobody up."""

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from podium.edge.door import Door, Inside

TURN = 8
"""Connections that come in while the others wait: what each asks for costs ten times as much as to let it in."""
TOLD = 2
"""Connections a turn that are told why they are refused; more are closed without a word, which costs a tenth."""
MOST_REFUSING = 256
"""Connections at a time that are being told."""
LOOKS = 128
"""Connections a turn at most: whoever comes in stands in one row with those who are refused."""
SHORTAGE_SECONDS = 1.0
"""How long nobody is let in when there are no more descriptors."""
_RESET = struct.pack("ii", 1, 0)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate(web.BaseSite):
    """Listens for the runner's server, with a Door for each connection. Raises OSError when the port is taken."""

    def __init__(self, runner: web.BaseRunner, host: str | None, port: int, shared: Inside, backlog: int) -> None:
        super().__init__(runner, backlog=backlog)
        self._host = host
        self._port = port
        self._shared = shared
        self._listening: list[socket.socket] = []
        self._coming: set[asyncio.Task[object]] = set()

    @property
    def name(self) -> str:
        """For the runner's list of its sites."""
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Answer from now on."""
        await super().start()
        loop = asyncio.get_running_loop()
        # binds both families where there is no host; it would let in as many in one turn as may wait
        self._server = await loop.create_server(asyncio.Protocol, self._host, self._port, start_serving=False)
        for bound in self._server.sockets:
            listening = socket.socket(fileno=os.dup(bound.fileno()))
            self._listening.append(listening)
            listening.listen(self._backlog)
            loop.add_reader(listening, self._come, listening)

    async def stop(self) -> None:
        """Let nobody in any more."""
        for listening in self._listening:
            asyncio.get_running_loop().remove_reader(listening)
            listening.close()
        self._listening.clear()
        if self._coming:
            await asyncio.wait(self._coming)
        await super().stop()

    def _come(self, listening: socket.socket) -> None:
        loop, shared = asyncio.get_running_loop(), self._shared
        admitted = told = 0
        for _ in range(LOOKS):
            try:
                connection, address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                loop.call_exception_handler({"message": "nobody can come in", "exception": error})
                loop.remove_reader(listening)
                loop.call_later(SHORTAGE_SECONDS, self._again, listening)
                return
            refusal = shared.refusal(address[0])
            if not refusal:
                admitted += 1
            elif told < TOLD and shared.refusing < MOST_REFUSING:
                told += 1
                shared.refusing += 1
            else:
                with suppress(OSError):
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                connection.close()
                continue
            self._open(connection, address[0], refusal)
            if admitted == TURN:
                return

    def _again(self, listening: socket.socket) -> None:
        if listening in self._listening:
            asyncio.get_running_loop().add_reader(listening, self._come, listening)

    def _open(self, connection: socket.socket, peer: str, refusal: bytes) -> None:
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        coming = loop.create_task(loop.connect_accepted_socket(lambda: Door(self._shared, peer, refusal), connection))
        self._coming.add(coming)
        coming.add_done_callback(self._coming.discard)


@web.middleware
async def taking_turns(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whoever sends many requests at once waits after each for all others: else one would be served after the other."""
    await asyncio.sleep(0)
    return await handler(request)
