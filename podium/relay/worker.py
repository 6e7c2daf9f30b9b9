"""A relay process: one media port, its peers, its feeds. Started by podium.relay.process, ends with its channel.

    python -m podium.relay.worker NUMBER FORM control=FD udp=FD tcp=FD [inbox=FD sibling0=FD sibling2=FD ...]

FORM: of its log, json or text. Ctrl-C in the terminal is the web process's affair: SIGINT is ignored here, and the closing control channel ends
the worker, whatever became of the other end.
"""

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from podium import logs
from podium.relay import compiled, control
from podium.relay.calls import Calls
from podium.relay.candidates import Candidates
from podium.relay.control import (
    Answered,
    Call,
    Choose,
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
    Role,
    SiblingEnded,
    Stats,
)
from podium.relay.load import Load
from podium.relay.mesh import Mesh
from podium.relay.peer import create_identity
from podium.relay.plane import MediaPlane
from podium.relay.sessions import Sessions
from podium.relay.siblings import Siblings
from podium.relay.tcp import TcpPort
from podium.relay.udp import UdpPort, overflowed

SWEEP_SECONDS = 1.0
GOODBYE_SECONDS = 1.0
# A web process that does not read loses statistics first; replies and events are few.
STATS_BACKLOG_BYTES = 64 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What a worker is started with: its number and its sockets; without siblings there is no inbox."""

    udp: socket.socket
    tcp: socket.socket
    number: int = 0
    inbox: socket.socket | None = None
    siblings: Mapping[int, socket.socket] = field(default_factory=dict)


class Worker:
    """Serves requests from the control channel until it closes."""

    def __init__(self, inherited: Inheritance, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._inherited = inherited
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
        udp, number = self._inherited.udp, self._inherited.number
        plane = MediaPlane(udp, library=compiled.load())
        port = UdpPort(udp, self._counters)
        tcp = TcpPort(self._inherited.tcp, udp, port, self._counters)
        mesh = Mesh(number, self._inherited.inbox, self._inherited.siblings, self._counters)
        siblings = Siblings(mesh, plane, self._counters)
        sessions = Sessions(
            port,
            plane,
            create_identity(),
            candidates=Candidates(udp, configure.addresses).reachable_from,
            emit=self._send,
            spawn=self._spawn,
            counters=self._counters,
            now=asyncio.get_running_loop().time,
            name=f"{configure.node}{number}",
            siblings=siblings,
        )
        calls = Calls(sessions, plane, port, tcp, self._spawn)
        port.start()
        await tcp.start()
        siblings.start()
        self._send(Ready())
        watch = asyncio.create_task(self._watch(sessions, plane, siblings, tcp))
        try:
            while (frame := await control.read_frame(self._reader)) is not None:
                message = control.to_worker.decode(frame)
                if isinstance(message, SiblingEnded):
                    siblings.ended(message.worker)
                elif not isinstance(message, Configure):
                    self._send(self._reply(sessions, calls, message))
        finally:
            watch.cancel()
            sessions.close()
            await self._finish()
            siblings.stop()
            tcp.stop()
            port.stop()
            plane.close()

    async def _watch(self, sessions: Sessions, plane: MediaPlane, siblings: Siblings, tcp: TcpPort) -> None:
        load = Load()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                sessions.sweep()
                siblings.announce()
                reports = plane.reports()
            except Exception:
                self._counters["accidents"] += 1
                logger.exception("a sweep failed")
                reports = {}
            share = load.look()
            if self._writer.transport.get_write_buffer_size() < STATS_BACKLOG_BYTES:
                counters = {
                    **self._counters,
                    **plane.counters(),
                    "dropped_receive_buffer": overflowed(self._inherited.udp),
                    "dropped_tcp_buffer": tcp.overflowed(),
                    "sessions": len(sessions),
                    "tcp_peers": len(tcp.connections),
                }
                self._send(Stats(counters, share, sessions.viewers, sessions.handshakes))
                for feed, report in reports.items():
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

    def _reply(self, sessions: Sessions, calls: Calls, request: Request) -> Reply:
        try:
            return _answer(sessions, calls, request)
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


def _answer(sessions: Sessions, calls: Calls, request: Request) -> Reply:
    match request:
        case Open(number, role, feed, offer, address, standby):
            return sessions.open(number, role, feed, offer, address, standby=standby)
        case Patch(number, role, feed, session, condition, fragment):
            return sessions.patch(number, role, feed, session, condition, fragment) or Done(number)
        case Close(number, role, feed, session):
            sessions.end(sessions.find(role, feed, session), "closed" if role is Role.PLAY else "")
            return Done(number)
        case Choose(number, feed, session, media, rid, max_width, max_height):
            sessions.choose(feed, session, media, rid, max_width, max_height)
            return Done(number)
        case Call(number, role, feed):
            return calls.offer(number, role, feed)
        case Answered(number, call, answer):
            calls.answered(call, answer)
            return Done(number)
        case Find(number, role, feed, session):
            sessions.find(role, feed, session)
            return Done(number)


async def serve(number: int, inherited: Mapping[str, int]) -> None:
    """Run a worker on inherited descriptors, by the names above."""
    sockets = {name: socket.socket(fileno=descriptor) for name, descriptor in inherited.items()}
    for one in sockets.values():
        one.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=sockets["control"])
    siblings = {int(name.removeprefix("sibling")): one for name, one in sockets.items() if name.startswith("sibling")}
    own = Inheritance(sockets["udp"], sockets["tcp"], number, sockets.get("inbox"), siblings)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, reader.feed_eof)
    await Worker(own, reader, writer).run()


def spare_collector() -> None:
    """Let the garbage collector leave what is loaded alone, and look for cycles seldom: packets make none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def main() -> None:
    """The process's entry."""
    spare_collector()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.configure("json" if sys.argv[2] == "json" else "text")
    inherited = (argument.partition("=") for argument in sys.argv[3:])
    asyncio.run(serve(int(sys.argv[1]), {name: int(descriptor) for name, _, descriptor in inherited}))


if __name__ == "__main__":
    main()
