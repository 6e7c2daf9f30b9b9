"""A small WHIP server that takes one publisher after the other and keeps what arrives."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import av
from aiohttp import web
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

DEADLINE = 15.0

Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass
class Session:
    """One publisher: the RTP packets as they came, and the decoded pictures and sounds."""

    connection: RTCPeerConnection
    offer: str
    packets: dict[str, list[Any]] = field(default_factory=lambda: {"audio": [], "video": []})
    pictures: asyncio.Queue[av.VideoFrame] = field(default_factory=asyncio.Queue)
    sounds: asyncio.Queue[av.AudioFrame] = field(default_factory=asyncio.Queue)
    deleted: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def until(self, fact: Callable[[], bool]) -> None:
        """Wait until `fact` holds; looked at with each packet that arrives."""
        async with asyncio.timeout(DEADLINE), self.arrived:
            await self.arrived.wait_for(fact)

    async def picture(self) -> av.VideoFrame:
        async with asyncio.timeout(DEADLINE):
            return await self.pictures.get()

    async def sound(self) -> av.AudioFrame:
        async with asyncio.timeout(DEADLINE):
            return await self.sounds.get()

    async def ask_for_key_frame(self) -> None:
        receiver = self._receiver("video")
        await receiver._send_rtcp_pli(self.packets["video"][-1].ssrc)

    def record(self) -> None:
        """Keep each RTP packet before aiortc takes it apart."""
        for kind in ("audio", "video"):
            if receiver := self._receiver(kind):
                receiver._handle_rtp_packet = self._recorder(kind, receiver._handle_rtp_packet)

    def _receiver(self, kind: str) -> Any:
        return next((each.receiver for each in self.connection.getTransceivers() if each.kind == kind), None)

    def _recorder(self, kind: str, handle: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def recorded(packet: Any, **arguments: Any) -> None:
            self.packets[kind].append(packet)
            async with self.arrived:
                self.arrived.notify_all()
            await handle(packet, **arguments)

        return recorded


class WhipEndpoint:
    """Serves /whip on 127.0.0.1. `answers` are handlers used up first, one for each POST.

    `gone`: headers with which ended sessions answer 410, None: 404.
    """

    def __init__(self) -> None:
        self.answers: list[Handler] = []
        self.links: list[str] = []
        self.gone: dict[str, str] | None = None
        self.sessions: asyncio.Queue[Session] = asyncio.Queue()
        self.requests: list[web.Request] = []
        self.port = 0
        self._open: dict[str, Session] = {}
        self._made = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/whip"

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop_listening()
        for session in list(self._open.values()):
            await self._end(session)

    async def listen(self) -> None:
        """Begin to serve, after a restart on the same port."""
        app = web.Application()
        app.router.add_post("/whip", self._post)
        app.router.add_options("/whip", self._options)
        app.router.add_get("/whip/{session}", self._get)
        app.router.add_delete("/whip/{session}", self._delete)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def next_session(self) -> Session:
        async with asyncio.timeout(DEADLINE):
            return await self.sessions.get()

    async def vanish(self) -> None:
        """Be gone as after kill -9: no goodbye by HTTP, DTLS or ICE."""
        for session in self._open.values():
            for transceiver in session.connection.getTransceivers():
                connection = transceiver.receiver.transport.transport._connection
                for protocol in connection._protocols:
                    protocol.transport.abort()
        gone, self._open = self._open, {}
        await self._stop_listening()
        for session in gone.values():
            await self._end(session)

    async def take_over(self, headers: dict[str, str]) -> None:
        """End all sessions for somebody else's sake; asked why, they answer 410 with these headers."""
        self.gone = headers
        ended, self._open = self._open, {}
        for session in ended.values():
            await self._end(session)

    async def _stop_listening(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _post(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        offer = await request.text()
        if self.answers:
            return await self.answers.pop(0)(request)
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        session = Session(connection, offer)

        @connection.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            queue: asyncio.Queue[Any] = session.sounds if track.kind == "audio" else session.pictures
            session.tasks.append(asyncio.ensure_future(_collect(track, queue)))

        # aiortc takes constrained baseline only; a relay does not mind what it forwards.
        known = re.sub(r"profile-level-id=\w{6}", "profile-level-id=42e01f", offer)
        await connection.setRemoteDescription(RTCSessionDescription(known, "offer"))
        session.record()
        await connection.setLocalDescription(await connection.createAnswer())
        self._made += 1
        name = f"session-{self._made}"
        self._open[name] = session
        self.sessions.put_nowait(session)
        headers = {"Location": f"/whip/{name}", "ETag": f'"{name}"'}
        answer = _bundled(connection.localDescription.sdp)
        return web.Response(status=201, text=answer, content_type="application/sdp", headers=headers)

    async def _options(self, request: web.Request) -> web.Response:
        return web.Response(headers=[("Link", link) for link in self.links])

    async def _get(self, request: web.Request) -> web.Response:
        if request.match_info["session"] in self._open:
            return web.Response(status=204)
        return web.Response(status=404) if self.gone is None else web.Response(status=410, headers=self.gone)

    async def _delete(self, request: web.Request) -> web.Response:
        session = self._open.pop(request.match_info["session"], None)
        if session is None:
            return web.Response(status=404)
        session.deleted.set()
        await self._end(session)
        return web.Response()

    async def _end(self, session: Session) -> None:
        for task in session.tasks:
            task.cancel()
        with contextlib.suppress(ConnectionError):
            await session.connection.close()


def _bundled(answer: str) -> str:
    """Candidates in the first section alone, as in RFC 8843; aiortc repeats them in each."""
    first, *others = re.split(r"(?m)^(?=m=)", answer)[1:]
    session = answer[: answer.index("m=")]
    return (
        session + first + "".join(re.sub(r"(?m)^a=(candidate|end-of-candidates).*\r?\n", "", each) for each in others)
    )


async def _collect(track: MediaStreamTrack, queue: asyncio.Queue[Any]) -> None:
    with contextlib.suppress(MediaStreamError):
        while True:
            queue.put_nowait(await track.recv())


@contextlib.asynccontextmanager
async def running(work: Awaitable[Any]) -> AsyncIterator[asyncio.Task[Any]]:
    """Run `work` beside the test, and cancel it at the end."""
    task = asyncio.ensure_future(work)
    try:
        yield task  # type: ignore[misc]
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
