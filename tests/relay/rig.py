"""A whole relay within the test's own event loop: real HTTP, real UDP, no second process."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from podium.edge import whep, whip
from podium.edge.access import Action, Denied, Granted
from podium.edge.events import Extensions
from podium.edge.media import Terms
from podium.edge.resource import MAX_BODY_BYTES
from podium.edge.streams import Streams
from podium.edge.tenure import Tenure
from podium.relay.answer import Candidate
from podium.relay.control import Event, Measured, Opened, Restarted, Role
from podium.relay.peer import create_identity
from podium.relay.plane import MediaPlane
from podium.relay.reports import Reports
from podium.relay.sessions import Sessions
from podium.relay.udp import UdpPort, open_socket

TOKEN = "the-publisher-token"
STANDBY_TOKEN = "the-test-card-token"
ROOM = "digitales-podium"
FEED = f"{ROOM}/programme"
PLAIN = Terms()


def authorise(token: str | None, room: str, feed: str, action: Action) -> Granted | Denied:
    """One room; TOKEN, whatever follows it, may do all, `guest` may watch, nobody in particular may watch."""
    if room != ROOM:
        return Denied("room_unknown", "there is no such room")
    may_publish = token is not None and token.startswith(TOKEN)
    if token not in (None, "guest", STANDBY_TOKEN) and not may_publish:
        return Denied("token_invalid", "the token is not one of ours")
    if action == "play" or may_publish:
        return Granted()
    if token == STANDBY_TOKEN:
        return Granted(standby=True)
    if token is None:
        return Denied("token_missing", "publishing takes a token")
    return Denied("token_insufficient", "this token may not publish")


class LocalRelay:
    """The endpoints' relay without the process in between."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    async def open(self, role: Role, feed: str, offer: str, address: str, *, standby: bool) -> Opened:
        return self.sessions.open(0, role, feed, offer, address, standby=standby)

    async def patch(
        self, role: Role, feed: str, session: str, condition: str | None, fragment: str
    ) -> Restarted | None:
        return self.sessions.patch(0, role, feed, session, condition, fragment)

    async def close(self, role: Role, feed: str, session: str) -> None:
        self.sessions.end(self.sessions.find(role, feed, session), "closed" if role is Role.PLAY else "")

    async def find(self, role: Role, feed: str, session: str) -> None:
        self.sessions.find(role, feed, session)

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
        self.sessions.choose(feed, session, media, rid, max_width, max_height)


@dataclass
class Time:
    """The loop's clock, which a test may push ahead."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead


@dataclass
class Rig:
    """What a test holds: URLs, an HTTP client, the sessions and what they told."""

    http: ClientSession
    url: str
    sessions: Sessions
    plane: MediaPlane
    media_port: int
    counters: Counter[str]
    time: Time
    events: list[Event] = field(default_factory=list)
    reports: Reports = field(default_factory=Reports)
    streams: Streams | None = None

    def measure(self) -> None:
        """A second's work of a worker: tell what its publishers send."""
        for feed, report in self.plane.reports().items():
            self.tell(Measured(feed, report))

    def tell(self, event: Event) -> None:
        """What the worker tells, and who hears it."""
        self.events.append(event)
        self.reports.take(event)
        assert self.streams is not None
        self.streams.take(event)

    @property
    def whip(self) -> str:
        return f"{self.url}/whip/{FEED}"

    @property
    def whep(self) -> str:
        return f"{self.url}/whep/{FEED}"


@asynccontextmanager
async def running_relay(terms: Terms = PLAIN) -> AsyncIterator[Rig]:
    """Serve WHIP and WHEP on loopback until the block ends."""
    udp = open_socket("127.0.0.1", 0)
    counters: Counter[str] = Counter()
    tasks: set[asyncio.Task[None]] = set()
    time = Time()
    reports = Reports()
    streams = Streams(reports, time)

    def spawn(coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def emit(event: Event) -> None:
        rig.tell(event)

    plane = MediaPlane(udp)
    port = UdpPort(udp, counters)
    media_port = udp.getsockname()[1]
    sessions = Sessions(
        port,
        plane,
        create_identity(),
        candidates=lambda address: (Candidate(address, media_port),),
        emit=emit,
        spawn=spawn,
        counters=counters,
        now=time,
    )
    port.start()
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    relay = LocalRelay(sessions)
    tenure = Tenure(relay, authorise)
    extensions = Extensions(relay, authorise, streams)
    app.add_routes(whip.routes(relay, authorise, tenure, terms))
    app.add_routes(whep.routes(relay, authorise, tenure, terms, (extensions.links,)))
    app.add_routes(extensions.routes("/whep"))
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    http_port = runner.addresses[0][1]
    async with ClientSession() as http:
        url = f"http://127.0.0.1:{http_port}"
        rig = Rig(http, url, sessions, plane, media_port, counters, time, reports=reports, streams=streams)
        yield rig
    streams.close()
    await runner.cleanup()
    sessions.close()
    if tasks:
        await asyncio.wait(tasks, timeout=2)
    port.stop()
    plane.close()
    udp.close()


async def until(fact: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a fact, looking every 10 ms; fails the test when it does not come."""
    async with asyncio.timeout(seconds):
        while not fact():
            await asyncio.sleep(0.01)
