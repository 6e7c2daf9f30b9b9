"""Every connection before HTTP: how many there are, how fast they come, and how long one may take to say what it wants."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from podium.edge.arrivals import Arrivals
from podium.edge.problem import problem

REFUSED_SECONDS = 1.0
"""How long a refused connection may take to ask: an answer that comes before is lost by the network."""
FULL_RETRY_SECONDS = 5
_END_OF_HEAD = (b"\r\n\r\n", b"\n\n", b"\n\r\n")
_OVERLAP = 3


@dataclass(slots=True)
class Inside:
    """What all connections of a server share. most: open at once. head_seconds: for the head of the first request."""

    enter: Callable[[], asyncio.Protocol]
    arrivals: Arrivals
    most: int
    head_seconds: float
    open: int = 0


class Door(asyncio.Protocol):
    """One connection: shown in, or told why not. Later requests on it have the idle time of the HTTP server."""

    __slots__ = ("_deadline", "_inner", "_refusal", "_shared", "_tail", "_transport")

    def __init__(self, shared: Inside) -> None:
        self._shared = shared
        self._inner: asyncio.Protocol | None = None
        self._refusal = b""
        self._tail: bytes | None = b""
        self._deadline: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is here."""
        self._transport = cast(asyncio.Transport, transport)
        shared, loop = self._shared, asyncio.get_running_loop()
        shared.open += 1
        peer = transport.get_extra_info("peername")
        wait = shared.arrivals.wait(peer[0] if isinstance(peer, tuple) else "")
        if shared.open > shared.most:
            shared.arrivals.refused["connections"] += 1
            self._refuse("too_many_connections", "this server has as many connections as it may", FULL_RETRY_SECONDS)
        elif wait:
            self._refuse("too_many_requests", "connections come too fast", wait)
        if self._refusal:
            self._deadline = loop.call_later(REFUSED_SECONDS, self._transport.abort)
            return
        self._deadline = loop.call_later(shared.head_seconds, self._late)
        self._inner = shared.enter()
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes for the server, or those after which a refusal is heard."""
        if self._inner is None:
            if self._transport is not None and not self._transport.is_closing():
                self._transport.write(self._refusal)
                self._transport.close()
            return
        if self._tail is not None:
            self._tail += data
            if any(end in self._tail for end in _END_OF_HEAD):
                self._tail = None
                self._stop()
            else:
                self._tail = self._tail[-_OVERLAP:]
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """The other side says no more."""
        return None if self._inner is None else self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._shared.open -= 1
        self._stop()
        if self._inner is not None:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """See asyncio.BaseProtocol."""
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """See asyncio.BaseProtocol."""
        if self._inner is not None:
            self._inner.resume_writing()

    def _late(self) -> None:
        """The head of the first request is not complete in time (slow-loris)."""
        if self._transport is not None:
            self._shared.arrivals.refused["head_seconds"] += 1
            self._transport.write(_written(problem("head_too_slow", "the head of the request came too slowly")))
            self._transport.close()

    def _refuse(self, code: str, detail: str, seconds: int) -> None:
        self._refusal = _written(problem(code, detail, {"Retry-After": str(seconds)}))

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class DoorSite(web.BaseSite):
    """Listens for the runner's server, with a Door for each connection."""

    def __init__(self, runner: web.BaseRunner, host: str | None, port: int, shared: Inside, backlog: int) -> None:
        super().__init__(runner, backlog=backlog)
        self._host = host
        self._port = port
        self._shared = shared

    @property
    def name(self) -> str:
        """For the runner's list of its sites."""
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Answer from now on. Raises OSError when the port cannot be opened."""
        await super().start()
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Door(self._shared), self._host, self._port, backlog=self._backlog
        )


def _written(response: web.Response) -> bytes:
    """A whole answer, with which the connection ends."""
    body = bytes(cast(bytes, response.body))
    head = [f"HTTP/1.1 {response.status} {response.reason}", f"Content-Length: {len(body)}", "Connection: close"]
    head += [
        "Content-Security-Policy: default-src 'none'",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
    ]
    head += [f"{name}: {value}" for name, value in response.headers.items() if name != "Content-Length"]
    return "\r\n".join([*head, "", ""]).encode() + body
