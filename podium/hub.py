"""One room, one task: decide, append, apply, publish. Whatever changes a room goes through here, one at a time."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from moderation import command as commands
from moderation.apply import apply
from moderation.event import Happened
from moderation.policy import Role, Who
from moderation.refusal import Code, Refused
from moderation.room import Room
from podium import erasure, journal, wire
from podium.batch import SYSTEM, Answer, Decided, Step, Want, decide_all, forgets, refused_by_store
from podium.broadcast import HEARTBEAT, Broadcast, Member
from podium.comparison import Comparison
from podium.history import UNREADABLE, History, Superseded
from podium.meaning import Meaning
from podium.ports import Bus, Clock, ErasableStore, StaleSeq, StoreUnavailable

INBOX = 4_096
"""Commands that may wait for their decision; one more is refused as busy."""
BATCH = 1_024
"""Commands decided and committed together at most."""
VOTE_MOMENT = 0.25
TICK_PAUSE = 0.25
FOLLOW_PAUSE = 2.0
"""Seconds: votes are gathered, ticks are apart, a tick comes anyway, the journal is looked at for others' events."""
STALE_TRIES = 16
HINT_DIGITS = 19
"""Of the largest number a line can have in a store."""
RETRY_AFTER = 1_000
"""Milliseconds after which a command that could not be stored may be sent again."""

_log = logging.getLogger(__name__)
_SYSTEM = Who(Role.SYSTEM, SYSTEM)


class Hub:
    """A room that lives. load() first, then run() until cancelled; the rest may be called while it runs."""

    def __init__(
        self, identifier: str, store: ErasableStore, bus: Bus, clock: Clock, meaning: Meaning | None = None
    ) -> None:
        self.identifier = identifier
        self._meaning = meaning
        self.comparison = Comparison(meaning)
        self.broadcast = Broadcast(identifier, Room(), clock, self.comparison.duplicates)
        self._history = History(identifier, store)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._inbox: deque[Want] = deque()
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._located: list[str] = []
        self._news = asyncio.Event()
        self._look = False
        self._reads = True

    @property
    def room(self) -> Room:
        """The room as everybody may know it: each of its events is durable."""
        return self.broadcast.room

    async def load(self) -> None:
        """Fold the journal. Raises StoreUnavailable and what is UNREADABLE."""
        self._begin(*await self._history.fold())

    async def run(self) -> None:
        """Serve until cancelled; then whoever waits is told that the server is shutting down."""
        try:
            while True:
                # not in this task: a group that fails at the moment of a cancellation loses it (CPython issue 116720)
                living = asyncio.create_task(self._live())
                try:
                    await asyncio.wait((living,))
                finally:
                    living.cancel()
                    await asyncio.wait((living,))
                try:
                    await living
                except* Superseded as group:
                    self._begin_again(group)
        finally:
            self._refuse_waiting()
            self.broadcast.end(Code.SHUTTING_DOWN, 0)  # another node may be there already

    def join(self, member: Member, since: int | None) -> None:
        """A connection that has said hello; its outbox gets the welcome and from then on everything."""
        self.broadcast.join(member, since)
        self._news.set()
        if since is not None and since > self.room.seq:
            self._look_again()  # another node has told it more than is known here

    def leave(self, member: Member) -> None:
        """A connection that is gone."""
        self.broadcast.leave(member)
        self._news.set()

    def look(self, member: Member, question: int | None, name: str | None) -> None:
        """A moderator looks at a question, or at none."""
        assert member.colleague is not None, "a session lets moderators look, nobody else"
        known = question if question in self.room.questions else None
        self.broadcast.desk.presence.look(member.colleague, known, name)
        self._news.set()

    def report(self, member: Member, told: wire.Screen) -> None:
        """A prompter says how it is."""
        if member.screen is not None:
            self.broadcast.desk.screens.report(member.screen, told)
            self._news.set()

    def locate(self, screen: str) -> None:
        """Somebody of the staff asks which screen this is, on whatever node it may be."""
        if len(self._located) < INBOX:
            self._located.append(screen)
            self._news.set()

    def submit(self, want: Want) -> None:
        """Decide it in its turn; refused at once as busy when too many wait."""
        if len(self._inbox) >= INBOX:
            want.answer(wire.Refusal(want.id, Code.BUSY, RETRY_AFTER))
            return
        self._inbox.append(want)
        if not isinstance(want.command, commands.Vote):
            self._urgent.set()
        self._wake.set()

    async def order(self, command: commands.Command) -> None:
        """Carry out a command of the system itself; returns when it is durable. Raises Refused."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.submit(Want(_SYSTEM, "", command, answered.set_result))
        answer = await answered
        if isinstance(answer, wire.Refusal):
            raise Refused(answer.code, answer.retry_after)

    def watch(self, feed: str, viewers: int | None) -> None:
        """So many watch a feed of the room; None: it is not live."""
        self.broadcast.desk.crowd.watch(feed, viewers)
        self._news.set()

    async def _live(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._serve())
            tasks.create_task(self._tick())
            tasks.create_task(self._tell())
            tasks.create_task(self._follow())
            tasks.create_task(self._listen())
            tasks.create_task(self._hear())
            tasks.create_task(self.comparison.run(lambda: self.room, self._news.set))

    def _begin(self, room: Room, last: Happened | None) -> None:
        self._history.last = last
        self.comparison = Comparison(self._meaning)
        self.broadcast = Broadcast(self.identifier, room, self._clock, self.comparison.duplicates)
        self.comparison.look()

    def _begin_again(self, group: BaseExceptionGroup[Superseded]) -> None:
        """With what the journal holds now. Whoever is connected comes again, and is told all of it."""
        superseded = group.exceptions[0]
        assert isinstance(superseded, Superseded), "the room's tasks are in one group"
        said = {"room": self.identifier, "known": self.room.seq, "found": superseded.room.seq}
        _log.error("the journal was replaced: the room begins again with what it holds", extra=said)
        self._refuse_waiting()  # what they decided about may be something else now
        before = self.broadcast
        self._begin(superseded.room, superseded.last)
        self.broadcast.resumes_from = before.room.seq + 1
        for feed, viewers in before.desk.crowd.own().viewers.items():
            self.watch(feed, viewers)
        before.end(Code.SHUTTING_DOWN, 0)

    def _refuse_waiting(self) -> None:
        for want in self._inbox:
            want.answer(wire.Refusal(want.id, Code.SHUTTING_DOWN, RETRY_AFTER))
        self._inbox.clear()

    async def _serve(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._look:
                self._look = False
                await self._caught_up()
            while self._inbox:
                with suppress(TimeoutError):
                    async with asyncio.timeout(VOTE_MOMENT):
                        await self._urgent.wait()
                batch = self._next_batch()
                if all(isinstance(want.command, commands.Vote) for want in self._inbox):
                    self._urgent.clear()
                await self._commit(batch)

    def _next_batch(self) -> list[Want]:
        """What is committed together. What forgets is alone: what it blanks has to be in the journal before."""
        batch = [self._inbox.popleft()]
        while self._inbox and len(batch) < BATCH:
            if any(isinstance(want.command, commands.Redact | commands.Purge) for want in (batch[0], self._inbox[0])):
                break
            batch.append(self._inbox.popleft())
        return batch

    async def _commit(self, wants: Sequence[Want]) -> None:
        try:
            decided = await self._written(wants)
        except Superseded:
            self._inbox.extendleft(reversed(wants))
            raise
        except (StoreUnavailable, *UNREADABLE) as error:
            code = Code(error.code) if isinstance(error, StoreUnavailable) else Code.STORAGE_UNAVAILABLE
            said = {"room": self.identifier, "commands": len(wants), "code": code, "reason": _reason(error)}
            _log.warning("commands refused", extra=said)
            answers = refused_by_store(self.room, wants, self._clock.now(), code, RETRY_AFTER)
        else:
            self._publish(decided.steps)
            answers = decided.answers
            if decided.steps:
                await self._bus.publish(self._topic, str(self.room.seq).encode())
        for want, answer in zip(wants, answers, strict=True):
            want.answer(answer)

    async def _written(self, wants: Sequence[Want]) -> Decided:
        """What was decided, durable now."""
        for _ in range(STALE_TRIES):
            decided = decide_all(self.room, wants, self._clock.now())
            if await (self._appended(decided) if decided.steps else self._confirmed(wants, decided)):
                return decided
        raise StoreUnavailable(Code.BUSY, "other processes write to this room all the time")

    async def _appended(self, decided: Decided) -> bool:
        """Whether the steps are durable; if somebody else wrote first, the room has caught up instead."""
        try:
            entries = [journal.entry(step.happened) for step in decided.steps]
            forgetting = erasure.forgetting(step.happened.event for step in decided.steps)
            if forgetting:
                lines = await journal.read_all(self._store, self.identifier)
                blank = [line for event in forgetting for line in erasure.blanked(lines, event)]
                await self._store.rewrite(self.identifier, self.room.seq, entries, blank)
            else:
                await self._store.append(self.identifier, self.room.seq, entries)
        except StaleSeq:
            await self._catch_up()
            return False
        return True

    async def _confirmed(self, wants: Sequence[Want], decided: Decided) -> bool:
        """Whether nothing to write is still the answer.

        Nobody has compared numbers: what is refused or already so here may be otherwise by what another node wrote.
        """
        known = self.room
        if any(forgets(want, answer) for want, answer in zip(wants, decided.answers, strict=True)):
            with suppress(StaleSeq):  # it was written before, but perhaps the store could not wipe its traces
                await self._store.rewrite(self.identifier, known.seq, (), ())
        await self._catch_up()
        return self.room is known

    async def _catch_up(self) -> None:
        while lines := await self._history.following():
            steps = []
            room = self.room
            for happened in journal.events(lines):
                steps.append(Step(room, happened, apply(room, happened)))
                room = steps[-1].after
            self._publish(steps)

    async def _caught_up(self) -> None:
        """Catch up, and stay as we are while that is not possible."""
        try:
            await self._catch_up()
        except (StoreUnavailable, *UNREADABLE) as error:
            if self._reads:
                said = {"room": self.identifier, "reason": _reason(error)}
                _log.warning("the journal cannot be read", extra=said)
            self._reads = False
        else:
            self._reads = True

    def _publish(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._history.last = step.happened
            self.broadcast.step(step)
        if steps:
            self._news.set()
            self.comparison.look()

    async def _tick(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT / 1000):
                    await self._news.wait()
            self._news.clear()
            self.broadcast.tick()
            for said in (self.broadcast.desk.message(), *(screen.encode() for screen in self._located)):
                await self._bus.publish(self._staff_topic, said)
            self._located.clear()
            await asyncio.sleep(TICK_PAUSE)

    async def _tell(self) -> None:
        while True:
            await self.broadcast.round()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(FOLLOW_PAUSE)
            self._look_again()

    async def _listen(self) -> None:
        async with self._bus.subscribe(self._topic) as hints:
            async for hint in hints:
                if not hint.isdigit() or len(hint) > HINT_DIGITS or int(hint) > self.room.seq:
                    self._look_again()

    async def _hear(self) -> None:
        async with self._bus.subscribe(self._staff_topic) as messages:
            async for message in messages:
                self.broadcast.shout(message)
                if self.broadcast.desk.heard(message):
                    self._news.set()

    def _look_again(self) -> None:
        self._look = True
        self._wake.set()

    @property
    def _topic(self) -> str:
        return f"room/{self.identifier}"

    @property
    def _staff_topic(self) -> str:
        return f"staff/{self.identifier}"


def _reason(error: Exception) -> str:
    """For the log: what a damaged journal raises may quote it."""
    return str(error) if isinstance(error, StoreUnavailable) else type(error).__name__
