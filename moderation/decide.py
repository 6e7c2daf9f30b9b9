"""What a command leads to. Total, and nothing outside is touched: time comes as an argument."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from moderation import command, event, policy
from moderation.question import State, Step, after
from moderation.queue import PANEL, moved
from moderation.refusal import Code, Refused
from moderation.room import Room


def decide(room: Room, wanted: command.Command, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    """What happens because somebody wants something: events, none when nothing changes, or Refused."""
    policy.permit(who, wanted)
    return _DECIDE[type(wanted)](room, wanted, who, now)


def _ask(room: Room, wanted: command.Ask, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    recent = [q.asked_at for q in room.questions.values() if q.author == who.actor]
    recent = sorted(at for at in recent if at > now - policy.ASK_WINDOW)
    if len(recent) >= policy.ASKS_PER_WINDOW:
        raise Refused(Code.TOO_MANY_QUESTIONS, retry_after=recent[-policy.ASKS_PER_WINDOW] + policy.ASK_WINDOW - now)
    if wanted.addressee is not None:
        room.panellist(wanted.addressee)
    asked = event.QuestionAsked(
        question=max(room.questions, default=0) + 1,
        text=policy.clean_text(wanted.text, policy.TEXT_LIMIT),
        language=policy.clean_language(wanted.language),
        name=policy.clean_line(wanted.name, policy.NAME_LIMIT),
        affiliation=policy.clean_line(wanted.affiliation, policy.AFFILIATION_LIMIT),
        addressee=wanted.addressee,
    )
    return (asked,)


def _vote(room: Room, wanted: command.Vote, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    if not room.question(wanted.question).is_public:
        raise Refused(Code.UNKNOWN_QUESTION)
    if (who.actor in room.votes.get(wanted.question, frozenset())) is wanted.support:
        return ()
    return (event.VotesCast((event.VoteChange(wanted.question, who.actor, wanted.support),)),)


def _withdraw(room: Room, wanted: command.Withdraw, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    question = room.question(wanted.question)
    if question.author != who.actor:
        raise Refused(Code.UNKNOWN_QUESTION)
    if question.state is State.WITHDRAWN:
        return ()
    after(question.state, Step.WITHDRAW)
    return (event.QuestionWithdrawn(wanted.question),)


def _approve(room: Room, wanted: command.Approve, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    after(room.question(wanted.question).state, Step.APPROVE)
    return (event.QuestionApproved(wanted.question),)


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
    aired = event.QuestionAired(wanted.question)
    return (aired,) if room.on_air is None else (event.QuestionAnswered(room.on_air), aired)


def _answer(room: Room, wanted: command.Answer, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    after(room.question(wanted.question).state, Step.ANSWER)
    return (event.QuestionAnswered(wanted.question),)


def _describe(room: Room, wanted: command.Describe, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    described = event.RoomDescribed(wanted.title, wanted.programme, wanted.language, wanted.panellists, wanted.feeds)
    present = (room.title, room.programme, room.language, room.panellists, room.feeds)
    given = (wanted.title, wanted.programme, wanted.language, wanted.panellists, wanted.feeds)
    return () if given == present else (described,)


def _revoke(room: Room, wanted: command.Revoke, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    return () if wanted.link in room.revoked else (event.LinkRevoked(wanted.link),)


_DECIDE: Mapping[type[command.Command], Callable[[Room, Any, policy.Who, int], tuple[event.Event, ...]]] = (
    MappingProxyType(
        {
            command.Ask: _ask,
            command.Vote: _vote,
            command.Withdraw: _withdraw,
            command.Approve: _approve,
            command.Decline: _decline,
            command.Enqueue: _enqueue,
            command.Move: _move,
            command.Air: _air,
            command.Answer: _answer,
            command.Describe: _describe,
            command.Revoke: _revoke,
        }
    )
)
