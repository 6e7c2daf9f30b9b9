"""The WebSocket pump: RFC 6455 on one side, a session and a room on the other."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Literal
from urllib.parse import urlsplit

from aiohttp import WSMsgType, hdrs, web

from podium import wire
from podium.admission import Admission
from podium.batch import Want
from podium.broadcast import Member
from podium.hub import Hub
from podium.outbox import Outbox
from podium.ports import Clock
from podium.relay.turnstile import Turnstile
from podium.session import (
    MESSAGE_TOO_BIG,
    POLICY_VIOLATION,
    Close,
    Effect,
    Find,
    Identify,
    Join,
    Look,
    Report,
    Seek,
    Send,
    Session,
    Submit,
)

MESSAGE_LIMIT = 4 * wire.FRAME_LIMIT
"""Bytes. Up to here a message over the frame limit is answered before the connection is closed with 1009. Whoever
never ends one has so much kept for it."""
UNSENT_LIMIT = 16_384
"""Bytes the kernel has not taken yet; beyond that frames wait in the outbox, where they can be dropped, and which
has them in common with others."""
HEARTBEAT_SECONDS = 20.0
CLOSE_SECONDS = 1.0
NORMAL = 1000


class Pump:
    """Serves `/ws`. public_url: the address people use when a proxy stands in front, or "". hello_seconds: for a hello."""

    def __init__(
        self, hubs: Mapping[str, Hub], admission: Admission, clock: Clock, public_url: str, hello_seconds: float
    ) -> None:
        self._hubs = hubs
        self._admission = admission
        self._clock = clock
        self._public_url = public_url
        self._framer = Framer()
        self._hello_seconds = hello_seconds
        self._turnstile = Turnstile()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """400 without the subprotocol, 403 from a page of another origin (RFC 6455 section 10.2)."""
        offered = request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "")
        if wire.SUBPROTOCOL not in [name.strip() for name in offered.split(",")]:
            return web.Response(status=400, text=f"This address speaks the WebSocket subprotocol {wire.SUBPROTOCOL}.\n")
        if not self._same_origin(request):
            return web.Response(status=403, text="Pages of other sites may not connect here.\n")
        socket: web.WebSocketResponse[Literal[False]] = web.WebSocketResponse(
            protocols=(wire.SUBPROTOCOL,),
            heartbeat=HEARTBEAT_SECONDS,
            autoping=False,
            compress=False,
            max_msg_size=MESSAGE_LIMIT,
            timeout=CLOSE_SECONDS,
            decode_text=False,
        )
        await socket.prepare(request)
        socket.headers.clear()  # sent; kept for as long as the connection lasts, they would be a tenth of its memory
        session = Session(self._admission, self._clock)
        connection = _Connection(socket, request.transport, self._hubs, session, self._framer, self._turnstile)
        await connection.serve(self._hello_seconds)
        return socket

    def _same_origin(self, request: web.Request) -> bool:
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None:  # no browser
            return True
        try:
            host = urlsplit(origin).netloc
        except ValueError:  # brackets that hold no address
            return False
        return bool(host) and host in (request.host, urlsplit(self._public_url).netloc)


class Framer:
    """Text frames of a server (RFC 6455 section 5.2). Payloads that go to many are framed once."""

    def __init__(self) -> None:
        self._payloads: tuple[bytes, ...] | None = None
        self._framed = b""

    def framed(self, payloads: tuple[bytes, ...]) -> bytes:
        """A frame for each payload, one after the other: final, text, not masked."""
        if payloads is not self._payloads:
            self._payloads, self._framed = payloads, b"".join(part for one in payloads for part in (_head(one), one))
        return self._framed


def _head(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x81, size))
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big")
    return b"\x81\x7f" + size.to_bytes(8, "big")


class _Connection:
    """One socket from its hello to its end."""

    def __init__(
        self,
        socket: web.WebSocketResponse[Literal[False]],
        transport: asyncio.Transport | None,
        hubs: Mapping[str, Hub],
        session: Session,
        framer: Framer,
        turnstile: Turnstile,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._hubs = hubs
        self._session = session
        self._framer = framer
        self._turnstile = turnstile
        self._outbox = Outbox()
        self._outbox.direct = self._direct
        self._outbox.wake = self._awake
        self._writer: asyncio.Task[None] | None = None
        self._joined: tuple[Hub, Member] | None = None

    async def serve(self, hello_seconds: float) -> None:
        """Until either side closes."""
        try:
            await self._converse(hello_seconds)
        finally:
            if self._joined is not None:
                hub, member = self._joined
                hub.leave(member)
            writer = self._writer
            if writer is not None:
                if not self._outbox.ended:
                    writer.cancel()
                await asyncio.wait((writer,), timeout=2 * CLOSE_SECONDS)
                writer.cancel()
            if self._transport is not None:  # closed, it would wait for as long as the other side does not read
                asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._transport.abort)
            self._forget()

    def _forget(self) -> None:
        """Let go of what came and waits: in cycles with this connection and aiohttp's it would stay until a collection."""
        self._outbox.direct = self._outbox.wake = self._outbox.fresh = None
        reader = self._socket._reader
        if reader is not None:
            reader._buffer.clear()

    async def _converse(self, hello_seconds: float) -> None:
        try:
            async with asyncio.timeout(hello_seconds):
                while self._joined is None and await self._read():
                    pass
        except TimeoutError:
            self._perform(self._session.late())
        while await self._read():
            pass

    async def _read(self) -> bool:
        """Take one message; False when the connection is closing."""
        if self._outbox.ended:
            return False  # whoever floods would be read for as long as it floods
        message = await self._socket.receive()
        match message.type:
            case WSMsgType.TEXT | WSMsgType.BINARY:
                if self._joined is None:
                    await self._turnstile.enter()  # a welcome costs a millisecond: a thousand take turns with commands
                self._perform(self._session.received(message.data))
            case WSMsgType.PING | WSMsgType.PONG:
                self._perform(self._session.beat())
                if message.type is WSMsgType.PING:
                    with suppress(ConnectionError):
                        await self._socket.pong(message.data)
            case _:
                return False
        return True

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(frame):
                    self._outbox.answer(wire.encode(frame))
                case Close(code):
                    self._outbox.end(None, code)
                case Join(entry, since):
                    hub = self._hubs[entry.room]
                    member = Member(entry.who, entry.link, self._outbox, expires=entry.expires)
                    self._joined = hub, member
                    hub.join(member, since)
                case Identify(who):
                    hub, member = self._place()
                    hub.broadcast.identify(member, who)
                case Look(question, name):
                    hub, member = self._place()
                    hub.look(member, question, name)
                case Report(told):
                    hub, member = self._place()
                    hub.report(member, told)
                case Find(screen):
                    hub, _ = self._place()
                    hub.locate(screen)
                case Seek(mark, text):
                    hub, member = self._place()
                    hub.comparison.seek(member.outbox, mark, text)
                case Submit(identifier, command):
                    hub, member = self._place()
                    hub.submit(Want(member.who, identifier, command, self._answer, member.link))

    def _place(self) -> tuple[Hub, Member]:
        assert self._joined is not None, "the session says Join first"
        return self._joined

    def _answer(self, answer: wire.Ack | wire.Refusal) -> None:
        self._outbox.answer(wire.encode(answer))

    def _direct(self, frames: tuple[bytes, ...]) -> bool:
        """Send at once, past aiohttp's writer, whose frames are whole whenever it waits; False when much waits."""
        transport = self._transport
        if transport is None or self._socket.closed or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > UNSENT_LIMIT:
            return False
        transport.write(self._framer.framed(frames))
        return True

    def _awake(self) -> None:
        """A task writes as long as something waits, and no longer: thousands of connections have none."""
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while (frame := self._outbox.take()) is not None:
                await self._socket.send_frame(frame, WSMsgType.TEXT)
            if not self._outbox.ended:
                self._writer = None
                return
            await self._end(self._outbox.close_code or NORMAL)

    async def _end(self, code: int) -> None:
        """Close; whoever broke the rules is not listened to any more (RFC 6455 section 7.1.7), for it may flood."""
        transport = self._transport
        if code not in (POLICY_VIOLATION, MESSAGE_TOO_BIG) or transport is None:
            await self._socket.close(code=code)
            return
        await self._socket.send_frame(code.to_bytes(2, "big"), WSMsgType.CLOSE)
        transport.close()
