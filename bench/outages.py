"""What people notice while a part of an event on two or three servers is away; run by bench/faults.py.

Moderators decide and read all the time, a camera films at one server, screens watch at each. Once a second somebody opens
a page and somebody begins to watch, at each server. Afterwards all is compared: nothing acknowledged may be lost.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from tests.audience import LOST, Screen, attending, film
from tests.balancer import balancer
from tests.e2e.server import ROOM
from tests.faults import Faults, people
from tests.nodes import Nodes
from tests.relay.rig import until

PATIENCE = 60.0
LOOK = 1.0


@dataclass
class Place:
    """A server as people reach it. screens: those who watch there, by feed; came: what became of newcomers."""

    name: str
    port: int
    base: str
    screens: dict[str, Screen] = field(default_factory=dict)
    came: Counter[str] = field(default_factory=Counter)

    async def come(self, http: aiohttp.ClientSession, feeds: Sequence[str]) -> None:
        """Open a page, and ask for each feed with an offer that can only be refused late, again and again."""
        while True:
            try:
                async with asyncio.timeout(LOOK), attending(self.port) as visitor:
                    await visitor.type("welcome")
                self.came["pages"] += 1
            except (*LOST, TimeoutError):
                self.came["pages refused"] += 1
            for feed in feeds:
                screen = Screen(http, f"{self.base}/whep/{ROOM}/{feed}")
                self.came[f"{feed}: {await screen.knock()}"] += 1
            await asyncio.sleep(LOOK)


@asynccontextmanager
async def watched(places: Sequence[Place], cameras: Mapping[str, Place], token: str) -> AsyncIterator[None]:
    """Each feed filmed at its place and watched at all of them, and newcomers everywhere, until the block ends."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        doing = [
            tasks.create_task(film(http, f"{place.base}/whip/{ROOM}/{feed}", token)) for feed, place in cameras.items()
        ]
        try:
            for place in places:
                for feed in cameras:
                    place.screens[feed] = screen = Screen(http, f"{place.base}/whep/{ROOM}/{feed}")
                    doing.append(tasks.create_task(screen.watch()))
            for screen in (screen for place in places for screen in place.screens.values()):
                await until(lambda screen=screen: screen.pictures > 20, PATIENCE)  # type: ignore[misc]
            doing += [tasks.create_task(place.come(http, list(cameras))) for place in places]
            yield
        finally:
            for task in doing:
                task.cancel()


async def away(what: str, faults: Faults, places: Sequence[Place], seconds: float) -> None:
    """Print how people fare from now on for so many seconds."""
    _fresh(faults, places)
    acked = [len(writer.acked) for writer in faults.writers]
    refused = sum((writer.refused for writer in faults.writers), Counter[str]())
    pictures = {(place.name, feed): one.pictures for place in places for feed, one in place.screens.items()}
    await asyncio.sleep(seconds)
    more = [len(writer.acked) - before for writer, before in zip(faults.writers, acked, strict=True)]
    refused = sum((writer.refused for writer in faults.writers), Counter[str]()) - refused
    print(
        f"{what}, {seconds:.0f} s\n  decisions acknowledged, by moderator: {more}; refused: {dict(refused) or 'none'}"
    )
    for place in places:
        shown = {feed: one.pictures - pictures[place.name, feed] for feed, one in place.screens.items()}
        print(f"  at {place.name}: pictures shown {shown}; newcomers {dict(place.came)}", flush=True)


async def back(faults: Faults, places: Sequence[Place]) -> None:
    """Print how long it takes until everybody decides and sees again; the longest gaps hold the outage."""
    began = time.monotonic()
    wanted = [(screen, screen.pictures + 10) for place in places for screen in place.screens.values()]
    await faults.go_on()
    decided = time.monotonic() - began
    for screen, pictures in wanted:
        await until(lambda screen=screen, pictures=pictures: screen.pictures >= pictures, PATIENCE)  # type: ignore[misc]
    gaps = {place.name: {feed: f"{one.longest:.1f} s" for feed, one in place.screens.items()} for place in places}
    waits = [f"{writer.longest:.1f} s" for writer in faults.writers]
    print(
        f"  back: all decide after {decided:.1f} s, all see after {time.monotonic() - began:.1f} s\n"
        f"  longest wait for a decision, by moderator: {waits}; longest gap of a picture: {gaps}",
        flush=True,
    )


def _fresh(faults: Faults, places: Sequence[Place]) -> None:
    for writer in faults.writers:
        writer.waits.clear()
    for place in places:
        place.came.clear()
        for screen in place.screens.values():
            screen.longest = 0.0


async def parts_away(nodes: Nodes, seconds: float) -> None:
    """Redis, then PostgreSQL, gone for so long."""
    places = [Place(name, server.port, server.base) for name, server in zip("ab", nodes.servers, strict=True)]
    async with (
        people(nodes, "away", [place.port for place in places]) as faults,
        watched(places, {"programme": places[0]}, nodes.studio()),
    ):
        await away("nothing is away", faults, places, seconds / 3)
        await back(faults, places)
        for name, stop, start in (
            ("Redis is away", nodes.redis.kill, nodes.redis.start),
            ("PostgreSQL is away", nodes.postgres.stop, nodes.postgres.start),
        ):
            await asyncio.to_thread(stop)
            await away(name, faults, places, seconds)
            await asyncio.to_thread(start)
            await back(faults, places)
    print("nothing lost, doubled or reordered; every page shows what a fresh one shows")


@asynccontextmanager
async def ways(hosts: Mapping[str, str], port: Mapping[str, int]) -> AsyncIterator[dict[str, int]]:
    """Ports of this machine that lead to servers elsewhere, by name."""
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(balancer([port[name]], host)) for name, host in hosts.items()}
