"""Moderators, a host and prompters beside the crowd: they read, decide, put on air and show."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from podium.bench.sockets import Socket, Sockets, Told
from podium.ids import RandomIds

MARK = "Load test "
READING = 0.5
"""Seconds after which a moderator has decided about a question."""
DECLINED_EVERY = 5
"""One question of so many is declined."""
_encode = msgspec.json.Encoder().encode


class Station:
    """One page of the staff. entities: what it knows. decided: by number of the event, when a step that everybody
    sees was sent."""

    def __init__(self, sockets: Sockets, room: str, token: str | None) -> None:
        self._hello = {"type": "hello", "room": room} | ({"token": token} if token else {})
        self._lost = False
        self._answers: dict[str, asyncio.Future[Told]] = {}
        self._welcome: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._socket: Socket = sockets.open(self)
        self.entities: dict[str, Any] = {}
        self.votes: dict[str, int] = {}
        self.role = ""
        self.seq = 0
        self.attending = 0
        self.on_event: Callable[[Told, float], None] = lambda _told, _at: None
        self.decided: dict[int, float] = {}
        self.refused: Counter[str] = Counter()

    async def welcomed(self, seconds: float) -> Told:
        """Its welcome. Raises ConnectionError with the reason, TimeoutError."""
        async with asyncio.timeout(seconds):
            return await self._welcome

    async def do(self, command: str, **body: object) -> Told | None:
        """The acknowledgement; None when it was refused, which is counted, or the connection is lost."""
        if self._lost:
            return None
        identifier = RandomIds().new()  # others may use the same link, or used it in another measurement
        answer = self._answers[identifier] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self._socket.send(_encode({"type": "do", "id": identifier, "command": command, "body": body}))
        told: Told = await answer
        if told["type"] == "refused":
            self.refused[told["code"]] += 1
            return None
        if command != "decline":
            self.decided[told["seq"]] = began
        return told

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def opened(self) -> None:
        """See sockets.Client."""
        self._socket.send(_encode(self._hello))

    def received(self, told: Told, at: float) -> None:
        """See sockets.Client."""
        match told["type"]:
            case "welcome":
                self.entities = dict(told["entities"])
                self.votes = dict(told["votes"])
                self.role = told["role"]
                self._reached(told)
                if not self._welcome.done():
                    self._welcome.set_result(told)
            case "event":
                self.seq = told["seq"]
                self.entities.update(told.get("put", {}))
                for key in told.get("drop", ()):
                    self.entities.pop(key, None)
                self.on_event(told, at)
            case "tick":
                self.votes.update(told.get("votes", {}))
                self._reached(told)
            case "ack" | "refused" if told["id"] in self._answers:
                answer = self._answers.pop(told["id"])
                if not answer.done():  # who asked may be gone
                    answer.set_result(told)
            case "bye":
                self._failed(f"the server says: {told['code']}")
            case _:
                pass

    def closed(self, reason: str) -> None:
        """See sockets.Client."""
        self._failed(reason)

    def _reached(self, told: Told) -> None:
        self.seq, self.attending = told["seq"], told["attending"]

    def _failed(self, reason: str) -> None:
        self._lost = True
        if not self._welcome.done():
            self._welcome.set_exception(ConnectionError(reason))
            self._welcome.exception()  # of many that are refused alike, one is asked
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result({"type": "refused", "code": "connection_lost"})
        self._answers.clear()


class Moderator:
    """Reads everything, decides about each question whose number is its turn. inbox: when each text arrived."""

    def __init__(self, station: Station, turn: int, turns: int, tasks: asyncio.TaskGroup) -> None:
        self._station = station
        self._turn = turn
        self._turns = turns
        self._tasks = tasks
        self._known: set[int] = set()
        self.active = True
        self.inbox: dict[str, float] = {}
        station.on_event = self._event

    def _event(self, told: Told, at: float) -> None:
        for key, entity in told.get("put", {}).items():
            if key.startswith("question/") and entity["text"].startswith(MARK) and entity["number"] not in self._known:
                self._known.add(entity["number"])
                self.inbox[entity["text"]] = at
                if self.active and entity["number"] % self._turns == self._turn:
                    self._tasks.create_task(self._decide(entity["number"]))

    async def _decide(self, number: int) -> None:
        await asyncio.sleep(READING)
        if number % DECLINED_EVERY:
            await self._station.do("approve", question=number)
        else:
            await self._station.do("decline", question=number, reason="off_topic")


class Host:
    """Puts one question after the other on air. aired: by number of the event, when that was sent."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._on_air: int | None = None
        self._used: list[int] = []
        self.aired: dict[int, float] = {}

    async def run(self, pause: float) -> None:
        """Until cancelled; pause: seconds between two questions."""
        while True:
            await asyncio.sleep(pause)
            number = self._next()
            if number is None or await self._station.do("enqueue", question=number, queue="panel") is None:
                continue
            told = await self._station.do("air", question=number, instead=self._on_air)
            if told is not None:
                self.aired[told["seq"]] = self._station.decided[told["seq"]]
                self._on_air = number

    async def clear(self) -> None:
        """Take what was on air back into the queue, from where its askers may withdraw it."""
        for number in self._used:
            await self._station.do("enqueue", question=number, queue="panel")
            await asyncio.sleep(0.2)

    def _next(self) -> int | None:
        for key, entity in self._station.entities.items():
            if not key.startswith("question/") or entity["number"] in self._used:
                continue
            if entity["state"] == "approved" and entity["text"].startswith(MARK):
                self._used.append(entity["number"])
                return self._used[-1]
        return None


class Prompter:
    """A speaker's screen. shown: by number of the event, when it was here."""

    def __init__(self, station: Station) -> None:
        self.shown: dict[int, float] = {}
        station.on_event = self._event

    def _event(self, told: Told, at: float) -> None:
        if "prompt" in told.get("put", {}):
            self.shown[told["seq"]] = at
