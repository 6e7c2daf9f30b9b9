"""Many commands decided at once, each against the room as the ones before have changed it. Nothing outside is touched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moderation import command as commands
from moderation.apply import apply, repeated
from moderation.decide import decide, vote_changes
from moderation.event import Event, Happened, QuestionAsked, VotesCast
from moderation.policy import Who
from moderation.refusal import Code, Refused
from moderation.room import Room
from podium import wire

Answer = wire.Ack | wire.Refusal

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Want:
    """Somebody's command on its way to a decision. id: the client's, "" when none asked. link: the id of the role
    link it came by. answer: called once, after the decision is durable or refused."""

    who: Who
    id: str
    command: commands.Command
    answer: Callable[[Answer], None]
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One event and the room on both sides of it."""

    before: Room
    happened: Happened
    after: Room


@dataclass(frozen=True, slots=True)
class Decided:
    """steps: what shall be appended. answers: one per want, in the order of the wants, true once steps are durable."""

    steps: tuple[Step, ...]
    answers: tuple[Answer, ...]


def decide_all(room: Room, wants: Sequence[Want], now: int) -> Decided:
    """What follows from the wants. The votes among them come last and become one event with their net effect."""
    steps: list[Step] = []
    answers: dict[int, Answer] = {}
    for place, want in enumerate(wants):
        if isinstance(want.command, commands.Vote):
            continue
        try:
            answers[place], new = _decided(room, want, now)
        except Refused as refused:
            answers[place] = wire.Refusal(want.id, refused.code, refused.retry_after)
            continue
        steps += new
        room = steps[-1].after if new else room
    votes = {place: want for place, want in enumerate(wants) if isinstance(want.command, commands.Vote)}
    cast, votes_answers = _cast(room, votes, now)
    answers |= votes_answers
    return Decided((*steps, *cast), tuple(answers[place] for place in range(len(wants))))


def refused_by_store(room: Room, wants: Sequence[Want], now: int, code: Code, retry_after: int) -> tuple[Answer, ...]:
    """The answers when nothing can be written: what needs no writing is answered as always."""
    answers: list[Answer] = []
    for want in wants:
        alone = decide_all(room, (want,), now)
        answer = alone.answers[0]
        needed = alone.steps or forgets(want, answer)
        answers.append(wire.Refusal(want.id, code, retry_after) if needed else answer)
    return tuple(answers)


def forgets(want: Want, answer: Answer) -> bool:
    """Whether this answer says that something is gone, of which the store may keep traces although it is written."""
    return isinstance(want.command, commands.Redact | commands.Purge) and isinstance(answer, wire.Ack)


def _decided(room: Room, want: Want, now: int) -> tuple[wire.Ack, list[Step]]:
    _refuse_revoked(room, want)
    answered = repeated(room, want.who.actor, want.id)
    if answered is not None:
        return wire.Ack(want.id, *answered), []
    steps: list[Step] = []
    question = None
    for event in decide(room, want.command, want.who, now):
        steps.append(_step(room, event, now, want.who.actor, want.id))
        room = steps[-1].after
        question = event.question if isinstance(event, QuestionAsked) else question
    return wire.Ack(want.id, room.seq, question), steps


def _cast(room: Room, votes: dict[int, Want], now: int) -> tuple[tuple[Step, ...], dict[int, Answer]]:
    answers: dict[int, Answer] = {}
    wanted: dict[tuple[int, str], bool] = {}
    for place, want in votes.items():
        try:
            _refuse_revoked(room, want)
            decide(room, want.command, want.who, now)
        except Refused as refused:
            answers[place] = wire.Refusal(want.id, refused.code, refused.retry_after)
        else:
            assert isinstance(want.command, commands.Vote)
            wanted[want.command.question, want.who.actor] = want.command.support
    changes = tuple(
        change
        for (question, device), support in wanted.items()
        for change in vote_changes(room, question, device, support=support)
    )
    cast = (_step(room, VotesCast(changes), now, SYSTEM, ""),) if changes else ()
    seq = room.seq + len(cast)
    return cast, {place: wire.Ack(want.id, seq) for place, want in votes.items()} | answers


def _refuse_revoked(room: Room, want: Want) -> None:
    if want.link in room.revoked:
        raise Refused(Code.TOKEN_REVOKED)


def _step(room: Room, event: Event, now: int, actor: str, command: str) -> Step:
    happened = Happened(room.seq + 1, now, actor, command, event)
    return Step(room, happened, apply(room, happened))
