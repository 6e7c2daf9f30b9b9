"""The disk is full, or the clock is set by an hour, while a room lives: what is refused, and that pictures go on."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Connection, Engine, event

from moderation.command import Ask
from moderation.policy import Role, Who
from podium.app import running
from podium.clock import SystemClock
from podium.serving import PROGRAMME
from podium.settings import Settings
from podium.store.memory import MemoryStore
from podium.tokens import Link
from tests.audience import Screen, attending, film
from tests.e2e.server import NO_MODEL
from tests.e2e.server import ROOM as HALL
from tests.live import ROOM, Client, living
from tests.relay.rig import until

HOUR = 3600 * 1_000_000_000
LATER = 4_000_000_000


async def test_a_clock_that_jumps_by_an_hour_stops_nothing() -> None:
    ahead = 0
    store = MemoryStore()
    async with living(store, clock=SystemClock(lambda: time.time_ns() + ahead)) as hub:
        for number, set_by in enumerate((0, HOUR, -HOUR, 0)):
            ahead = set_by
            somebody = Client(hub, Who(Role.ATTENDEE, f"device:{number}"))
            await somebody.done(Ask(f"Wie spät ist es jetzt, zum {number}. Mal?", "de"), f"a{number}")
            await somebody.until(lambda frame: frame["type"] == "event")
    entries = await store.read(ROOM, 0)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert len(hub.room.questions) == 4


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite gets no page more than it has."""

    def limit_pages(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    def free_pages(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")

    event.listen(Engine, "begin", limit_pages)
    try:
        yield
    finally:
        event.remove(Engine, "begin", limit_pages)
        event.listen(Engine, "begin", free_pages, once=True)


async def test_pictures_go_on_while_the_disk_is_full_and_whatever_the_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead, text = 0, "Passt das noch? " * 35
    monkeypatch.setattr("podium.foundation.SystemClock", lambda: SystemClock(lambda: time.time_ns() + ahead))
    for name, value in NO_MODEL.items():
        monkeypatch.setattr(name, value)
    shutil.copy(PROGRAMME, tmp_path / "programme.toml")
    settings = Settings(data=tmp_path, port=0, media_port=0, relay_workers=1)
    async with asyncio.timeout(30), running(settings) as server, aiohttp.ClientSession() as http:
        studio, moderation = (
            server.house.tokens.sign_link(Link(HALL, role, None, LATER, role.value))
            for role in (Role.STUDIO, Role.MODERATOR)
        )
        screen = Screen(http, f"{server.settings.address}/whep/{HALL}/programme")
        filming = asyncio.create_task(film(http, f"{server.settings.address}/whip/{HALL}/programme", studio))
        watching = asyncio.create_task(screen.watch())

        async def shows_more() -> None:
            seen = screen.pictures
            await until(lambda: screen.pictures > seen + 10)

        async def write(name: str) -> str | None:
            answer = await moderator.do("transcribe", name, text=f"{name} {text}", language="de")
            return answer.get("code")

        async with attending(server.settings.port, token=moderation) as moderator:
            await shows_more()
            with full_disk():
                refusals = [await write(f"full-{number}") for number in range(12)]
                assert refusals[-1] == "storage_full"
                await shows_more()
            assert await write("free") is None
            for ahead in (HOUR, -HOUR):
                assert await write(f"set by {ahead}") is None
                await shows_more()
        assert screen.sessions == 1
        for task in (filming, watching):
            task.cancel()
        await asyncio.wait((filming, watching))
