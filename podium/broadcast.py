"""A room's news on their way to everybody connected: encoded once per audience, caught up by number, ticks."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from moderation import event, policy
from moderation.policy import Role, Who
from moderation.refusal import Code
from moderation.room import Room
from podium import views, wire
from podium.batch import Step
from podium.desk import Desk
from podium.duplicates import Duplicates
from podium.ids import RandomIds
from podium.outbox import Outbox
from podium.pace import PER_SECOND
from podium.ports import Clock
from podium.spread import Spread

REACH = 512
"""A client that missed at most this many events is told only what changed."""

HEARTBEAT = 10_000
"""Milliseconds after which everybody is told how far the room has come, even when nothing has changed."""

LIMITS = wire.Limits(
    frame=wire.FRAME_LIMIT,
    frames=PER_SECOND,
    text=policy.TEXT_LIMIT,
    name=policy.NAME_LIMIT,
    affiliation=policy.AFFILIATION_LIMIT,
    device_questions=policy.ASKS_PER_WINDOW,
    room_questions=policy.ROOM_ASKS_PER_WINDOW,
    window=policy.ASK_WINDOW,
)

POLICY_VIOLATION = 1008
GOING_AWAY = 1001


@dataclass(eq=False, slots=True)
class Member:
    """One connection. link: the id of the role link it came by; expires: its end, seconds since the Unix epoch. outbox:
    what waits to be sent to it. colleague, screen: of staff, of a prompter, the id by which the desk knows the
    connection. place: see podium.spread."""

    who: Who
    link: str | None
    outbox: Outbox
    colleague: str | None = None
    screen: str | None = None
    place: int = 0
    expires: int | None = None


class Broadcast:
    """The room as published, and who is told about it. dropped: frames of news that slow clients, now gone, missed."""

    def __init__(self, identifier: str, room: Room, clock: Clock, duplicates: Duplicates | None = None) -> None:
        self.room = room
        self.desk = Desk(RandomIds().new()[:8], clock, duplicates)
        self.dropped_before = 0
        self.resumes_from = 0
        """Whoever was told a smaller number was told of another journal, and is told everything."""
        self._identifier = identifier
        self._clock = clock
        self._members: dict[views.Audience, set[Member]] = {}
        self._by_actor: dict[str, set[Member]] = {}
        self._by_link: set[Member] = set()
        self._touched: deque[tuple[int, Mapping[views.Audience, frozenset[str]]]] = deque(maxlen=REACH)
        self._snapshots: dict[views.Audience, dict[str, wire.Entity]] = {}
        self._told_votes: dict[str, int] = views.votes(room)
        self._told_viewers: dict[str, int] = {}
        self._told = (room.seq, 0)
        self._told_at = 0
        self._spread = Spread()
        self._spread_votes: dict[str, int] = {}
        self._spread_viewers: dict[str, int] | None = None

    @property
    def members(self) -> list[Member]:
        """Everybody connected."""
        return [member for audience in self._members.values() for member in audience]

    @property
    def dropped(self) -> int:
        """Frames of news that were not sent because their client was behind."""
        return self.dropped_before + sum(member.outbox.dropped for member in self.members)

    def join(self, member: Member, since: int | None) -> None:
        """From now on the member is told everything it may see; the welcome comes first."""
        member.outbox.fresh = lambda: self._fresh(member)
        self._members.setdefault(views.audience_of(member.who), set()).add(member)
        if member.who.actor:
            self._by_actor.setdefault(member.who.actor, set()).add(member)
        if member.link is not None:
            self._by_link.add(member)
        if member.who.role is Role.ATTENDEE:
            self.desk.crowd.come()
        audience = views.audience_of(member.who)
        if audience == views.STAFF:
            member.colleague = self.desk.presence.enter()
        elif audience.kind == "speaker":
            member.screen = self.desk.screens.enter(audience.place)
        self._spread.enter(member)
        member.outbox.answer(wire.encode(self.welcome(member, since)))

    def leave(self, member: Member) -> None:
        """The connection is gone; no error when it was before."""
        audience = views.audience_of(member.who)
        if member not in self._members.get(audience, ()):
            return
        self._members[audience].remove(member)
        if not self._members[audience]:
            del self._members[audience]
        self._forget_actor(member)
        self._by_link.discard(member)
        if member.who.role is Role.ATTENDEE:
            self.desk.crowd.go()
        if member.colleague is not None:
            self.desk.presence.leave(member.colleague)
        if member.screen is not None:
            self.desk.screens.leave(member.screen)
        self.dropped_before += member.outbox.dropped

    def shout(self, screen: bytes) -> None:
        """Let a screen, if it is connected here, show which one it is."""
        for audience, members in self._members.items():
            if audience.kind == "speaker":
                for member in members:
                    if member.screen is not None and member.screen.encode() == screen:
                        member.outbox.answer(wire.encode(wire.Shout()))

    def identify(self, member: Member, who: Who) -> None:
        """The member has got an identity; its role, and so its audience, stays."""
        self._forget_actor(member)
        member.who = who
        self._by_actor.setdefault(who.actor, set()).add(member)

    def step(self, step: Step) -> None:
        """Publish one event that is durable now."""
        self.room = step.after
        self._snapshots.clear()
        happened = step.happened
        # a speaker must not wait until thousands have been told
        audiences = sorted(
            {*views.audiences(step.after), *self._members}, key=lambda audience: audience == views.PUBLIC
        )
        touched = {}
        for audience in audiences:
            put, drop = views.change(self._identifier, step.before, step.after, happened.event, audience)
            touched[audience] = frozenset((*put, *drop))
            if put or drop:
                self._tell(audience, wire.Event(happened.seq, put, drop))
        self._touched.append((happened.seq, touched))
        for author, receipts in views.changed_receipts(step.before, step.after, happened.event).items():
            if author in self._by_actor:
                frame = wire.encode(wire.Event(happened.seq, dict(receipts)))
                for member in self._by_actor[author]:
                    self._spread.catch_up(member, frame)
        if isinstance(happened.event, event.LinkRevoked):
            revoked = happened.event.link
            self._cut_off(Code.TOKEN_REVOKED, lambda member: member.link == revoked)

    def tick(self) -> None:
        """Tell everybody what is counted in no event: number reached, votes, who is there; thousands in the next round.

        Whose link has expired is told no more: somebody who only reads says nothing at which a session would notice.
        """
        seconds = self._clock.now() // 1000
        self._cut_off(Code.TOKEN_EXPIRED, lambda member: member.expires is not None and member.expires <= seconds)
        votes = views.votes(self.room)
        counted = {*votes, *self._told_votes}
        changed = {n: votes.get(n, 0) for n in counted if votes.get(n, 0) != self._told_votes.get(n, 0)}
        watching, attending = self.desk.crowd.viewers, self.desk.crowd.attending
        viewers = watching if watching != self._told_viewers else None
        self._told_votes, self._told_viewers = votes, watching
        now = self._clock.now()
        if staff := self._members.get(views.STAFF):
            desk = self.desk.news(self.room)
            frame = wire.encode(wire.Tick(self.room.seq, now, attending, changed, viewers, desk))
            for member in staff:
                member.outbox.tell((frame,))
        told = self.room.seq, attending
        if not changed and viewers is None and told == self._told and now - self._told_at < HEARTBEAT:
            return  # news of the desk alone
        self._told, self._told_at = told, now
        frame = self._tick(changed, viewers)
        for audience, members in self._members.items():
            if audience not in (views.STAFF, views.PUBLIC):
                for member in members:
                    member.outbox.tell((frame,))
        if self._spread.ticks:  # the one before has not left: this one takes its place
            changed = {**self._spread_votes, **changed}
            viewers = self._spread_viewers if viewers is None else viewers
        self._spread_votes, self._spread_viewers = changed, viewers
        # made anew for each slice of a round, since the number may have grown; the counts are true until the next tick
        self._spread.tick(lambda: self._tick(changed, viewers), self._public)

    async def round(self) -> None:
        """Tell an audience of thousands what has come together; to be called again and again."""
        await self._spread.round(lambda: self._public)

    def welcome(self, member: Member, since: int | None) -> wire.Welcome:
        """The whole snapshot, or what changed since a number within reach; the own receipts in both."""
        who, audience = member.who, views.audience_of(member.who)
        snapshot = self._snapshot(audience)
        touched = self._touched_since(audience, since)
        entities = snapshot if touched is None else {key: snapshot[key] for key in touched if key in snapshot}
        return wire.Welcome(
            room=self._identifier,
            role=who.role,
            panellist=who.panellist,
            now=self._clock.now(),
            seq=self.room.seq,
            complete=touched is None,
            entities=entities | views.receipts(self.room, who.actor),
            drop=tuple(sorted(key for key in touched or () if key not in snapshot)),
            votes=views.votes(self.room),
            voted=views.voted(self.room, who.actor),
            attending=self.desk.crowd.attending,
            viewers=self.desk.crowd.viewers,
            limits=LIMITS,
            desk=self.desk.whole(self.room, member.colleague) if audience == views.STAFF else None,
        )

    def end(self, code: Code, retry_after: int | None) -> None:
        """Say goodbye to everybody."""
        bye = wire.encode(wire.Bye(code, retry_after))
        for member in self.members:
            member.outbox.end(bye, GOING_AWAY, at_once=True)

    def _snapshot(self, audience: views.Audience) -> dict[str, wire.Entity]:
        if audience not in self._snapshots:
            self._snapshots[audience] = views.snapshot(self._identifier, self.room, audience)
        return self._snapshots[audience]

    def _touched_since(self, audience: views.Audience, since: int | None) -> set[str] | None:
        """The keys an audience was told to put or drop after a number; None when that is out of reach."""
        first = self._touched[0][0] - 1 if self._touched else self.room.seq
        if since is None or not max(first, self.resumes_from) <= since <= self.room.seq:
            return None
        keys: set[str] = set()
        for seq, touched in self._touched:
            if seq > since:
                if audience not in touched:
                    return None
                keys |= touched[audience]
        return keys

    @property
    def _public(self) -> set[Member]:
        return self._members.get(views.PUBLIC, set())

    def _tell(self, audience: views.Audience, news: wire.Event) -> None:
        if audience == views.PUBLIC:
            self._spread.put(news, self._public)
            return
        frame = wire.encode(news)
        for member in self._members.get(audience, ()):
            member.outbox.tell((frame,))

    def _tick(self, votes: dict[str, int], viewers: dict[str, int] | None) -> bytes:
        return wire.encode(wire.Tick(self.room.seq, self._clock.now(), self.desk.crowd.attending, votes, viewers))

    def _fresh(self, member: Member) -> bytes:
        """For somebody who was behind: all there is, and from now on what follows."""
        self._spread.enter(member)
        return wire.encode(self.welcome(member, None))

    def _cut_off(self, code: Code, is_over: Callable[[Member], bool]) -> None:
        """Say goodbye to those who came by a link that is good no more."""
        for member in filter(is_over, self._by_link):
            member.outbox.end(wire.encode(wire.Bye(code)), POLICY_VIOLATION, at_once=True)

    def _forget_actor(self, member: Member) -> None:
        members = self._by_actor.get(member.who.actor, set())
        members.discard(member)
        if not members:
            self._by_actor.pop(member.who.actor, None)
