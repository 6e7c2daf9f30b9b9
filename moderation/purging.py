"""Forgetting who asked and voted, when there is no need to know any more."""

from collections.abc import Iterator, Mapping
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
    counts = tuple(event.VoteCount(number, votes) for number, votes in _counts(room) if votes)
    return (event.IdentitiesPurged(counts),)


def _counts(room: Room) -> Iterator[tuple[int, int]]:
    """By question, the votes it has or, merged, brings to the one in which it goes on: added up, each device once."""
    for root in room.questions:
        if room.root(root) != root:
            continue
        known: frozenset[str] = frozenset()
        for number in (root, *room.merged(root)):
            devices = room.votes.get(number, frozenset())
            yield number, len(devices - known) + room.counted.get(number, 0)
            known |= devices


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
