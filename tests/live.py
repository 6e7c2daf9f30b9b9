"""Rooms that live, for tests: a hub on any store, and connections that read what it tells them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from moderation import command
from moderation.policy import Role, Who
from podium import wire
from podium.batch import Answer, Want
from podium.broadcast import Member
from podium.bus.local import LocalBus
from podium.hub import Hub
from podium.meaning import Meaning
from podium.outbox import Outbox
from podium.ports import Bus, Clock, Entry, ErasableStore
from podium.store.memory import MemoryStore
from tests.clock import SettableClock
from tests.moderation.rooms import DESCRIBE

ROOM = "digitales-podium"
PATIENCE = 10.0
"""Seconds a test waits for a fact before it fails."""

ANNA = Who(Role.ATTENDEE, "device:anna")
BEN = Who(Role.ATTENDEE, "device:ben")
MODERATOR = Who(Role.MODERATOR, "link:m1")
COLLEAGUE = Who(Role.MODERATOR, "link:m2")


class HeldStore(MemoryStore):
    """Appends wait until they are let through."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.appends = 0

    async def append(self, room: str, expected_seq: int, entries: Sequence[Entry]) -> None:
        self.asked.set()
        await self.gate.wait()
        self.appends += 1
        await super().append(room, expected_seq, entries)


class FailingStore(MemoryStore):
    """Appends fail as long as `failure` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: Exception | None = None

    async def append(self, room: str, expected_seq: int, entries: Sequence[Entry]) -> None:
        if self.failure is not None:
            raise self.failure
        await super().append(room, expected_seq, entries)


class Client:
    """A connection of a room, without a socket: reads the outbox, says commands."""

    def __init__(self, hub: Hub, who: Who, since: int | None = None, link: str | None = None, **limits: int) -> None:
        self.hub = hub
        self.member = Member(who, link, Outbox(**limits))
        self._news = asyncio.Event()
        self.member.outbox.wake = self._news.set
        hub.join(self.member, since)

    async def frame(self) -> dict[str, Any] | None:
        """The next frame, None at the end."""
        async with asyncio.timeout(PATIENCE):
            while (data := self.member.outbox.take()) is None and not self.member.outbox.ended:
                await self._news.wait()
                self._news.clear()
        return None if data is None else msgspec.json.decode(data)

    async def until(self, fact: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The first frame for which the fact holds."""
        while True:
            frame = await self.frame()
            assert frame is not None, "the connection ended first"
            if fact(frame):
                return frame

    async def welcome(self) -> dict[str, Any]:
        return await self.until(lambda frame: frame["type"] == "welcome")

    def say(self, wanted: command.Command, identifier: str) -> "asyncio.Future[Answer]":
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.hub.submit(Want(self.member.who, identifier, wanted, answered.set_result, self.member.link))
        return answered

    async def do(self, wanted: command.Command, identifier: str) -> Answer:
        async with asyncio.timeout(PATIENCE):
            return await self.say(wanted, identifier)

    async def done(self, wanted: command.Command, identifier: str) -> wire.Ack:
        answer = await self.do(wanted, identifier)
        assert isinstance(answer, wire.Ack), answer
        return answer


@asynccontextmanager
async def living(
    store: ErasableStore | None = None,
    bus: Bus | None = None,
    clock: Clock | None = None,
    meaning: Meaning | None = None,
    room: str = ROOM,
) -> AsyncIterator[Hub]:
    """A described room that runs."""
    hub = Hub(room, store or MemoryStore(), bus or LocalBus(), clock or SettableClock(), meaning)
    await hub.load()
    running = asyncio.create_task(hub.run())
    try:
        await hub.order(DESCRIBE)
        yield hub
    finally:
        running.cancel()
        await asyncio.wait((running,))


async def fact(holds: Callable[[], object]) -> None:
    """Wait until something holds, giving everything else its turn."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0)
