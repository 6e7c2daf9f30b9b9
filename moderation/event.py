"""What happened: the numbered changes in a room's journal. Names and fields never change once written to disk."""

from dataclasses import dataclass

from moderation.command import Panellist


@dataclass(frozen=True, slots=True)
class RoomDescribed:
    title: str
    programme: str
    language: str
    panellists: tuple[Panellist, ...]
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    question: int
    text: str
    language: str
    name: str | None
    affiliation: str | None
    addressee: str | None


@dataclass(frozen=True, slots=True)
class QuestionWithdrawn:
    question: int


@dataclass(frozen=True, slots=True)
class QuestionApproved:
    question: int


@dataclass(frozen=True, slots=True)
class QuestionDeclined:
    question: int
    reason: str
    note: str | None


@dataclass(frozen=True, slots=True)
class QuestionQueued:
    question: int
    queue: str


@dataclass(frozen=True, slots=True)
class QuestionMoved:
    question: int
    after: int | None


@dataclass(frozen=True, slots=True)
class QuestionAired:
    question: int


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    question: int


@dataclass(frozen=True, slots=True)
class VoteChange:
    """One device's support for one question, given (True) or taken back (False)."""

    question: int
    device: str
    support: bool


@dataclass(frozen=True, slots=True)
class VotesCast:
    """The votes gathered in one moment, in the order of their arrival."""

    changes: tuple[VoteChange, ...]


@dataclass(frozen=True, slots=True)
class LinkRevoked:
    link: str


Event = (
    RoomDescribed
    | QuestionAsked
    | QuestionWithdrawn
    | QuestionApproved
    | QuestionDeclined
    | QuestionQueued
    | QuestionMoved
    | QuestionAired
    | QuestionAnswered
    | VotesCast
    | LinkRevoked
)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in its place: seq within the room, at in milliseconds since the Unix epoch, who, by which command.

    command is the client's command id, "" where no client asked.
    """

    seq: int
    at: int
    actor: str
    command: str
    event: Event
