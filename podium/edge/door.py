"""One connection before HTTP: how long it may take to say what it wants, and to take what it is told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from aiohttp import web

from podium.edge.arrivals import Arrivals
from podium.edge.problem import BARE, problem
from podium.settings import Settings

REFUSED_SECONDS = 1.0
"""How long a refused connection may take to ask: an answer that comes before is lost by the network. As long is read from
who was too slow, and forgotten: to close while more comes loses the answer, too (RFC 9112 section 9.6)."""
FULL_RETRY_SECONDS = 5
READ_BYTES = 4_096
"""Taken from one connection in a turn of the loop: what floods by the megabyte leaves turns to the others, and seven
hundred empty pings at a time in memory, not forty thousand."""
WRITE_BYTES = 16_384
"""More than this waits for a connection, and whoever has more to tell it waits, too."""
_END_OF_HEAD = (b"\r\n\r\n", b"\n\n", b"\n\r\n")
_OVERLAP = 3


@dataclass(slots=True)
class Inside:
    """What all connections of a server share. most: open at once. head_seconds: for the head of the first request.

    unread_seconds: for taking anything at all of what waits. unread_bytes: that may wait for all who do not read.
    """

    enter: Callable[[], asyncio.Protocol]
    arrivals: Arrivals
    most: int
    head_seconds: float
    unread_seconds: float
    unread_bytes: int
    open: int = 0
    refusing: int = 0
    unread: dict["Door", int] = field(default_factory=dict)
    buffer: bytearray = field(default_factory=lambda: bytearray(READ_BYTES))

    @classmethod
    def by(cls, settings: Settings, enter: Callable[[], asyncio.Protocol], arrivals: Arrivals) -> "Inside":
        """With the limits that the operator has set."""
        unread_bytes = settings.unread_megabytes * 1_000_000
        return cls(enter, arrivals, settings.connections, settings.head_seconds, settings.unread_seconds, unread_bytes)

    def refusal(self, peer: str) -> bytes:
        """Count a connection from this address; what it is told instead of being shown in, b"" for nothing."""
        if wait := self.arrivals.wait(peer):
            return _refused("too_many_requests", "connections come too fast", wait)
        if self.open >= self.most:
            self.arrivals.refused["connections"] += 1
            detail = "this server has as many connections as it may"
        elif self.arrivals.crowded(peer):
            detail = "this address has as many connections open as one may"
        else:
            return b""
        return _refused("too_many_connections", detail, FULL_RETRY_SECONDS)

    def relieve(self) -> None:
        """Cut off those who have not read for longest, until no more waits than may."""
        while sum(self.unread.values()) > self.unread_bytes:
            next(iter(self.unread)).cut("unread_megabytes")


class Door(asyncio.BufferedProtocol):
    """One connection: shown in, or told why not. Later requests on it have the idle time of the HTTP server."""

    __slots__ = ("_deadline", "_inner", "_is_late", "_peer", "_refusal", "_shared", "_tail", "_transport", "_unread")

    def __init__(self, shared: Inside, peer: str, refusal: bytes = b"") -> None:
        self._shared = shared
        self._peer = peer
        self._refusal = refusal
        self._is_late = False
        self._inner: asyncio.Protocol | None = None
        self._tail: bytes | None = b""
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is here."""
        self._transport = cast(asyncio.Transport, transport)
        shared, loop = self._shared, asyncio.get_running_loop()
        if self._refusal:
            self._deadline = loop.call_later(REFUSED_SECONDS, self._transport.abort)
            return
        shared.open += 1
        shared.arrivals.enter(self._peer)
        self._transport.set_write_buffer_limits(high=WRITE_BYTES)
        self._deadline = loop.call_later(shared.head_seconds, self._late)
        self._inner = shared.enter()
        self._inner.connection_made(transport)

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 - the same for everybody
        """See asyncio.BufferedProtocol: what is read is handed on before anybody else reads."""
        return self._shared.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes for the server, or those after which a refusal is heard."""
        if self._inner is None:
            if self._transport is not None and not self._transport.is_closing():
                self._transport.write(self._refusal)
                self._transport.close()
            return
        if self._is_late:
            return
        data = bytes(self._shared.buffer[:nbytes])
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
        return None if self._inner is None or self._is_late else self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop()
        self._caught_up()
        if self._inner is None:
            self._shared.refusing -= 1
            return
        self._shared.open -= 1
        self._shared.arrivals.leave(self._peer)
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """More waits than the other side takes now."""
        if self._inner is not None:
            self._watch()
            self._inner.pause_writing()
            self._shared.relieve()

    def resume_writing(self) -> None:
        """It has taken nearly all of it."""
        if self._inner is not None:
            self._caught_up()
            self._inner.resume_writing()

    def cut(self, limit: str) -> None:
        """End it now; what waits is lost."""
        self._caught_up()
        self._shared.arrivals.refused[limit] += 1
        if self._transport is not None:
            self._transport.abort()

    def _watch(self) -> None:
        """Look again when it has had its time."""
        assert self._transport is not None, "nothing is written before there is a connection"
        self._shared.unread[self] = self._transport.get_write_buffer_size()
        self._unread = asyncio.get_running_loop().call_later(self._shared.unread_seconds, self._look)

    def _look(self) -> None:
        assert self._transport is not None, "nothing is written before there is a connection"
        if self._transport.get_write_buffer_size() < self._shared.unread.pop(self):
            self._watch()  # slow, but it reads
        else:
            self.cut("unread_seconds")

    def _caught_up(self) -> None:
        self._shared.unread.pop(self, None)
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _late(self) -> None:
        """The head of the first request is not complete in time (slow-loris)."""
        if self._transport is not None:
            self._shared.arrivals.refused["head_seconds"] += 1
            self._is_late = True
            self._transport.write(_written(problem("head_too_slow", "the head of the request came too slowly")))
            self._transport.write_eof()
            self._deadline = asyncio.get_running_loop().call_later(REFUSED_SECONDS, self._transport.abort)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _refused(code: str, detail: str, seconds: int) -> bytes:
    return _written(problem(code, detail, {"Retry-After": str(seconds)}))


def _written(response: web.Response) -> bytes:
    """A whole answer, with which the connection ends."""
    body = bytes(cast(bytes, response.body))
    head = [f"HTTP/1.1 {response.status} {response.reason}", f"Content-Length: {len(body)}", "Connection: close"]
    said = {**BARE, **response.headers}
    head += [f"{name}: {value}" for name, value in said.items() if name != "Content-Length"]
    return "\r\n".join([*head, "", ""]).encode() + body
