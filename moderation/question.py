"""A question and its life. TRANSITIONS is the only place that knows which step may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from moderation.refusal import Code, Refused


class State(StrEnum):
    """Where a question stands."""

    SUBMITTED = "submitted"
    HELD = "held"
    APPROVED = "approved"
    DECLINED = "declined"
    MERGED = "merged"
    QUEUED = "queued"
    ON_AIR = "on_air"
    ANSWERED = "answered"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    """How a question came: written during the event, written before it began, or spoken in the hall and typed in."""

    ONLINE = "online"
    EARLY = "early"
    HALL = "hall"


class Flag(StrEnum):
    """What makes a question one to look at twice. It is never a reason to turn it away."""

    LINK = "link"
    PHONE_NUMBER = "phone_number"
    EMAIL_ADDRESS = "email_address"
    WATCHED_WORD = "watched_word"
    REPEATED_TEXT = "repeated_text"


class Step(StrEnum):
    """What can happen to a question after it was asked."""

    APPROVE = "approve"
    HOLD = "hold"
    DECLINE = "decline"
    MERGE = "merge"
    SEPARATE = "separate"
    QUEUE = "queue"
    AIR = "air"
    ANSWER = "answer"
    REPLY = "reply"
    DEFER = "defer"
    WITHDRAW = "withdraw"


PUBLIC = frozenset({State.APPROVED, State.QUEUED, State.ON_AIR, State.ANSWERED})
"""The states in which anybody may read the question."""

MERGE_TARGETS = frozenset(State) - {State.MERGED, State.DECLINED, State.WITHDRAWN}
"""The states of a question into which another can be merged."""

FIXED = frozenset({State.MERGED, State.WITHDRAWN})
"""The states in which the text of a question is not edited."""

TRANSITIONS: Mapping[tuple[State, Step], State] = MappingProxyType(
    {
        (State.SUBMITTED, Step.APPROVE): State.APPROVED,
        (State.SUBMITTED, Step.HOLD): State.HELD,
        (State.SUBMITTED, Step.DECLINE): State.DECLINED,
        (State.SUBMITTED, Step.MERGE): State.MERGED,
        (State.SUBMITTED, Step.QUEUE): State.QUEUED,
        (State.SUBMITTED, Step.REPLY): State.ANSWERED,
        (State.SUBMITTED, Step.DEFER): State.DEFERRED,
        (State.SUBMITTED, Step.WITHDRAW): State.WITHDRAWN,
        (State.HELD, Step.APPROVE): State.APPROVED,
        (State.HELD, Step.DECLINE): State.DECLINED,
        (State.HELD, Step.MERGE): State.MERGED,
        (State.HELD, Step.QUEUE): State.QUEUED,
        (State.HELD, Step.REPLY): State.ANSWERED,
        (State.HELD, Step.DEFER): State.DEFERRED,
        (State.HELD, Step.WITHDRAW): State.WITHDRAWN,
        (State.APPROVED, Step.HOLD): State.HELD,
        (State.APPROVED, Step.DECLINE): State.DECLINED,
        (State.APPROVED, Step.MERGE): State.MERGED,
        (State.APPROVED, Step.QUEUE): State.QUEUED,
        (State.APPROVED, Step.AIR): State.ON_AIR,
        (State.APPROVED, Step.REPLY): State.ANSWERED,
        (State.APPROVED, Step.DEFER): State.DEFERRED,
        (State.APPROVED, Step.WITHDRAW): State.WITHDRAWN,
        (State.DECLINED, Step.APPROVE): State.APPROVED,
        (State.DECLINED, Step.QUEUE): State.QUEUED,
        (State.MERGED, Step.SEPARATE): State.SUBMITTED,
        (State.MERGED, Step.WITHDRAW): State.WITHDRAWN,
        (State.QUEUED, Step.APPROVE): State.APPROVED,
        (State.QUEUED, Step.HOLD): State.HELD,
        (State.QUEUED, Step.DECLINE): State.DECLINED,
        (State.QUEUED, Step.MERGE): State.MERGED,
        (State.QUEUED, Step.QUEUE): State.QUEUED,
        (State.QUEUED, Step.AIR): State.ON_AIR,
        (State.QUEUED, Step.REPLY): State.ANSWERED,
        (State.QUEUED, Step.DEFER): State.DEFERRED,
        (State.QUEUED, Step.WITHDRAW): State.WITHDRAWN,
        (State.ON_AIR, Step.ANSWER): State.ANSWERED,
        (State.ON_AIR, Step.QUEUE): State.QUEUED,
        (State.ANSWERED, Step.QUEUE): State.QUEUED,
        (State.ANSWERED, Step.REPLY): State.ANSWERED,
        (State.DEFERRED, Step.APPROVE): State.APPROVED,
        (State.DEFERRED, Step.HOLD): State.HELD,
        (State.DEFERRED, Step.DECLINE): State.DECLINED,
        (State.DEFERRED, Step.MERGE): State.MERGED,
        (State.DEFERRED, Step.QUEUE): State.QUEUED,
        (State.DEFERRED, Step.REPLY): State.ANSWERED,
        (State.DEFERRED, Step.WITHDRAW): State.WITHDRAWN,
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

    number: 1, 2, 3 ... within the room, its identity. author: the asker's device, or the link of whom typed it in
    for the hall. addressee: the panellist the asker named, or None for the whole panel. queue: the running order it stands in or came from (a panellist,
    PANEL, or None before it was queued). reason, note: why it was declined. passages: every state it went
    through, oldest first. command: the id of the command that asked it, so that one sent again is known forever.
    original: what the asker wrote, once a moderator has edited it. into: the question it is merged into.
    answer: what was answered in writing. owner, due: who answers it later, and until when, in words.
    flags: why it is one to look at twice. redacted: whether something in its texts was blanked for good.
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
    original: str | None = None
    into: int | None = None
    answer: str | None = None
    owner: str | None = None
    due: str | None = None
    origin: Origin = Origin.ONLINE
    flags: tuple[Flag, ...] = ()
    redacted: bool = False

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
    def aired_at(self) -> int | None:
        """When it last came on air, milliseconds since the Unix epoch."""
        return next((passage.at for passage in reversed(self.passages) if passage.state is State.ON_AIR), None)

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
    """The question after the step. Whatever was said about the state it leaves is dropped."""
    state = after(question.state, step)
    return replace(
        question,
        passages=(*question.passages, Passage(state, at)),
        reason=None,
        note=None,
        into=None,
        answer=None,
        owner=None,
        due=None,
    )
