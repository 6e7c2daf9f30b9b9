"""A question and its life. TRANSITIONS is the only place that knows which step may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from moderation.refusal import Code, Refused


class State(StrEnum):
    """Where a question stands."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    DECLINED = "declined"
    QUEUED = "queued"
    ON_AIR = "on_air"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What can happen to a question after it was asked."""

    APPROVE = "approve"
    DECLINE = "decline"
    QUEUE = "queue"
    AIR = "air"
    ANSWER = "answer"
    WITHDRAW = "withdraw"


PUBLIC = frozenset({State.APPROVED, State.QUEUED, State.ON_AIR, State.ANSWERED})
"""The states in which anybody may read the question."""

TRANSITIONS: Mapping[tuple[State, Step], State] = MappingProxyType(
    {
        (State.SUBMITTED, Step.APPROVE): State.APPROVED,
        (State.SUBMITTED, Step.DECLINE): State.DECLINED,
        (State.SUBMITTED, Step.QUEUE): State.QUEUED,
        (State.SUBMITTED, Step.WITHDRAW): State.WITHDRAWN,
        (State.APPROVED, Step.DECLINE): State.DECLINED,
        (State.APPROVED, Step.QUEUE): State.QUEUED,
        (State.APPROVED, Step.AIR): State.ON_AIR,
        (State.APPROVED, Step.WITHDRAW): State.WITHDRAWN,
        (State.DECLINED, Step.APPROVE): State.APPROVED,
        (State.DECLINED, Step.QUEUE): State.QUEUED,
        (State.QUEUED, Step.APPROVE): State.APPROVED,
        (State.QUEUED, Step.DECLINE): State.DECLINED,
        (State.QUEUED, Step.QUEUE): State.QUEUED,
        (State.QUEUED, Step.AIR): State.ON_AIR,
        (State.QUEUED, Step.WITHDRAW): State.WITHDRAWN,
        (State.ON_AIR, Step.ANSWER): State.ANSWERED,
        (State.ON_AIR, Step.QUEUE): State.QUEUED,
        (State.ANSWERED, Step.QUEUE): State.QUEUED,
    }
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of a receipt: the state reached and when (milliseconds since the Unix epoch)."""

    state: State
    at: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    number: 1, 2, 3 ... within the room, its identity. author: the asker's device. addressee: the panellist the
    asker named, or None for the whole panel. queue: the running order it stands in or came from (a panellist,
    PANEL, or None before it was queued). reason, note: why it was declined. passages: every state it went
    through, oldest first. command: the id of the command that asked it, so that one sent again is known forever.
    """

    number: int
    text: str
    name: str | None
    affiliation: str | None
    addressee: str | None
    language: str
    author: str
    passages: tuple[Passage, ...]
    queue: str | None = None
    reason: str | None = None
    note: str | None = None
    command: str = ""

    @property
    def state(self) -> State:
        return self.passages[-1].state

    @property
    def asked_at(self) -> int:
        return self.passages[0].at

    @property
    def since(self) -> int:
        """When the present state was reached, milliseconds since the Unix epoch."""
        return self.passages[-1].at

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC


def after(state: State, step: Step) -> State:
    """The state that follows; Refused(not_in_this_state) where the table has no such line."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise Refused(Code.NOT_IN_THIS_STATE) from None


def passed(question: Question, step: Step, at: int) -> Question:
    """The question after the step. Whatever was said about a decline is dropped when it is taken up again."""
    state = after(question.state, step)
    return replace(
        question,
        passages=(*question.passages, Passage(state, at)),
        reason=None,
        note=None,
    )
