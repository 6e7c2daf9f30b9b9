"""The other nodes: feeds are pulled from the node that has them, and sessions are found whichever node is asked."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware
from yarl import URL

from podium.edge.calls import Caller, Line
from podium.edge.problem import problem
from podium.edge.resource import CORS
from podium.ports import Bus
from podium.relay.control import Event, Role
from podium.whereabouts import Place, Whereabouts

TOPIC = "feeds"
TELL_SECONDS = 1.0
#: What a request to a session carries, and what its answer does; all else belongs to one hop.
REQUEST_HEADERS = ("Authorization", "Content-Type", "Accept", "If-Match")
RESPONSE_HEADERS = (
    *("Content-Type", "ETag", "Link", "Location", "Retry-After", "Allow", "Accept-Patch", "WWW-Authenticate"),
    "X-Accel-Buffering",  # a proxy in front of this node, too, would gather events
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Neighbours:
    """Tells the others where this node's feeds are, hears where theirs are, and pulls those."""

    def __init__(self, whereabouts: Whereabouts, bus: Bus, caller: Caller) -> None:
        self._whereabouts = whereabouts
        self._bus = bus
        self._caller = caller
        self._news = asyncio.Event()
        self._pulls: dict[str, tuple[Place, asyncio.Task[None]]] = {}

    def take(self, event: Event) -> None:
        """Something has happened at this node's relay."""
        if self._whereabouts.take(event):
            self._news.set()

    async def run(self) -> None:
        """Until cancelled; what is pulled then goes on until its session ends."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hear())
                while True:
                    self._news.clear()
                    await self._bus.publish(TOPIC, self._whereabouts.message())
                    self._pull(tasks)
                    try:
                        async with asyncio.timeout(TELL_SECONDS):
                            await self._news.wait()
                    except TimeoutError:
                        pass
        finally:
            self._pulls.clear()

    async def _hear(self) -> None:
        async with self._bus.subscribe(TOPIC) as messages:
            async for message in messages:
                before = self._elsewhere()
                self._whereabouts.hear(message, asyncio.get_running_loop().time())
                after = self._elsewhere()
                for feed in before.keys() | after.keys():
                    if before.get(feed) != after.get(feed):
                        self._news.set()
                        self._caller.look(feed)

    def _pull(self, tasks: asyncio.TaskGroup) -> None:
        """One task for each feed that lives elsewhere. A node that is not heard of is asked no more, and not left."""
        elsewhere = self._elsewhere()
        for feed, (place, task) in list(self._pulls.items()):
            if task.done() or elsewhere.get(feed, place) != place or self._whereabouts.owns(feed):
                task.cancel()
                del self._pulls[feed]
        for feed, place in elsewhere.items():
            if feed not in self._pulls:
                line = Line(Role.PUBLISH, feed, f"{place.url}/whep/{feed}")
                self._pulls[feed] = place, tasks.create_task(self._caller.keep(line, *self._wishes(feed, place)))

    def _wishes(self, feed: str, place: Place) -> tuple[Callable[[], bool], Callable[[], bool]]:
        """Whether to call that node, and whether a session with it stays: also while the bus is silent."""
        return lambda: self._elsewhere().get(feed) == place, lambda: self._whereabouts.said(place.node, feed)

    def _elsewhere(self) -> dict[str, Place]:
        return dict(self._whereabouts.elsewhere(asyncio.get_running_loop().time()))


def forwarding(whereabouts: Whereabouts, http: aiohttp.ClientSession) -> Middleware:
    """A middleware: a request to a session of another node is answered by that node, through this one."""

    @web.middleware
    async def forward(request: web.Request, handler: Handler) -> web.StreamResponse:
        url = whereabouts.url_of(request.match_info.get("session", ""))
        if url is None or request.method == hdrs.METH_OPTIONS:
            return await handler(request)
        headers = {name: request.headers[name] for name in REQUEST_HEADERS if name in request.headers}
        body = request.content if request.body_exists else None
        address = URL(f"{url}{request.raw_path}", encoded=True)
        sent = http.request(request.method, address, data=body, headers=headers, allow_redirects=False)
        response = web.StreamResponse()
        try:
            async with sent as answer:
                response.set_status(answer.status)
                for name in RESPONSE_HEADERS:
                    for value in answer.headers.getall(name, ()):
                        response.headers.add(name, value)
                response.headers.update(CORS)
                await response.prepare(request)
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
        except aiohttp.ClientError:  # what has begun ends with the node, or with who reads
            if not response.prepared:
                retry = {"Retry-After": "1", **CORS}
                return problem("relay_unavailable", "the node of this session is not reached", retry)
        return response

    return forward
