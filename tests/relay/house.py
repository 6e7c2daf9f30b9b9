"""The real thing: a supervisor in this process, its workers in their own, WHIP and WHEP served over HTTP."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count

from aiohttp import ClientSession, web

from podium.edge import whep, whip
from podium.edge.media import Terms
from podium.edge.resource import MAX_BODY_BYTES
from podium.edge.tenure import Tenure
from podium.relay.control import Event, FeedLive
from podium.relay.supervisor import Supervisor
from tests.relay.rig import FEED, PLAIN, authorise, until

_numbers = count(1)


@dataclass
class House:
    """Supervisor, HTTP client, URLs of a feed, and what the relay told of it."""

    supervisor: Supervisor
    http: ClientSession
    whip: str
    whep: str
    told: list[Event]
    listeners: list[Callable[[Event], object]]
    feed: str = FEED

    @property
    def events(self) -> list[Event]:
        """What the relay told of this feed, and of no feed."""
        return [event for event in self.told if getattr(event, "feed", self.feed) == self.feed]

    def another(self) -> "House":
        """The same house and another feed, so that tests may share the house."""
        feed = f"{FEED}-{next(_numbers)}"
        way = {name: getattr(self, name).replace(self.feed, feed) for name in ("whip", "whep")}
        return replace(self, feed=feed, **way)

    async def quiet(self) -> None:
        """All workers run, and nobody watches anywhere any more."""
        await until(
            lambda: all(each.process_id is not None and not each.burden.viewers for each in self.supervisor.workers)
        )

    def process(self, worker: int = 0) -> int | None:
        """The process that serves as this worker now."""
        return self.supervisor.workers[worker].process_id

    def home(self) -> int:
        """The worker that has the feed's publisher."""
        (worker,) = self.supervisor.feeds[self.feed].workers
        return worker

    def live(self) -> bool:
        """Whether somebody publishes the feed now."""
        return self.feed in self.supervisor.feeds and self.supervisor.feeds[self.feed].live

    def lives(self) -> int:
        """How often a feed came up."""
        return sum(isinstance(event, FeedLive) for event in self.events)


@asynccontextmanager
async def running_house(
    terms: Terms = PLAIN, *, workers: int = 1, most_viewers: int = 1000, host: str = "127.0.0.1"
) -> AsyncIterator[House]:
    """Serve on loopback until the block ends."""
    events: list[Event] = []
    listeners: list[Callable[[Event], object]] = [events.append]

    def tell(event: Event) -> None:
        for listener in listeners:
            listener(event)

    supervisor = Supervisor(host, 0, workers=workers, most_viewers=most_viewers, on_event=tell)
    await supervisor.start()
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    tenure = Tenure(supervisor, authorise)
    app.add_routes(
        [*whip.routes(supervisor, authorise, tenure, terms), *whep.routes(supervisor, authorise, tenure, terms)]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    url = f"http://{f'[{host}]' if ':' in host else host}:{runner.addresses[0][1]}"
    try:
        async with ClientSession() as http:
            yield House(supervisor, http, f"{url}/whip/{FEED}", f"{url}/whep/{FEED}", events, listeners)
    finally:
        await runner.cleanup()
        await supervisor.stop()
