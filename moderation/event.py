"""What happened: the numbered changes in a room's journal. Names and fields never change once written to disk."""

from dataclasses import dataclass

from moderation.command import Intake, Panellist, Rule
from moderation.question import Flag, Origin
from moderation.stage_event import StageEvent


@dataclass(frozen=True, slots=True)
class RoomDescribed:
    title: str
    programme: str
    language: str
    panellists: tuple[Panellist, ...]
    feeds: tuple[str, ...]
    netiquette: tuple[Rule, ...] = ()
    words: tuple[str, ...] = ()
    starts: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    question: int
    text: str
    language: str
    name: str | None
    affiliation: str | None
    addressee: str | None
    origin: Origin = Origin.ONLINE
    flags: tuple[Flag, ...] = ()


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
    """instead: the question that left the stage for it, in the event before."""

    question: int
    instead: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    question: int


@dataclass(frozen=True, slots=True)
class QuestionHeld:
    question: int


@dataclass(frozen=True, slots=True)
class QuestionMerged:
    question: int
    into: int


@dataclass(frozen=True, slots=True)
class QuestionSeparated:
    question: int


@dataclass(frozen=True, slots=True)
class QuestionReplied:
    question: int
    text: str


@dataclass(frozen=True, slots=True)
class QuestionDeferred:
    question: int
    owner: str
    due: str | None


@dataclass(frozen=True, slots=True)
class QuestionEdited:
    question: int
    text: str


@dataclass(frozen=True, slots=True)
class StepUndone:
    """step: the number of the event that no longer holds; it was the last a moderator did with the question."""

    question: int
    step: int


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


@dataclass(frozen=True, slots=True)
class IntakeChanged:
    intake: Intake
    notice_de: str | None
    notice_en: str | None


@dataclass(frozen=True, slots=True)
class PremoderationSet:
    on: bool


@dataclass(frozen=True, slots=True)
class WordsWatched:
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeviceBlocked:
    device: str


@dataclass(frozen=True, slots=True)
class DeviceUnblocked:
    device: str


@dataclass(frozen=True, slots=True)
class QuestionRedacted:
    """What is left of a question's texts. Those in the events before it are blanked in the journal."""

    question: int
    text: str
    original: str | None
    name: str | None
    affiliation: str | None
    note: str | None
    answer: str | None
    owner: str | None
    due: str | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class VoteCount:
    """So many devices supported a question, alone or by one merged into it."""

    question: int
    votes: int


@dataclass(frozen=True, slots=True)
class IdentitiesPurged:
    """Who asked and voted is forgotten; in the events before it nothing says so any more. counts: what is left of the
    votes."""

    counts: tuple[VoteCount, ...]


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
    | QuestionHeld
    | QuestionMerged
    | QuestionSeparated
    | QuestionReplied
    | QuestionDeferred
    | QuestionEdited
    | StepUndone
    | VotesCast
    | LinkRevoked
    | IntakeChanged
    | PremoderationSet
    | WordsWatched
    | DeviceBlocked
    | DeviceUnblocked
    | QuestionRedacted
    | IdentitiesPurged
    | StageEvent
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
