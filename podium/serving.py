"""`podium serve` and `podium demo`: from the first sentence to Ctrl-C."""

import asyncio
import gc
import os
import shlex
import shutil
import signal
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from moderation.policy import Role
from podium import descriptors
from podium.app import Running, running
from podium.demo.picture import test_card
from podium.foundation import House, StartRefused
from podium.links import DEMO_DAYS, LinkFile, new_link
from podium.settings import Settings
from podium.tokens import Link

Say = Callable[[str], None]

PROGRAMME = Path(__file__).resolve().parent / "demo" / "smart-city-dialog.toml"
LINKS = "links.json"
REFUSED = 2
COLLECTIONS = (50_000, 10, 10)
"""Objects made before cycles among them are looked for, and how rarely among the older ones: each look at the hundreds
of objects of each of thousands of connections holds everybody up, and hardly any of them is ever in a cycle."""


async def serve(settings: Settings, say: Say, complain: Say) -> int:
    """Serve until a signal; the exit status."""
    stop = _prepared()
    if not settings.programme_file.is_file():
        complain(
            f"There is no programme: {settings.programme_file} is missing. `podium serve --help` shows what to write, "
            "`podium demo` runs with one that is shipped."
        )
        return REFUSED
    try:
        async with running(settings) as server:
            say(_address(server))
            say(_how_to_invite(server.house))
            await stop.wait()
            say("Stopping.")
    except StartRefused as refused:
        complain(str(refused))
        return REFUSED
    return 0


async def demo(settings: Settings, say: Say, complain: Say) -> int:
    """Serve the demo's programme with a picture until a signal; the exit status."""
    stop = _prepared()
    try:
        settings = _with_programme(settings)
        async with running(settings) as server, AsyncExitStack() as stack:
            links = _write_links(server)
            room, described = next(iter(server.house.programme.items()))
            if described.feeds:
                await stack.enter_async_context(
                    test_card(_loopback(server.settings), room, described, _standby(server, room))
                )
            say(_all_links(server, links))
            await stop.wait()
            say("Stopping.")
    except StartRefused as refused:
        complain(str(refused))
        return REFUSED
    return 0


def _prepared() -> asyncio.Event:
    """Set by Ctrl-C and SIGTERM; the process may have as many connections as the system grants."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    gc.set_threshold(*COLLECTIONS)
    descriptors.allow_all()
    descriptors.complain_briefly(loop)
    return stop


def _with_programme(settings: Settings) -> Settings:
    """The shipped programme, copied into the data folder unless there is one."""
    if settings.programme is None and not settings.programme_file.exists():
        try:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(PROGRAMME, settings.programme_file)
        except OSError as error:
            raise StartRefused(f"The data folder {settings.data} cannot be used ({error.strerror}).") from error
    return settings


def _write_links(server: Running) -> Mapping[str, Any]:
    house = server.house

    def revoked(link: Link) -> bool:
        return link.room not in server.hubs or link.id in server.hubs[link.room].room.revoked

    path = server.settings.data / LINKS
    try:
        file = LinkFile(path, house.tokens, house.clock, house.ids)
        return file.write(server.settings.address, house.programme, revoked)
    except OSError as error:
        raise StartRefused(f"The links cannot be written to {path} ({error.strerror}).") from error


def _standby(server: Running, room: str) -> str:
    """A token to publish with while nobody else does."""
    link = new_link(room, Role.STUDIO, None, DEMO_DAYS, server.house.clock, server.house.ids)
    return server.house.tokens.sign_link(replace(link, standby=True))


def _loopback(settings: Settings) -> str:
    """Where the server is reached from this machine, whatever proxy stands in front."""
    return replace(settings, public_url="").address


def _address(server: Running) -> str:
    settings = server.settings
    first, workers = settings.media_port, settings.workers(len(os.sched_getaffinity(0)))
    follow = workers > 1 and server.house.settings.media_port  # those that were free need not
    where = f"ports {first} to {first + workers - 1}" if follow else f"port {first}"
    return f"Podium is open at {settings.address}, pictures at {where} (UDP and TCP)."


def _how_to_invite(house: House) -> str:
    lines = ["", "For everybody:"]
    lines += [f"  {described.title}: /r/{room}" for room, described in house.programme.items()]
    room, data = next(iter(house.programme)), shlex.quote(str(house.settings.data))
    lines += [
        "",
        "Links for moderators, the host, speakers and the studio, with the settings of this server:",
        f"  podium invite --data {data} --room {room} --role moderator",
        "",
    ]
    return "\n".join(lines)


def _all_links(server: Running, links: Mapping[str, Any]) -> str:
    lines = [_address(server)]
    for identifier, described in server.house.programme.items():
        of_room = links["rooms"][identifier]
        lines += ["", f"{described.title}", f"  Attend    {of_room['attend']}", f"  Moderate  {of_room['moderate']}"]
        lines += [f"  Host      {of_room['host']}", f"  Studio    {of_room['studio']}"]
        for panellist in described.panellists:
            lines += [f"  Prompter  {panellist.name}", f"            {of_room['prompt'][panellist.id]}"]
        lines += [f"  OBS       Settings, Stream, WHIP: {of_room['whip']['url']}"]
        lines += [f"            Bearer token: {of_room['whip']['token']}"]
    lines += ["", f"All links are in {server.settings.data / LINKS}. Ctrl-C stops everything.", ""]
    return "\n".join(lines)
