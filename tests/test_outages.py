"""A clock that is set by an hour while a room lives: nothing is refused, and the journal's times never run backwards."""

import time

from moderation.command import Ask
from moderation.policy import Role, Who
from podium.clock import SystemClock
from podium.store.memory import MemoryStore
from tests.live import ROOM, Client, living

HOUR = 3600 * 1_000_000_000


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
