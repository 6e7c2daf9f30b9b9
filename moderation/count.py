"""What became of all questions, in numbers: true for everybody, telling nobody what was asked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from moderation.question import PUBLIC, State
from moderation.room import Room


@dataclass(frozen=True, slots=True)
class Count:
    """asked: all questions. shown: those that anybody may read now, answered ones included. answered: those alone.

    others: the questions that are not shown, by state. reasons: the declined ones, by reason.
    asked is the sum of shown and others.
    """

    asked: int
    shown: int
    answered: int
    others: Mapping[str, int]
    reasons: Mapping[str, int]


def count(room: Room) -> Count:
    """The questions of a room as they stand now."""
    states = Counter([question.passages[-1].state for question in room.questions.values()])
    declined = [question for question in room.questions.values() if question.passages[-1].state is State.DECLINED]
    reasons = Counter(question.reason or "" for question in declined)
    return Count(
        asked=len(room.questions),
        shown=sum(number for state, number in states.items() if state in PUBLIC),
        answered=states[State.ANSWERED],
        others={state.value: states[state] for state in State if state not in PUBLIC and states[state]},
        reasons=dict(sorted(reasons.items())),
    )
