"""The room after something happened: the fold of the journal, one event at a time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from types import MappingProxyType
from typing import Any

from moderation import event, stage_event, staging
from moderation.bursts import turned_out
from moderation.purging import purged
from moderation.question import Origin, Passage, Question, State, Step, passed
from moderation.queue import PANEL, appended, moved, restored, without
from moderation.redaction import redacted
from moderation.room import Former, Opening, Room

REMEMBERED_COMMANDS = 1_000
"""How many of the latest commands a room knows by id. Questions know theirs forever."""


class OutOfOrder(Exception):
    """The event's number does not follow the room's: the journal was read wrongly or is damaged."""


def apply(room: Room, happened: event.Happened) -> Room:
    """The next room. Raises OutOfOrder unless happened.seq == room.seq + 1."""
    if happened.seq != room.seq + 1:
        raise OutOfOrder(f"event {happened.seq} after {room.seq}")
    what = happened.event
    if isinstance(what, stage_event.StageEvent):
        changed = replace(room, stage=staging.APPLY[type(what)](room.stage, what, happened))
    else:
        changed = _APPLY[type(what)](room, what, happened)
    return replace(changed, seq=happened.seq, done=_remembered(changed, happened), former=_former(room, happened))


def fold(room: Room, journal: Iterable[event.Happened]) -> Room:
    """The room after all of the journal."""
    return reduce(apply, journal, room)


def repeated(room: Room, actor: str, command: str) -> tuple[int, int | None] | None:
    """The answer a command id already got: (seq, number of the question it asked or None); None when it is new."""
    if not command:
        return None
    seq = room.done.get((actor, command))
    for question in room.questions.values():
        if question.command == command and question.author == actor:
            return (room.seq if seq is None else seq, question.number)
    return None if seq is None else (seq, None)


def _remembered(room: Room, happened: event.Happened) -> Mapping[tuple[str, str], int]:
    if not happened.command:
        return room.done
    done = {**room.done, (happened.actor, happened.command): happened.seq}
    if len(done) > REMEMBERED_COMMANDS:
        del done[next(iter(done))]
    return done


def _former(room: Room, happened: event.Happened) -> Mapping[int, Former]:
    what = happened.event
    if isinstance(what, event.IdentitiesPurged):
        return {}
    if isinstance(what, _UNDOABLE):
        question = room.questions[what.question]
        queue = room.queues.get(question.queue or "", ()) if question.state is State.QUEUED else ()
        instead = what.instead if isinstance(what, event.QuestionAired) else None
        return {**room.former, what.question: Former(happened.seq, question, queue, instead)}
    if isinstance(what, event.QuestionWithdrawn | event.StepUndone | event.QuestionRedacted):
        return {number: former for number, former in room.former.items() if number != what.question}
    return room.former


def _with(room: Room, question: Question, **changes: Any) -> Room:
    before = room.questions.get(question.number)
    return replace(
        room,
        questions={**room.questions, question.number: question},
        sources=_sources(room, question.number, None if before is None else before.into, question.into),
        **changes,
    )


def _sources(room: Room, number: int, before: int | None, after: int | None) -> Mapping[int, tuple[int, ...]]:
    if before == after:
        return room.sources
    sources = dict(room.sources)
    if before is not None:
        sources[before] = without(sources[before], number)
    if after is not None:
        sources[after] = appended(sources.get(after, ()), number)
    return sources


def _left_queue(room: Room, question: Question) -> Mapping[str, tuple[int, ...]]:
    if question.state is not State.QUEUED or question.queue is None:
        return room.queues
    return {**room.queues, question.queue: without(room.queues[question.queue], question.number)}


def _stepped(room: Room, number: int, step: Step, at: int, **changes: Any) -> Room:
    question = room.questions[number]
    return _with(
        room,
        replace(passed(question, step, at), **changes),
        queues=_left_queue(room, question),
        on_air=None if room.on_air == number else room.on_air,
    )


def _described(room: Room, what: event.RoomDescribed, happened: event.Happened) -> Room:
    return replace(
        room,
        title=what.title,
        programme=what.programme,
        language=what.language,
        panellists=what.panellists,
        feeds=what.feeds,
        netiquette=what.netiquette,
        words=what.words,
        starts=what.starts,
    )


def _asked(room: Room, what: event.QuestionAsked, happened: event.Happened) -> Room:
    question = Question(
        number=what.question,
        text=what.text,
        name=what.name,
        affiliation=what.affiliation,
        addressee=what.addressee,
        language=what.language,
        author=happened.actor,
        passages=(Passage(State.SUBMITTED, happened.at),),
        command=happened.command,
        origin=what.origin,
        flags=what.flags,
    )
    known = what.origin is Origin.HALL or happened.actor in room.devices
    devices = room.devices if known else {**room.devices, happened.actor: len(room.devices) + 1}
    return _with(room, question, devices=devices)


def _withdrawn(room: Room, what: event.QuestionWithdrawn, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.WITHDRAW, happened.at)


def _approved(room: Room, what: event.QuestionApproved, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.APPROVE, happened.at, queue=None)


def _declined(room: Room, what: event.QuestionDeclined, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.DECLINE, happened.at, queue=None, reason=what.reason, note=what.note)


def _queued(room: Room, what: event.QuestionQueued, happened: event.Happened) -> Room:
    left = _stepped(room, what.question, Step.QUEUE, happened.at, queue=what.queue)
    queue = appended(left.queues.get(what.queue, ()), what.question)
    return replace(left, queues={**left.queues, what.queue: queue})


def _moved(room: Room, what: event.QuestionMoved, happened: event.Happened) -> Room:
    name = room.questions[what.question].queue or PANEL
    return replace(room, queues={**room.queues, name: moved(room.queues[name], what.question, what.after)})


def _aired(room: Room, what: event.QuestionAired, happened: event.Happened) -> Room:
    question = room.questions[what.question]
    queue = question.queue or question.addressee or PANEL
    return replace(_stepped(room, what.question, Step.AIR, happened.at, queue=queue), on_air=what.question)


def _answered(room: Room, what: event.QuestionAnswered, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.ANSWER, happened.at)


def _held(room: Room, what: event.QuestionHeld, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.HOLD, happened.at, queue=None)


def _merged(room: Room, what: event.QuestionMerged, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.MERGE, happened.at, queue=None, into=what.into)


def _separated(room: Room, what: event.QuestionSeparated, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.SEPARATE, happened.at)


def _replied(room: Room, what: event.QuestionReplied, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.REPLY, happened.at, answer=what.text)


def _deferred(room: Room, what: event.QuestionDeferred, happened: event.Happened) -> Room:
    return _stepped(room, what.question, Step.DEFER, happened.at, queue=None, owner=what.owner, due=what.due)


def _edited(room: Room, what: event.QuestionEdited, happened: event.Happened) -> Room:
    question = room.questions[what.question]
    original = question.text if question.original is None else question.original
    return _with(room, replace(question, text=what.text, original=None if original == what.text else original))


def _undone(room: Room, what: event.StepUndone, happened: event.Happened) -> Room:
    former = room.former[what.question]
    question = former.question
    queues = _left_queue(room, room.questions[what.question])
    if question.state is State.QUEUED and question.queue is not None:
        queue = restored(queues.get(question.queue, ()), question.number, former.queue)
        queues = {**queues, question.queue: queue}
    stage = None if room.on_air == what.question else room.on_air
    on_air = what.question if question.state is State.ON_AIR else stage
    return _with(room, question, queues=queues, on_air=on_air)


def _votes_cast(room: Room, what: event.VotesCast, happened: event.Happened) -> Room:
    votes = {number: set(room.votes.get(number, ())) for number in {c.question for c in what.changes}}
    for change in what.changes:
        if change.support:
            votes[change.question].add(change.device)
        else:
            votes[change.question].discard(change.device)
    changed = {number: frozenset(devices) for number, devices in votes.items()}
    turnout = turned_out(room.turnout, what.changes, happened.at)
    return replace(room, votes={**room.votes, **changed}, turnout=turnout)


def _link_revoked(room: Room, what: event.LinkRevoked, happened: event.Happened) -> Room:
    return replace(room, revoked=room.revoked | {what.link})


def _intake_changed(room: Room, what: event.IntakeChanged, happened: event.Happened) -> Room:
    return replace(room, opening=Opening(what.intake, what.notice_de, what.notice_en, happened.at))


def _premoderation_set(room: Room, what: event.PremoderationSet, happened: event.Happened) -> Room:
    return replace(room, premoderated=what.on)


def _words_watched(room: Room, what: event.WordsWatched, happened: event.Happened) -> Room:
    return replace(room, watched=what.words)


def _device_blocked(room: Room, what: event.DeviceBlocked, happened: event.Happened) -> Room:
    return replace(room, blocked=room.blocked | {what.device})


def _device_unblocked(room: Room, what: event.DeviceUnblocked, happened: event.Happened) -> Room:
    return replace(room, blocked=room.blocked - {what.device})


def _redacted(room: Room, what: event.QuestionRedacted, happened: event.Happened) -> Room:
    return _with(room, redacted(room.questions[what.question], what), stage=room.stage.unbriefed(what.question))


def _purged(room: Room, what: event.IdentitiesPurged, happened: event.Happened) -> Room:
    return purged(room, what)


_UNDOABLE = (
    event.QuestionApproved,
    event.QuestionDeclined,
    event.QuestionQueued,
    event.QuestionMoved,
    event.QuestionAired,
    event.QuestionAnswered,
    event.QuestionHeld,
    event.QuestionMerged,
    event.QuestionSeparated,
    event.QuestionReplied,
    event.QuestionDeferred,
    event.QuestionEdited,
)
"""What moderators do with a question."""

_APPLY: Mapping[type[event.Event], Callable[[Room, Any, event.Happened], Room]] = MappingProxyType(
    {
        event.RoomDescribed: _described,
        event.QuestionAsked: _asked,
        event.QuestionWithdrawn: _withdrawn,
        event.QuestionApproved: _approved,
        event.QuestionDeclined: _declined,
        event.QuestionQueued: _queued,
        event.QuestionMoved: _moved,
        event.QuestionAired: _aired,
        event.QuestionAnswered: _answered,
        event.QuestionHeld: _held,
        event.QuestionMerged: _merged,
        event.QuestionSeparated: _separated,
        event.QuestionReplied: _replied,
        event.QuestionDeferred: _deferred,
        event.QuestionEdited: _edited,
        event.StepUndone: _undone,
        event.VotesCast: _votes_cast,
        event.LinkRevoked: _link_revoked,
        event.IntakeChanged: _intake_changed,
        event.PremoderationSet: _premoderation_set,
        event.WordsWatched: _words_watched,
        event.DeviceBlocked: _device_blocked,
        event.DeviceUnblocked: _device_unblocked,
        event.QuestionRedacted: _redacted,
        event.IdentitiesPurged: _purged,
    }
)
