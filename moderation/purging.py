"""Forgetting who asked and voted, when there is no need to know any more."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from moderation import command, event, policy
from moderation.bursts import Turnout
from moderation.question import Origin
from moderation.room import Room

NAMED = ("name", "affiliation")
"""What a question tells of who asked it."""

KNOWN: Mapping[type[event.Event], tuple[str, ...]] = MappingProxyType(
    {
        event.QuestionAsked: NAMED,
        event.QuestionRedacted: NAMED,
        event.VotesCast: ("changes",),
        event.DeviceBlocked: ("device",),
        event.DeviceUnblocked: ("device",),
    }
)
"""By event: its fields that tell who somebody in the audience is."""


def purge(room: Room, wanted: command.Purge, who: policy.Who, now: int) -> tuple[event.Event, ...]:
    """Nothing when nobody is known."""
    named = any(getattr(question, name) is not None for question in room.questions.values() for name in NAMED)
    if not (named or room.devices or room.turnout.voters):
        return ()
    counts = ((number, room.support(number)) for number in room.questions)
    return (event.IdentitiesPurged(tuple(event.VoteCount(number, votes) for number, votes in counts if votes)),)


def purged(room: Room, what: event.IdentitiesPurged) -> Room:
    """The room in which nobody of the audience is known. No undo reaches behind it."""
    questions = {
        number: replace(
            question,
            author=question.author if question.origin is Origin.HALL else "",
            command="",
            name=None,
            affiliation=None,
        )
        for number, question in room.questions.items()
    }
    return replace(
        room,
        questions=questions,
        votes={},
        counted={count.question: count.votes for count in what.counts},
        former={},
        done={},
        devices={},
        blocked=frozenset(),
        turnout=Turnout(),
    )
