"""What a command leads to. Total, and nothing outside is touched: time comes as an argument."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from moderation import command, event, policy, stage_command, staging
from moderation.asking import ask, refuse_blocked, transcribe
from moderation.purging import purge
from moderation.question import FIXED, MERGE_TARGETS, State, Step, after
from moderation.queue import PANEL, moved
from moderation.redaction import redact
from moderation.refusal import Code, Refused
from moderation.room import Room


def decide(room: Room, wanted: command.Command, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    """What happens because somebody wants something: events, none when nothing changes, or Refused."""
    policy.permit(who, wanted)
    if isinstance(wanted, stage_command.StageCommand):
        return staging.DECIDE[type(wanted)](room, wanted, who, now)
    if isinstance(wanted, command.Decision) and wanted.seen not in (None, room.question(wanted.question).state):
        raise Refused(Code.NOT_IN_THIS_STATE)
    return _DECIDE[type(wanted)](room, wanted, who, now)


def _vote(room: Room, wanted: command.Vote, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    refuse_blocked(room, who)
    if not room.question(wanted.question).is_public:
        raise Refused(Code.UNKNOWN_QUESTION)
    changes = vote_changes(room, wanted.question, who.actor, support=wanted.support)
    return (event.VotesCast(changes),) if changes else ()


def vote_changes(room: Room, question: int, device: str, *, support: bool) -> tuple[event.VoteChange, ...]:
    """What a device's vote changes: one voice for a question and all that are merged into it."""
    if (device in room.supporters(question)) is support:
        return ()
    if support:
        return (event.VoteChange(question, device, support),)
    given = (n for n in (question, *room.merged(question)) if device in room.votes.get(n, frozenset()))
    return tuple(event.VoteChange(number, device, support) for number in given)


def _withdraw(room: Room, wanted: command.Withdraw, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    question = room.question(wanted.question)
    if question.author != who.actor:
        raise Refused(Code.UNKNOWN_QUESTION)
    if question.state is State.WITHDRAWN:
        return ()
    after(question.state, Step.WITHDRAW)
    # what others asked does not leave with it
    others = (event.QuestionSeparated(source) for source in room.sources.get(wanted.question, ()))
    return (*others, event.QuestionWithdrawn(wanted.question))


def _approve(room: Room, wanted: command.Approve, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    after(room.question(wanted.question).state, Step.APPROVE)
    return (event.QuestionApproved(wanted.question),)


def _hold(room: Room, wanted: command.Hold, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    after(room.question(wanted.question).state, Step.HOLD)
    return (event.QuestionHeld(wanted.question),)


def _merge(room: Room, wanted: command.Merge, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    after(room.question(wanted.question).state, Step.MERGE)
    if room.question(wanted.into).state not in MERGE_TARGETS or wanted.into == wanted.question:
        raise Refused(Code.NOT_IN_THIS_STATE)
    return (event.QuestionMerged(wanted.question, wanted.into),)


def _separate(room: Room, wanted: command.Separate, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    after(room.question(wanted.question).state, Step.SEPARATE)
    return (event.QuestionSeparated(wanted.question),)


def _decline(room: Room, wanted: command.Decline, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    if wanted.reason not in policy.REASONS:
        raise Refused(Code.UNKNOWN_REASON)
    after(room.question(wanted.question).state, Step.DECLINE)
    note = policy.clean_line(wanted.note, policy.NOTE_LIMIT)
    return (event.QuestionDeclined(wanted.question, wanted.reason, note),)


def _enqueue(room: Room, wanted: command.Enqueue, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    if wanted.queue != PANEL:
        room.panellist(wanted.queue)
    question = room.question(wanted.question)
    after(question.state, Step.QUEUE)
    if question.state is State.QUEUED and question.queue == wanted.queue:
        return ()
    return (event.QuestionQueued(wanted.question, wanted.queue),)


def _move(room: Room, wanted: command.Move, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    question = room.question(wanted.question)
    if question.state is not State.QUEUED or question.queue is None:
        raise Refused(Code.NOT_IN_THIS_STATE)
    queue = room.queues[question.queue]
    if moved(queue, wanted.question, wanted.after) == queue:
        return ()
    return (event.QuestionMoved(wanted.question, wanted.after),)


def _air(room: Room, wanted: command.Air, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    if wanted.instead != room.on_air:
        raise Refused(Code.STAGE_CHANGED)
    after(room.question(wanted.question).state, Step.AIR)
    aired = event.QuestionAired(wanted.question, wanted.instead)
    return (aired,) if room.on_air is None else (event.QuestionAnswered(room.on_air), aired)


def _answer(room: Room, wanted: command.Answer, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    after(room.question(wanted.question).state, Step.ANSWER)
    return (event.QuestionAnswered(wanted.question),)


def _reply(room: Room, wanted: command.Reply, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    question = room.question(wanted.question)
    after(question.state, Step.REPLY)
    text = policy.clean_text(wanted.text, policy.ANSWER_LIMIT)
    if text == question.answer:
        return ()
    _refuse_overwriting(wanted.instead, question.answer or "")
    return (event.QuestionReplied(wanted.question, text),)


def _defer(room: Room, wanted: command.Defer, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    after(room.question(wanted.question).state, Step.DEFER)
    owner = policy.clean_line(wanted.owner, policy.NAME_LIMIT)
    if owner is None:
        raise Refused(Code.TEXT_EMPTY)
    return (event.QuestionDeferred(wanted.question, owner, policy.clean_line(wanted.due, policy.NAME_LIMIT)),)


def _edit(room: Room, wanted: command.Edit, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    question = room.question(wanted.question)
    if question.state in FIXED:
        raise Refused(Code.NOT_IN_THIS_STATE)
    text = policy.clean_text(wanted.text, policy.TEXT_LIMIT)
    if text == question.text:
        return ()
    _refuse_overwriting(wanted.instead, question.text)
    return (event.QuestionEdited(wanted.question, text),)


def _refuse_overwriting(seen: str | None, present: str) -> None:
    """A text written over another one brings back what a colleague has taken out of it meanwhile."""
    if seen is not None and seen != present:
        raise Refused(Code.CHANGED_SINCE)


def _undo(room: Room, wanted: command.Undo, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    former = room.former.get(room.question(wanted.question).number)
    if former is None or former.step != wanted.step:
        raise Refused(Code.CHANGED_SINCE)
    question = former.question
    if question.state is State.ON_AIR and room.on_air not in (None, question.number):
        raise Refused(Code.STAGE_CHANGED)
    if question.state is State.QUEUED and question.queue not in (None, PANEL):
        room.panellist(question.queue)
    if question.into is not None:
        chain = (question.into, *room.targets(question.into))
        if question.number in chain or room.questions[question.into].state is State.WITHDRAWN:
            raise Refused(Code.CHANGED_SINCE)
    undone = event.StepUndone(question.number, former.step)
    if former.instead is None:
        return (undone,)
    other = room.former.get(former.instead)
    if other is None or other.step != former.step - 1:
        raise Refused(Code.CHANGED_SINCE)
    return (undone, event.StepUndone(former.instead, other.step))


def _admit(room: Room, wanted: command.Admit, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    notice_de = policy.clean_text_or_none(wanted.notice_de, policy.NOTE_LIMIT)
    notice_en = policy.clean_text_or_none(wanted.notice_en, policy.NOTE_LIMIT)
    present = room.opening.intake, room.opening.notice_de, room.opening.notice_en
    given = wanted.intake, notice_de, notice_en
    return () if given == present else (event.IntakeChanged(*given),)


def _premoderate(room: Room, wanted: command.Premoderate, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    return () if wanted.on is room.premoderated else (event.PremoderationSet(wanted.on),)


def _watch(room: Room, wanted: command.Watch, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    words = policy.clean_words(wanted.words)
    return () if words == room.watched else (event.WordsWatched(words),)


def _block(room: Room, wanted: command.Block, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    device = room.device(wanted.device)
    return () if device in room.blocked else (event.DeviceBlocked(device),)


def _unblock(room: Room, wanted: command.Unblock, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    device = room.device(wanted.device)
    return (event.DeviceUnblocked(device),) if device in room.blocked else ()


_DESCRIBED = tuple(field.name for field in fields(command.Describe))


def _describe(room: Room, wanted: command.Describe, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    given = {name: getattr(wanted, name) for name in _DESCRIBED}
    present = {name: getattr(room, name) for name in _DESCRIBED}
    described = () if given == present else (event.RoomDescribed(**given),)
    # no list shows the running order of somebody who has left the panel: what waits there goes on to all of it
    orders = {PANEL, *(panellist.id for panellist in wanted.panellists)}
    left = (number for name, queue in room.queues.items() if name not in orders for number in queue)
    return (*described, *(event.QuestionQueued(number, PANEL) for number in left))


def _revoke(room: Room, wanted: command.Revoke, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    return () if wanted.link in room.revoked else (event.LinkRevoked(wanted.link),)


_DECIDE: Mapping[type[command.Command], Callable[[Room, Any, policy.Who, int], tuple[event.Event, ...]]] = (
    MappingProxyType(
        {
            command.Ask: ask,
            command.Vote: _vote,
            command.Withdraw: _withdraw,
            command.Approve: _approve,
            command.Hold: _hold,
            command.Decline: _decline,
            command.Merge: _merge,
            command.Separate: _separate,
            command.Enqueue: _enqueue,
            command.Move: _move,
            command.Air: _air,
            command.Answer: _answer,
            command.Reply: _reply,
            command.Defer: _defer,
            command.Edit: _edit,
            command.Undo: _undo,
            command.Admit: _admit,
            command.Premoderate: _premoderate,
            command.Transcribe: transcribe,
            command.Watch: _watch,
            command.Block: _block,
            command.Unblock: _unblock,
            command.Redact: redact,
            command.Describe: _describe,
            command.Revoke: _revoke,
            command.Purge: purge,
        }
    )
)
