"""The attendees of one process: `python -m podium.bench.crowd`, told what to do on standard input, line by line."""

import asyncio
import random
import signal
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from contextlib import suppress

import msgspec

from podium import descriptors
from podium.bench.attendee import Account, Attendee
from podium.bench.ledger import Spread, freshness
from podium.bench.sockets import Sockets

OBSERVERS = 10
"""Attendees of one process who write down each tally."""
RETURN_SECONDS = 2.0
"""After a cut somebody is back within so long."""
CUT_WHILE_ASKING = 0.2
"""Share of the cuts that come right behind a question, so that nobody knows whether it arrived."""
SETTLE_SECONDS = 15.0
BEAT = 0.05
"""Seconds between two looks at how late this process is itself."""
_encode = msgspec.json.Encoder().encode


class Orders(msgspec.Struct, frozen=True):
    """What a crowd shall do. joins, questions, votes, cuts: a second. name: begins its texts. seconds: how long."""

    host: str
    port: int
    room: str
    name: str
    attendees: int
    joins: float
    questions: float
    votes: float
    cuts: float
    seconds: float


class Ended(msgspec.Struct, frozen=True):
    """After all is quiet. lost, doubled: tellings."""

    public: list[str]
    lost: int
    doubled: int
    frames: int
    asked: dict[str, float]
    interrupted: list[str]
    voted: list[tuple[int, float]]
    texts_acknowledged: list[str]
    votes_acknowledged: list[int]
    refused: dict[str, int]
    ended: dict[str, int]
    joins: dict[int, int]
    returns: dict[int, int]
    late: dict[int, int]
    waiting: int
    here: int
    skipped: int


class Settled(msgspec.Struct, frozen=True):
    """The last word. decisions: delays from a moderator's step to every attendee; tallies: from a vote to observers."""

    decisions: dict[int, int]
    tallies: dict[int, int]


class Crowd:
    """Joins, acts for a time, and accounts."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._sockets = Sockets(orders.host, orders.port)
        self._account = Account()
        self._people = [
            Attendee(self._sockets, orders.room, self._account, observes=number < OBSERVERS)
            for number in range(orders.attendees)
        ]
        self._chance = random.Random(orders.name)  # noqa: S311 - who acts next, no secret
        self._turns = list(self._people)
        self._chance.shuffle(self._turns)
        self._turn = 0
        self._asked = 0
        self._skipped = 0
        self._away: set[asyncio.Task[None]] = set()
        self._late = Spread()
        self._stopped = False

    @property
    def here(self) -> int:
        """How many are in the room."""
        return sum(one.present for one in self._people)

    async def join(self) -> None:
        """Everybody, at the pace ordered; returns when all have been tried."""
        waiting = iter(self._people)
        await self._paced(self._orders.joins, self._orders.attendees, lambda: next(waiting).join())

    async def act(self) -> None:
        """Ask, vote, come and go for as long as ordered."""
        orders = self._orders
        async with asyncio.TaskGroup() as tasks:
            for rate, action in ((orders.questions, self._ask), (orders.votes, self._vote), (orders.cuts, self._cut)):
                tasks.create_task(self._paced(rate, int(rate * orders.seconds), action))

    def stop(self) -> None:
        """Whatever is under way ends soon."""
        self._stopped = True

    async def settle(self, seq: int) -> None:
        """Wait until everybody is back, has its answers and has been told of everything up to this number, or for long."""
        if self._away:
            await asyncio.wait(self._away)
        for _ in range(int(SETTLE_SECONDS / BEAT)):
            if self._stopped or not any(one.waits or not one.reached(seq) for one in self._people):
                break
            await asyncio.sleep(BEAT)

    def ended(self) -> Ended:
        """What happened so far."""
        account, waiting, here = self._account, sum(one.waits for one in self._people), self.here
        return Ended(
            sorted(account.public),
            account.pictures.lost(),
            account.doubled,
            self._sockets.frames,
            account.asked,
            sorted(account.interrupted),
            account.voted,
            account.texts_acknowledged,
            account.votes_acknowledged,
            account.refused,
            account.ended,
            _spread(account.joins),
            _spread(account.returns),
            self._late.counts,
            waiting,
            here,
            self._skipped,
        )

    def settled(self, decided: Mapping[int, float], voted: list[tuple[int, float]]) -> Settled:
        """decided: by number of its event, when a step that everybody sees was sent. voted: all votes of all processes."""
        account, decisions, tallies = self._account, Spread(), Spread()
        numbers = sorted(decided)
        for (before, after), arrivals in account.arrivals.items():
            for seq in numbers[bisect_right(numbers, before) : bisect_right(numbers, after)]:
                for at in arrivals:
                    decisions.add(at - decided[seq])
        for seen in account.seen:
            for delay in freshness(voted, seen):
                tallies.add(delay)
        return Settled(decisions.counts, tallies.counts)

    async def withdraw(self) -> None:
        """Take back all questions that were asked here."""
        self._stopped = False
        for one in self._people:
            if one.withdraw():
                await asyncio.sleep(BEAT)

    async def watch(self) -> None:
        """Note how late timers are here: what the measurement adds by itself."""
        while True:
            due = time.perf_counter() + BEAT
            await asyncio.sleep(BEAT)
            self._late.add(time.perf_counter() - due)

    async def _paced(self, rate: float, count: int, action: Callable[[], object]) -> None:
        began = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            if self._stopped:
                break
            action()

    def _someone(self) -> Attendee:
        self._turn = (self._turn + 1) % len(self._turns)
        return self._turns[self._turn]

    def _ask(self) -> bool:
        asker = next((one for one in (self._someone() for _ in self._turns) if one.may_ask), None)
        if asker is None:
            self._skipped += 1
            return False
        self._asked += 1
        asker.ask(f"Load test {self._orders.name}-{self._asked}: {_sentence(self._chance)}")
        return True

    def _vote(self) -> None:
        public = [int(key.partition("/")[2]) for key in self._account.public]
        for one in (self._someone() for _ in range(10)):
            if one.present and public and one.vote(self._chance.choice(public)):
                return
        self._skipped += 1

    def _cut(self) -> None:
        one = self._someone()
        if one.waits or one.observes:
            return
        if self._chance.random() < CUT_WHILE_ASKING and one.may_ask:
            self._asked += 1
            one.ask(f"Load test {self._orders.name}-{self._asked}: {_sentence(self._chance)}")
        one.cut()
        coming = asyncio.create_task(self._return(one))
        self._away.add(coming)
        coming.add_done_callback(self._away.discard)

    async def _return(self, one: Attendee) -> None:
        await asyncio.sleep(self._chance.uniform(0, RETURN_SECONDS))
        one.join()


_WHEN = ("this year", "next spring", "after the trial", "before winter", "in five years", "with less money")
_WHO = ("pupils", "commuters", "small shops", "older people", "cyclists", "tenants", "nurses", "clubs", "families")
_WHAT = ("buses", "heating", "open data", "libraries", "street lights", "forms", "parks", "flood warnings", "broadband")


def _sentence(chance: random.Random) -> str:
    """As different as questions of people are, so that comparing them is the work it is."""
    return f"what will {chance.choice(_WHAT)} mean for {chance.choice(_WHO)} {chance.choice(_WHEN)}?"


def _spread(times: list[float]) -> dict[int, int]:
    spread = Spread()
    for one in times:
        spread.add(one)
    return spread.counts


async def main() -> None:
    """Lines in: orders, then join, act, settle SEQ, withdraw, ended, settled JSON. One line out for each."""
    reader = asyncio.StreamReader(limit=2**28)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    descriptors.allow_all()
    crowd = Crowd(msgspec.json.decode(await reader.readline(), type=Orders))
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, crowd.stop)
    watching = asyncio.create_task(crowd.watch())
    while line := await reader.readline():
        word, _, rest = line.decode().strip().partition(" ")
        _say(await _obeyed(crowd, word, rest))
    watching.cancel()


async def _obeyed(crowd: Crowd, word: str, rest: str) -> object:
    match word:
        case "join":
            await crowd.join()
        case "act":
            await crowd.act()
        case "settle":
            await crowd.settle(int(rest))
        case "withdraw":
            await crowd.withdraw()
        case "ended":
            return crowd.ended()
        case "settled":
            decided, voted = msgspec.json.decode(rest, type=tuple[dict[int, float], list[tuple[int, float]]])
            return crowd.settled(decided, voted)
        case _:
            raise ValueError(word)
    return crowd.here


def _say(answer: object) -> None:
    sys.stdout.buffer.write(_encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
