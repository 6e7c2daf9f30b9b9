"""One worker process as the web process sees it: started, asked, heard, and started again when it ends."""

import asyncio
import contextlib
import itertools
import logging
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from podium import logs
from podium.relay import control
from podium.relay.control import Code, Configure, Event, Ready, Refusal, Refused, Reply, Request, SiblingEnded

BACKOFF_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0)
HEALTHY_SECONDS = 10.0
START_SECONDS = 10.0
STOP_SECONDS = 2.0
REPLY_SECONDS = 5.0
#: Requests that wait for a worker (bytes); beyond it nobody is let in, so that one that hangs costs little.
MOST_WAITING = 4 * 1024 * 1024
RETRY_SECONDS = 1
#: A worker tells its figures once a second; one that has said nothing for so long hangs, and is ended.
SILENT_SECONDS = 10.0

logger = logging.getLogger(__name__)
_numbers = itertools.count(1)


class Listener(Protocol):
    """Who hears of a worker. Called on the event loop; must not block."""

    def happened(self, worker: int, event: Event) -> None: ...

    def ended(self, worker: int) -> None:
        """It and all its sessions are gone; another process takes its place by itself."""


class WorkerProcess:
    """Keeps one worker running. `sockets` are inherited by each process: media (UDP, TCP), inbox, siblings' inboxes."""

    def __init__(
        self,
        number: int,
        addresses: Sequence[str],
        sockets: Mapping[str, socket.socket],
        listener: Listener,
        node: str = "",
    ) -> None:
        self.number = number
        self.restarts = 0
        self._addresses = tuple(addresses)
        self._node = node
        self._sockets = sockets
        self._listener = listener
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._pending: dict[int, asyncio.Future[Reply]] = {}
        self._ready = asyncio.Event()

    @property
    def process_id(self) -> int | None:
        """Of the process that serves now."""
        return self._process.pid if self._process is not None and self._ready.is_set() else None

    async def start(self) -> None:
        """Start it, and wait a while until it serves."""
        self._keeper = asyncio.create_task(self._keep())
        # A worker that cannot start is tried again and again; meanwhile requests are refused as unavailable.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                await self._ready.wait()

    async def stop(self) -> None:
        """End it; its peers are told goodbye. Idempotent."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None

    def tell(self, message: SiblingEnded) -> None:
        """Something it need not answer."""
        if self._writer is not None:
            self._writer.write(control.pack(message))

    async def ask(self, request: Request) -> Reply:
        """Its reply. Raises Refused, `relay_unavailable` when it does not run or does not answer."""
        writer = self._writer
        if writer is None or not self._ready.is_set() or writer.transport.get_write_buffer_size() > MOST_WAITING:
            raise unavailable()
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[request.number] = future
        try:
            writer.write(control.pack(request))
            async with asyncio.timeout(REPLY_SECONDS):
                reply = await future
        except (TimeoutError, ConnectionError) as error:
            raise unavailable() from error
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
                logger.exception("a relay worker could not be run", extra={"worker": self.number})
            self._listener.ended(self.number)
            self.restarts += 1
            failures = 0 if loop.time() - began > HEALTHY_SECONDS else failures + 1
            pause = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)]
            logger.warning(
                "a relay worker ended, the next one starts", extra={"worker": self.number, "pause_seconds": pause}
            )
            await asyncio.sleep(pause)

    async def _run_once(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        # Before the process: nothing may come between its start and the block that ends it.
        reader, writer = await asyncio.open_connection(sock=ours)
        try:
            with theirs:
                named = {"control": theirs, **self._sockets}
                descriptors = [inherited.fileno() for inherited in named.values()]
                self._process = process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-m", "podium.relay.worker", str(self.number), logs.form()),
                    *(f"{name}={descriptor}" for name, descriptor in zip(named, descriptors, strict=True)),
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
        """Serve and hear one worker until its channel closes or it hangs; it has ended when this returns."""
        self._writer = writer
        try:
            writer.write(control.pack(Configure(self._addresses, self._node)))
            while (frame := await self._next(reader)) is not None:
                self._take(control.from_worker.decode(frame))
        except (control.Overlong, msgspec.DecodeError):
            logger.exception("a relay worker does not speak our protocol", extra={"worker": self.number})
        finally:
            self._ready.clear()
            self._writer = None
            writer.close()
            for future in self._pending.values():
                if not future.done():
                    future.set_exception(unavailable())
            await _end(process)

    async def _next(self, reader: asyncio.StreamReader) -> bytes | None:
        """The next frame; None at the end, and when a worker that serves says nothing any more."""
        try:
            async with asyncio.timeout(SILENT_SECONDS if self._ready.is_set() else None):
                return await control.read_frame(reader)
        except TimeoutError:
            logger.error("a relay worker hangs", extra={"worker": self.number})  # noqa: TRY400 - the trace would be ours, not its
            return None

    def _take(self, message: Ready | Reply | Event) -> None:
        if isinstance(message, Ready):
            self._ready.set()
        elif isinstance(message, Reply):
            if (future := self._pending.get(message.number)) is not None and not future.done():
                future.set_result(message)
        else:
            self._listener.happened(self.number, message)


def next_number() -> int:
    """A number for a request."""
    return next(_numbers)


def unavailable() -> Refused:
    """No worker to ask just now."""
    return Refused(Code.UNAVAILABLE, "the relay is starting, try again in a moment", RETRY_SECONDS)


async def _end(process: asyncio.subprocess.Process) -> None:
    """The channel is closed, so the worker ends by itself; one that hangs is killed, and one that we cannot wait for."""
    with contextlib.suppress(TimeoutError):
        try:
            # not wait_for: in Python 3.11 that loses a stop that comes when the process has just ended
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await asyncio.shield(process.wait())
