"""Feeds that are pushed to an external engine, by the node that has their publisher, for as long as it has it."""

import asyncio
from collections.abc import Mapping
from typing import NoReturn

from podium.edge.calls import Caller, Line
from podium.engines import Engine
from podium.relay.control import Event, FeedGone, FeedLive, Role
from podium.whereabouts import Whereabouts


class Pushes:
    """Keeps a line to each engine. `take` is told what happens at the relay, after `Whereabouts` knows it."""

    def __init__(self, engines: Mapping[str, Engine], whereabouts: Whereabouts, caller: Caller) -> None:
        self._lines = [
            Line(Role.PLAY, feed, engine.push, engine.token) for feed, engine in engines.items() if engine.push
        ]
        self._whereabouts = whereabouts
        self._caller = caller
        self._news = {line.feed: asyncio.Event() for line in self._lines}

    def take(self, event: Event) -> None:
        """A feed comes or goes."""
        if isinstance(event, FeedLive | FeedGone) and event.feed in self._news:
            self._news[event.feed].set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for line in self._lines:
                tasks.create_task(self._push(line))

    async def _push(self, line: Line) -> NoReturn:
        def owns() -> bool:
            return self._whereabouts.owns(line.feed)

        news = self._news[line.feed]
        while True:
            await news.wait()
            news.clear()
            await self._caller.keep(line, owns, owns)
