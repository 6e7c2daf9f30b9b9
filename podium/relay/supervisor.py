"""The web process's side of the relay: its workers, which of them serves whom, and what they tell together.

The media sockets are opened here and handed to each worker, so that a taken port is known at start, in one place,
and a restarted worker has the same port as the one before. A session's name begins with its node and worker.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from podium.relay.control import (
    Answered,
    Call,
    Called,
    Choose,
    Close,
    Code,
    Event,
    Find,
    Open,
    Opened,
    Patch,
    Refused,
    Restarted,
    Role,
    SiblingEnded,
    Stats,
)
from podium.relay.feeds import Feeds, FeedState
from podium.relay.mesh import Post
from podium.relay.placement import Burden, Placement
from podium.relay.ports import MediaSockets, open_sockets
from podium.relay.process import WorkerProcess, next_number, unavailable

MOST_VIEWERS = 1000
FULL_RETRY_SECONDS = 5


@dataclass(slots=True)
class WorkerState:
    """One worker: its process (None while it starts), what it bears and what it counted since it began."""

    number: int
    port: int
    process_id: int | None
    restarts: int
    burden: Burden
    counters: Mapping[str, int] = field(default_factory=dict)


class Supervisor:
    """The relay's workers and their restarts. `on_event` is called on the event loop and must not block."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        on_event: Callable[[Event], None],
        addresses: Sequence[str] = (),
        workers: int = 1,
        most_viewers: int = MOST_VIEWERS,
        node: str = "",
    ) -> None:
        self._node = node
        self._host = host
        self._wanted_port = port
        self._addresses = tuple(addresses)
        self._count = workers
        self._on_event = on_event
        self._placement = Placement(most_viewers)
        self._feeds = Feeds()
        self._sockets: list[MediaSockets] = []
        self._post: Post | None = None
        self._processes: dict[int, WorkerProcess] = {}
        self._burdens: dict[int, Burden] = {}
        self._counters: dict[int, Mapping[str, int]] = {}

    @property
    def port(self) -> int:
        """The first worker's media port in use, also when 0 was asked for."""
        return self._sockets[0].port

    @property
    def feeds(self) -> Mapping[str, FeedState]:
        """Feeds that are live or watched, by name."""
        return self._feeds.states

    @property
    def workers(self) -> tuple[WorkerState, ...]:
        """All workers as they are now."""
        return tuple(
            WorkerState(
                number,
                self._sockets[number].port,
                process.process_id,
                process.restarts,
                self._burdens.get(number, Burden()),
                self._counters.get(number, {}),
            )
            for number, process in self._processes.items()
        )

    async def start(self) -> None:
        """Open the media ports and start the workers. Raises MediaPortTaken, and nothing is open then."""
        try:
            for number in range(self._count):
                port = self._wanted_port + number if self._wanted_port else 0
                self._sockets.append(open_sockets(self._host, port))
        except BaseException:
            self._close_sockets()
            raise
        self._post = post = Post(self._count)
        for number, media in enumerate(self._sockets):
            inherited = {"udp": media.udp, "tcp": media.tcp}
            if self._count > 1:
                inherited["inbox"] = post.reading[number]
                inherited |= {f"sibling{other}": way for other, way in post.writing.items() if other != number}
            self._processes[number] = WorkerProcess(number, self._addresses, inherited, self, self._node)
        await asyncio.gather(*(process.start() for process in self._processes.values()))

    async def stop(self) -> None:
        """End the workers; their peers are told goodbye. Idempotent."""
        await asyncio.gather(*(process.stop() for process in self._processes.values()))
        self._close_sockets()

    def _close_sockets(self) -> None:
        for media in self._sockets:
            media.close()
        if self._post is not None:
            self._post.close()

    async def open(self, role: Role, feed: str, offer: str, address: str, *, standby: bool = False) -> Opened:
        """Answer an offer that came in on the local `address`. Raises Refused: `relay_busy` when all are full."""
        burdens = self._bearing()
        if not burdens:
            raise unavailable()
        viewer = role is Role.PLAY
        chosen = self._placement.for_viewer(burdens) if viewer else self._placement.for_publisher(feed, burdens)
        refused = Refused(Code.BUSY, "all relay workers are full", FULL_RETRY_SECONDS)
        for number in chosen:
            request = Open(next_number(), role, feed, offer, address, standby)
            try:
                reply = await self._processes[number].ask(request)
            except Refused as reason:
                refused = reason
                if reason.code not in (Code.BUSY, Code.UNAVAILABLE):
                    break
                continue
            assert isinstance(reply, Opened)
            burdens[number].given(viewer=viewer)
            return reply
        raise refused

    async def call(self, role: Role, feed: str) -> Called:
        """An offer to another server. Raises Refused."""
        burdens = self._bearing()
        numbers = self._placement.for_publisher(feed, burdens)
        if not numbers:
            raise unavailable()
        reply = await self._processes[numbers[0]].ask(Call(next_number(), role, feed))
        assert isinstance(reply, Called)
        return reply

    async def answered(self, call: str, answer: str) -> None:
        """What the other server said to it: the session begins. Raises Refused."""
        await self._worker(call).ask(Answered(next_number(), call, answer))

    async def patch(
        self, role: Role, feed: str, session: str, condition: str | None, fragment: str
    ) -> Restarted | None:
        """Pass on a trickle fragment (None) or restart ICE. Raises Refused."""
        request = Patch(next_number(), role, feed, session, condition, fragment)
        reply = await self._worker(session).ask(request)
        return reply if isinstance(reply, Restarted) else None

    async def close(self, role: Role, feed: str, session: str) -> None:
        """End a session. Raises Refused when there is none."""
        await self._worker(session).ask(Close(next_number(), role, feed, session))

    async def find(self, role: Role, feed: str, session: str) -> None:
        """Raises Refused when there is no such session."""
        await self._worker(session).ask(Find(next_number(), role, feed, session))

    async def choose(
        self,
        feed: str,
        session: str,
        *,
        media: int | None,
        rid: str | None,
        max_width: int | None,
        max_height: int | None,
    ) -> None:
        """A viewer's wish for a layer, see control.Choose. Raises Refused when it cannot be met."""
        request = Choose(next_number(), feed, session, media, rid, max_width, max_height)
        await self._worker(session).ask(request)

    def _bearing(self) -> dict[int, Burden]:
        """What each worker that runs bears."""
        return {
            number: self._burdens.setdefault(number, Burden())
            for number, process in self._processes.items()
            if process.process_id is not None
        }

    def _worker(self, session: str) -> WorkerProcess:
        """The worker whose session this is. Raises Refused when the name is none that a worker gives."""
        name = session.partition("-")[0]
        number = name.removeprefix(self._node)
        ours = name.startswith(self._node) and number.isascii() and number.isdigit()
        found = self._processes.get(int(number)) if ours else None
        if found is None:
            raise Refused(Code.SESSION_UNKNOWN, "there is no such session, or it has ended")
        return found

    # what the processes call

    def happened(self, worker: int, event: Event) -> None:
        """A worker tells something."""
        if isinstance(event, Stats):
            self._burdens[worker] = Burden(event.viewers, event.handshakes, event.load)
            self._counters[worker] = event.counters
        for told in self._feeds.note(worker, event):
            self._on_event(told)

    def ended(self, worker: int) -> None:
        """A worker's process is gone: its siblings and whoever listens learn what went with it."""
        self._burdens.pop(worker, None)
        self._counters.pop(worker, None)
        self._placement.forget(worker)
        for number, process in self._processes.items():
            if number != worker:
                process.tell(SiblingEnded(worker))
        for told in self._feeds.forget(worker):
            self._on_event(told)
