"""The web process's side of the relay: starts the worker, keeps it running, asks it, hears what happens.

The media socket is opened here and handed to each worker, so that a taken port is known at start, in one place,
and a restarted worker has the same port as the one before.
"""

import asyncio
import contextlib
import itertools
import logging
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from podium.relay import control
from podium.relay.control import (
    Close,
    Code,
    Configure,
    Event,
    FeedGone,
    FeedLive,
    Find,
    Open,
    Opened,
    Patch,
    Ready,
    Refusal,
    Refused,
    Reply,
    Request,
    Restarted,
    Role,
    Viewers,
)
from podium.relay.udp import open_socket

BACKOFF_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0)
HEALTHY_SECONDS = 10.0
START_SECONDS = 10.0
STOP_SECONDS = 2.0
REPLY_SECONDS = 5.0
RETRY_SECONDS = 1

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class FeedState:
    """What is known of a feed now."""

    live: bool = False
    viewers: int = 0


class Supervisor:
    """One relay worker and its restarts. `on_event` is called on the event loop and must not block."""

    def __init__(
        self, host: str, port: int, *, addresses: Sequence[str] = (), on_event: Callable[[Event], None]
    ) -> None:
        self._host = host
        self._wanted_port = port
        self._addresses = tuple(addresses)
        self._on_event = on_event
        self._udp: socket.socket | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._pending: dict[int, asyncio.Future[Reply]] = {}
        self._numbers = itertools.count(1)
        self._feeds: dict[str, FeedState] = {}
        self._ready = asyncio.Event()

    @property
    def port(self) -> int:
        """The media port in use, also when 0 was asked for."""
        assert self._udp is not None, "start first"
        return int(self._udp.getsockname()[1])

    @property
    def feeds(self) -> Mapping[str, FeedState]:
        """Feeds that are live or watched, by name."""
        return self._feeds

    @property
    def worker_id(self) -> int | None:
        """The process id of the worker that serves now."""
        return self._process.pid if self._process is not None and self._ready.is_set() else None

    async def start(self) -> None:
        """Open the media port and start the worker. Raises MediaPortTaken."""
        self._udp = open_socket(self._host, self._wanted_port)
        self._keeper = asyncio.create_task(self._keep())
        # A worker that cannot start is tried again and again; meanwhile requests are refused as unavailable.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ready.wait(), START_SECONDS)

    async def stop(self) -> None:
        """End the worker; its peers are told goodbye. Idempotent."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        if self._udp is not None:
            self._udp.close()
            self._udp = None

    async def open(self, role: Role, feed: str, offer: str, address: str, *, standby: bool = False) -> Opened:
        """Answer an offer that came in on the local `address`. Raises Refused."""
        reply = await self._ask(Open(next(self._numbers), role, feed, offer, address, standby))
        assert isinstance(reply, Opened)
        return reply

    async def patch(
        self, role: Role, feed: str, session: str, condition: str | None, fragment: str
    ) -> Restarted | None:
        """Pass on a trickle fragment (None) or restart ICE. Raises Refused."""
        reply = await self._ask(Patch(next(self._numbers), role, feed, session, condition, fragment))
        return reply if isinstance(reply, Restarted) else None

    async def close(self, role: Role, feed: str, session: str) -> None:
        """End a session. Raises Refused when there is none."""
        await self._ask(Close(next(self._numbers), role, feed, session))

    async def find(self, role: Role, feed: str, session: str) -> None:
        """Raises Refused when there is no such session."""
        await self._ask(Find(next(self._numbers), role, feed, session))

    async def _ask(self, request: Request) -> Reply:
        if self._writer is None or not self._ready.is_set():
            raise _unavailable()
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[request.number] = future
        try:
            self._writer.write(control.pack(request))
            reply = await asyncio.wait_for(future, REPLY_SECONDS)
        except (TimeoutError, ConnectionError) as error:
            raise _unavailable() from error
        finally:
            self._pending.pop(request.number, None)
        if isinstance(reply, Refusal):
            raise Refused(reply.code, reply.detail, reply.retry_after)
        return reply

    async def _keep(self) -> None:
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._run_once()
            except Exception:
                # No process to be had, or a listener that failed: the relay comes back all the same.
                logger.exception("the relay worker could not be run")
            self._forget_feeds()
            failures = 0 if loop.time() - began > HEALTHY_SECONDS else failures + 1
            pause = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)]
            logger.warning("the relay worker ended, the next one starts in %.1f s", pause)
            await asyncio.sleep(pause)

    async def _run_once(self) -> None:
        assert self._udp is not None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        # Before the process: nothing may come between its start and the block that ends it.
        reader, writer = await asyncio.open_connection(sock=ours)
        try:
            with theirs:
                descriptors = (theirs.fileno(), self._udp.fileno())
                self._process = process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-m", "podium.relay.worker", *map(str, descriptors)),
                    stdin=asyncio.subprocess.DEVNULL,
                    pass_fds=descriptors,
                    start_new_session=True,
                )
            await self._converse(process, reader, writer)
        finally:
            writer.close()

    async def _converse(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve and hear one worker until its channel closes; it has ended when this returns."""
        self._writer = writer
        try:
            writer.write(control.pack(Configure(self._addresses)))
            while (frame := await control.read_frame(reader)) is not None:
                self._take(control.from_worker.decode(frame))
        except (control.Overlong, msgspec.DecodeError):
            logger.exception("the relay worker does not speak our protocol")
        finally:
            self._ready.clear()
            self._writer = None
            writer.close()
            for future in self._pending.values():
                if not future.done():
                    future.set_exception(_unavailable())
            await _end(process)

    def _take(self, message: Ready | Reply | Event) -> None:
        if isinstance(message, Ready):
            self._ready.set()
        elif isinstance(message, Reply):
            if (future := self._pending.get(message.number)) is not None and not future.done():
                future.set_result(message)
        else:
            self._note(message)
            self._on_event(message)

    def _note(self, event: Event) -> None:
        if not isinstance(event, FeedLive | FeedGone | Viewers):
            return
        state = self._feeds.setdefault(event.feed, FeedState())
        if isinstance(event, Viewers):
            state.viewers = event.count
        else:
            state.live = isinstance(event, FeedLive)
        if not state.live and not state.viewers:
            del self._feeds[event.feed]

    def _forget_feeds(self) -> None:
        feeds, self._feeds = self._feeds, {}
        for name, state in feeds.items():
            if state.live:
                self._on_event(FeedGone(name, "relay_restarted"))
            if state.viewers:
                self._on_event(Viewers(name, 0))


def _unavailable() -> Refused:
    return Refused(Code.UNAVAILABLE, "the relay is starting, try again in a moment", RETRY_SECONDS)


async def _end(process: asyncio.subprocess.Process) -> None:
    """The channel is closed, so the worker ends by itself; one that hangs is killed, and one that we cannot wait for."""
    with contextlib.suppress(TimeoutError):
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await asyncio.shield(process.wait())
