"""One measurement: everybody joins, acts, settles; then what was sent is compared with what is there."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from moderation.policy import Role
from podium.bench import ledger, machine
from podium.bench.crowd import Ended, Orders, Settled
from podium.bench.crowds import Crowds, crowds
from podium.bench.report import Figures
from podium.bench.serving import Place
from podium.bench.sockets import Sockets
from podium.bench.staff import MARK, Host, Moderator, Prompter, Station

Say = Callable[[str], None]

PATIENCE = 20.0
"""Seconds after which a server that lets nobody in is given up."""
AIR_PAUSE = 2.0
"""Seconds between two questions that the host puts on air."""
_encode = msgspec.json.Encoder().encode


class BenchRefused(Exception):
    """It cannot be measured. The text is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The load. joins, votes, questions, cuts: a second."""

    attendees: int
    seconds: float
    joins: float
    votes: float
    questions: float
    cuts: float
    moderators: int
    prompters: int
    processes: int
    links: tuple[str, ...]
    servers: tuple[str, ...]
    elsewhere: bool
    live_room: bool


async def measured(load: Wanted, place: Place, say: Say) -> Figures:
    """Everything from the first join to the verdict. Raises BenchRefused, CrowdEnded."""
    staff = _Staff(load, place)
    try:
        await staff.welcomed()
        if not load.live_room:
            staff.check_empty()
        async with crowds(_orders(load, place)) as people:
            return await _Run(load, place, staff, people, say).measured()
    finally:
        staff.sockets.close()


def _orders(load: Wanted, place: Place) -> Sequence[Orders]:
    parts, name, nodes = max(load.processes, len(place.nodes)), f"{os.getpid():x}", place.nodes
    shares = [load.attendees // parts + (number < load.attendees % parts) for number in range(parts)]
    rates = (load.joins / parts, load.questions / parts, load.votes / parts, load.cuts / parts)
    return [
        Orders(*nodes[number % len(nodes)], place.room, f"{name}{number:02}", share, *rates, load.seconds)
        for number, share in enumerate(shares)
    ]


class _Staff:
    """The pages of the staff, on connections of this process."""

    def __init__(self, load: Wanted, place: Place) -> None:
        self._place = place
        self.sockets = Sockets(place.host, place.port)
        reader = place.tokens.get(Role.MODERATOR) or place.tokens[Role.HOST]
        self.moderators = [Station(self.sockets, place.room, reader) for _ in range(load.moderators)]
        host, speaker = place.tokens.get(Role.HOST), place.tokens.get(Role.SPEAKER)
        self.host = Station(self.sockets, place.room, host or reader)
        count = load.prompters if speaker else 0
        self.prompters = [Station(self.sockets, place.room, speaker) for _ in range(count)]

    async def welcomed(self) -> None:
        """All are in. Raises BenchRefused."""
        try:
            for station in (*self.moderators, self.host, *self.prompters):
                await station.welcomed(PATIENCE)
        except (ConnectionError, TimeoutError) as error:
            raise BenchRefused(f"The server does not let the staff in: {str(error) or 'no answer'}.") from error

    def check_empty(self) -> None:
        """Raises BenchRefused when people or questions are in the room."""
        questions = sum(key.startswith("question/") for key in self.host.entities)
        if questions or self.host.attending:
            raise BenchRefused(
                f"The room has {questions} questions and {self.host.attending} attending. Make a room for this in the "
                "programme, or say --live-room: what is asked here will be withdrawn, and stays in the journal."
            )

    async def fresh(self, token: str | None) -> Station:
        """Somebody who comes only now, and leaves again with what there was."""
        station = Station(self.sockets, self._place.room, token)
        await station.welcomed(PATIENCE)
        station.close()
        return station

    async def final(self) -> tuple[Station, Station]:
        """The room as a new moderator and a new attendee see it."""
        reader = self._place.tokens.get(Role.MODERATOR) or self._place.tokens[Role.HOST]
        return await self.fresh(reader), await self.fresh(None)


class _Run:
    """One measurement from the first join to the verdict."""

    def __init__(self, load: Wanted, place: Place, staff: _Staff, people: Crowds, say: Say) -> None:
        self._load = load
        self._place = place
        self._staff = staff
        self._people = people
        self._say = say
        self._host = Host(staff.host)
        self._processes = [machine.listener(port) if machine.here(host) else None for host, port in place.nodes]

    async def measured(self) -> Figures:
        """Join, act, settle, compare, clean up, which is done too when this is cancelled."""
        try:
            return await self._figures()
        finally:
            if self._load.links:
                self._say("Taking the questions back ...")
                await self._host.clear()
                await self._people.order("withdraw", int)
                await self._people.order("settle 0", int)

    async def _figures(self) -> Figures:
        idle = self._usage()
        began = time.perf_counter()
        await self._told_while(self._people.order("join", int), f"joining, of {self._load.attendees}")
        await self._all_in()
        joined = time.perf_counter()
        self._say(f"{self._load.attendees} attending; they ask and vote for {self._load.seconds:g} s.")
        full = self._usage()
        async with asyncio.TaskGroup() as tasks:
            turns = len(self._staff.moderators)
            moderators = [Moderator(station, turn, turns, tasks) for turn, station in enumerate(self._staff.moderators)]
            prompters = [Prompter(station) for station in self._staff.prompters]
            hosting = tasks.create_task(self._host.run(AIR_PAUSE))
            acting = time.perf_counter()
            await self._told_while(self._people.order("act", int), "acting")
            acted, busy = time.perf_counter() - acting, self._usage()
            hosting.cancel()
            for moderator in moderators:
                moderator.active = False
        seq = await self._quiet()
        await self._people.order(f"settle {seq}", int)
        moderated, attended = await self._staff.final()
        ended = await self._people.order("ended", Ended)
        settled = await self._settled(ended)
        figures = Figures(self._load.attendees, joined - began, acted)
        figures.machine(idle, full, busy)
        _account(figures, ended, settled)
        _late(figures, ended, moderators, self._host, prompters)
        _verdict(figures, ended, moderated, attended)
        for station in (*self._staff.moderators, self._staff.host):
            figures.refused.update(station.refused)
        return figures

    async def _settled(self, ended: Sequence[Ended]) -> list[Settled]:
        decided: dict[int, float] = {}
        for station in (*self._staff.moderators, self._staff.host):
            decided |= station.decided
        voted = [row for one in ended for row in one.voted]
        words = _encode((decided, voted)).decode()
        return await self._people.order(f"settled {words}", Settled)

    async def _told_while(self, doing: Coroutine[Any, Any, list[int]], what: str) -> None:
        task = asyncio.create_task(doing)
        while not task.done():
            try:
                await asyncio.wait((task,), timeout=2)
            except asyncio.CancelledError:
                task.cancel()
                await asyncio.wait((task,))
                raise
            if not task.done():
                usage = self._usage()
                memory = "" if usage is None else f", {usage.memory // 1_000_000} MB"
                self._say(f"  {self._staff.host.attending} here{memory} ({what})")
        await task

    async def _all_in(self) -> None:
        here, before = 0, -1
        while here < self._load.attendees:
            if here == before:
                raise BenchRefused(f"Only {here} of {self._load.attendees} attendees got in.")
            here, before = sum(await self._people.order("settle 0", int)), here

    async def _quiet(self) -> int:
        """The number reached once nothing new has happened for a while."""
        seq = -1
        while seq != self._staff.host.seq:
            seq = self._staff.host.seq
            await asyncio.sleep(1.0)
        return seq

    def _usage(self) -> machine.Usage | None:
        known = [None if process is None else machine.usage(process) for process in self._processes]
        found = [usage for usage in known if usage is not None]
        if len(found) < len(known):
            return None
        return machine.Usage(sum(one.cpu for one in found), sum(one.memory for one in found))


def _account(figures: Figures, ended: Sequence[Ended], settled: Sequence[Settled]) -> None:
    """What the crowds saw."""
    for one in ended:
        figures.frames += one.frames
        figures.lost_events += one.lost
        figures.doubled_events += one.doubled
        figures.spreads["join"].merge(one.joins)
        figures.spreads["return"].merge(one.returns)
        figures.spreads["generator"].merge(one.late)
        figures.refused.update(one.refused)
        figures.ended.update(one.ended)
        figures.skipped += one.skipped
        figures.waiting += one.waiting
        figures.asked += len(one.asked)
        figures.voted += len(one.voted)
    for last in settled:
        figures.spreads["decision"].merge(last.decisions)
        figures.spreads["tally"].merge(last.tallies)


def _late(
    figures: Figures, ended: Sequence[Ended], moderators: Sequence[Moderator], host: Host, prompters: Sequence[Prompter]
) -> None:
    """From the question to each inbox, from the host to each prompter."""
    for one in ended:
        unsure = set(one.interrupted)
        for text, sent in one.asked.items():
            for moderator in moderators:
                if text not in moderator.inbox:
                    figures.unseen += text in one.texts_acknowledged
                elif text not in unsure:
                    figures.spreads["inbox"].add(moderator.inbox[text] - sent)
    for seq, sent in host.aired.items():
        for prompter in prompters:
            if seq not in prompter.shown:
                figures.unseen += 1
            else:
                figures.spreads["prompter"].add(prompter.shown[seq] - sent)


def _verdict(figures: Figures, ended: Sequence[Ended], moderated: Station, attended: Station) -> None:
    """What was acknowledged against the room as it is."""
    texts = [
        entity["text"]
        for key, entity in moderated.entities.items()
        if key.startswith("question/") and entity["text"].startswith(MARK)
    ]
    figures.questions = ledger.questions(
        [text for one in ended for text in one.texts_acknowledged], [text for one in ended for text in one.asked], texts
    )
    acknowledged = Counter(number for one in ended for number in one.votes_acknowledged)
    sent = Counter(number for one in ended for number, _ in one.voted)
    figures.votes = ledger.votes(acknowledged, sent, _tallies(attended.votes, sent))
    public = {key for key in attended.entities if key.startswith("question/")}
    figures.different = sum(len(public ^ set(one.public)) for one in ended)


def _tallies(votes: Mapping[str, int], ours: Mapping[int, int]) -> dict[int, int]:
    return {number: votes.get(str(number), 0) for number in ours}
