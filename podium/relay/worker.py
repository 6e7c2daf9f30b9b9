"""A relay process: one UDP port, its peers, its feeds. Started by podium.relay.supervisor, ends with its channel.

    python -m podium.relay.worker CONTROL_FD UDP_FD

Ctrl-C in the terminal is the web process's affair: SIGINT is ignored here, and the closing control channel ends
the worker, whatever became of the other end.
"""

import asyncio
import logging
import signal
import socket
import sys
from collections import Counter
from collections.abc import Coroutine
from ipaddress import ip_address
from typing import Any

from aioice.ice import get_host_addresses

from podium.relay import compiled, control
from podium.relay.answer import Candidate
from podium.relay.control import (
    Close,
    Code,
    Configure,
    Done,
    Event,
    Find,
    Measured,
    Open,
    Patch,
    Ready,
    Refusal,
    Refused,
    Reply,
    Request,
    Stats,
)
from podium.relay.peer import create_identity
from podium.relay.plane import MediaPlane
from podium.relay.sessions import Sessions
from podium.relay.udp import UdpPort

SWEEP_SECONDS = 1.0
GOODBYE_SECONDS = 1.0
# A web process that does not read loses statistics first; replies and events are few.
STATS_BACKLOG_BYTES = 64 * 1024

logger = logging.getLogger(__name__)


class Worker:
    """Serves requests from the control channel until it closes."""

    def __init__(self, udp: socket.socket, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._udp = udp
        self._reader = reader
        self._writer = writer
        self._counters: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """From the first message, Configure, to the channel's end."""
        frame = await control.read_frame(self._reader)
        configure = control.to_worker.decode(frame) if frame is not None else None
        if not isinstance(configure, Configure):
            return
        plane = MediaPlane(self._udp, library=compiled.load())
        port = UdpPort(self._udp, self._counters)
        sessions = Sessions(
            port,
            plane,
            create_identity(),
            candidates=Candidates(self._udp, configure).reachable_from,
            emit=self._send,
            spawn=self._spawn,
            counters=self._counters,
            now=asyncio.get_running_loop().time,
        )
        port.start()
        self._send(Ready())
        watch = asyncio.create_task(self._watch(sessions, plane))
        try:
            while (frame := await control.read_frame(self._reader)) is not None:
                message = control.to_worker.decode(frame)
                if not isinstance(message, Configure):
                    self._send(self._reply(sessions, message))
        finally:
            watch.cancel()
            sessions.close()
            await self._finish()
            port.stop()
            plane.close()

    async def _watch(self, sessions: Sessions, plane: MediaPlane) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                sessions.sweep()
            except Exception:
                self._counters["accidents"] += 1
                logger.exception("a sweep failed")
            if self._writer.transport.get_write_buffer_size() < STATS_BACKLOG_BYTES:
                self._send(Stats({**self._counters, **plane.counters(), "sessions": len(sessions)}))
                for feed, report in plane.reports().items():
                    self._send(Measured(feed, report))

    def _send(self, message: Ready | Reply | Event) -> None:
        if not self._writer.is_closing():
            self._writer.write(control.pack(message))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # One peer's accident is not its neighbours': it is counted, and its session is reaped as silent.
            self._counters["accidents"] += 1
            logger.error("a relay task failed", exc_info=error)

    def _reply(self, sessions: Sessions, request: Request) -> Reply:
        try:
            return _answer(sessions, request)
        except Refused as refused:
            return Refusal(request.number, refused.code, refused.detail, refused.retry_after)
        except Exception:
            self._counters["accidents"] += 1
            logger.exception("a request failed")
            return Refusal(request.number, Code.FAILED, "the relay failed at this request; its log says why")

    async def _finish(self) -> None:
        """Let goodbyes leave, then end what is left."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GOODBYE_SECONDS)
        for task in self._tasks:
            task.cancel()


class Candidates:
    """The addresses to announce: those of the settings, or those by which this machine can be reached."""

    def __init__(self, udp: socket.socket, configure: Configure) -> None:
        host, self._port = udp.getsockname()[:2]
        self._fixed = configure.addresses or (() if ip_address(host).is_unspecified else (host,))

    def reachable_from(self, address: str) -> tuple[Candidate, ...]:
        """First the address the peer's HTTP request came to: that one it can reach."""
        if self._fixed:
            return tuple(Candidate(host, self._port) for host in self._fixed)
        hosts = [_ipv4(address), *get_host_addresses(use_ipv4=True, use_ipv6=False)]
        return tuple(Candidate(host, self._port) for host in dict.fromkeys(host for host in hosts if host))


def _ipv4(address: str) -> str:
    """The IPv4 form of a local address, "" when it has none: the media port speaks IPv4."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return "127.0.0.1" if parsed.is_loopback else ""


def _answer(sessions: Sessions, request: Request) -> Reply:
    match request:
        case Open(number, role, feed, offer, address, standby):
            return sessions.open(number, role, feed, offer, address, standby=standby)
        case Patch(number, role, feed, session, condition, fragment):
            return sessions.patch(number, role, feed, session, condition, fragment) or Done(number)
        case Close(number, role, feed, session):
            sessions.end(sessions.find(role, feed, session))
            return Done(number)
        case Find(number, role, feed, session):
            sessions.find(role, feed, session)
            return Done(number)


async def serve(control_fd: int, udp_fd: int) -> None:
    """Run a worker on two inherited descriptors."""
    udp = socket.socket(fileno=udp_fd)
    udp.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=control_fd))
    worker = Worker(udp, reader, writer)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, reader.feed_eof)
    await worker.run()


def main() -> None:
    """The process's entry."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="relay: %(levelname)s %(message)s")
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    main()
