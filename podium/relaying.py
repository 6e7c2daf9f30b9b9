"""The relay as the server starts it: on which ports, with how many workers, and what the rooms hear of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from podium.foundation import StartRefused
from podium.hub import Hub
from podium.relay import control
from podium.relay.supervisor import Supervisor
from podium.relay.udp import MediaPortTaken
from podium.settings import SettingRefused, Settings

PORT_TRIES = 30
PORT_PAUSE = 0.1
"""After a crash the relay worker of before may hold the media port for a moment."""


@asynccontextmanager
async def relaying(
    settings: Settings, hubs: Mapping[str, Hub], listeners: Sequence[Callable[[control.Event], None]], node: str
) -> AsyncIterator[Supervisor]:
    """The relay's workers until the context ends; `node` begins the names of sessions. Raises StartRefused."""
    viewers: dict[str, int] = {}
    live: dict[str, int] = {}

    def happened(event: control.Event) -> None:
        for listener in listeners:
            listener(event)
        match event:
            case control.FeedLive(feed=feed, pulled=pulled):
                live[feed] = int(pulled)  # the node that it is pulled from counts a viewer for that
            case control.FeedGone(feed=feed):
                live.pop(feed, None)
            case control.Viewers(feed=feed, count=count):
                viewers[feed] = count
            case _:
                return
        room, _, name = feed.partition("/")
        if room in hubs:
            hubs[room].watch(name, viewers.get(feed, 0) - live[feed] if feed in live else None)

    try:
        ports = settings.media_ports(len(os.sched_getaffinity(0)))
    except SettingRefused as refused:
        raise StartRefused(str(refused)) from refused
    relay = Supervisor(
        settings.media_host,
        settings.media_port,
        on_event=happened,
        addresses=settings.announce,
        workers=len(ports),
        most_viewers=settings.viewers_per_worker,
        node=node,
    )
    for tries_left in reversed(range(PORT_TRIES)):
        try:
            await relay.start()
            break
        except MediaPortTaken as error:
            if not tries_left:
                raise StartRefused(str(error)) from error
            await asyncio.sleep(PORT_PAUSE)
    try:
        yield relay
    finally:
        await relay.stop()
