"""The real thing: a supervisor in this process, its worker in its own, WHIP and WHEP served over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession, web

from podium.edge import whep, whip
from podium.edge.media import Terms
from podium.edge.tenure import Tenure
from podium.relay.control import Event, FeedLive
from podium.relay.supervisor import Supervisor
from tests.relay.rig import FEED, PLAIN, authorise


@dataclass
class House:
    """Supervisor, HTTP client, URLs, and what the relay told."""

    supervisor: Supervisor
    http: ClientSession
    whip: str
    whep: str
    events: list[Event]

    def process(self, worker: int = 0) -> int | None:
        """The process that serves as this worker now."""
        return self.supervisor.workers[worker].process_id

    def home(self) -> int:
        """The worker that has the feed's publisher."""
        (worker,) = self.supervisor.feeds[FEED].workers
        return worker

    def lives(self) -> int:
        """How often a feed came up."""
        return sum(isinstance(event, FeedLive) for event in self.events)


@asynccontextmanager
async def running_house(
    terms: Terms = PLAIN, *, workers: int = 1, most_viewers: int = 1000, host: str = "127.0.0.1"
) -> AsyncIterator[House]:
    """Serve on loopback until the block ends."""
    events: list[Event] = []
    supervisor = Supervisor(host, 0, workers=workers, most_viewers=most_viewers, on_event=events.append)
    await supervisor.start()
    app = web.Application()
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
            yield House(supervisor, http, f"{url}/whip/{FEED}", f"{url}/whep/{FEED}", events)
    finally:
        await runner.cleanup()
        await supervisor.stop()
