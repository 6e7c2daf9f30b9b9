"""What a person's page is told about a room: entities, small objects under a key such as ``question/57``.

They are part of the protocol; the frames that carry them are in `podium.wire`. Times are milliseconds since the Unix
epoch, UTC.
"""

from msgspec import Struct

from moderation.command import Intake
from moderation.fairness import Criterion
from moderation.question import Flag, Origin, State
from podium.stage_entities import ScreenView, StageEntity


class PanellistView(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    role: str


class RuleView(Struct, frozen=True):
    """An item of the netiquette, in at least one of both languages. reasons: those for declining that it explains."""

    de: str | None
    en: str | None
    reasons: tuple[str, ...]


class RoomView(Struct, frozen=True):
    """Entity ``room``: what the organiser says about the room. starts: when the event begins, if that was said."""

    id: str
    title: str
    programme: str
    language: str
    panellists: tuple[PanellistView, ...]
    feeds: tuple[str, ...]
    netiquette: tuple[RuleView, ...]
    starts: int | None


class IntakeView(Struct, frozen=True):
    """Entity ``intake``: whether the audience may ask, whether a moderator reads each question before everybody does,
    and the notice for every screen in one, both or none of its languages. since: null when it never changed."""

    state: Intake
    premoderated: bool
    notice_de: str | None
    notice_en: str | None
    since: int | None


class QuestionView(Struct, frozen=True):
    """Entity ``question/NUMBER`` for everybody: only questions that are public at this moment.

    aired_at: when it last came on air. redacted: personal data was blanked in it for good. answer: in writing. merged: the numbers of those that go on in this one."""

    number: int
    text: str
    language: str
    name: str | None
    affiliation: str | None
    addressee: str | None
    queue: str | None
    state: State
    asked_at: int
    since: int
    aired_at: int | None
    answer: str | None
    merged: tuple[int, ...]
    origin: Origin
    redacted: bool


class PassageView(Struct, frozen=True):
    state: State
    at: int


class BurstView(Struct, frozen=True):
    """So many devices voted for the first time, all for one question and within ten seconds, the last of them at."""

    votes: int
    at: int


class StaffQuestionView(Struct, frozen=True):
    """Entity ``question/NUMBER`` for moderators: every question, its reason and its history.

    original: the asker's words, once edited. flags: why it is one to look at twice. device: the asker's number in
    this room, null for the hall. burst: the largest one of first votes for it. into: where it goes on. owner, due: who answers it later, until when.
    step: the number by which the last step can be undone. briefing: the note to the speaker."""

    number: int
    text: str
    language: str
    name: str | None
    affiliation: str | None
    addressee: str | None
    queue: str | None
    state: State
    asked_at: int
    since: int
    aired_at: int | None
    answer: str | None
    merged: tuple[int, ...]
    origin: Origin
    redacted: bool
    reason: str | None
    note: str | None
    original: str | None
    into: int | None
    owner: str | None
    due: str | None
    flags: tuple[Flag, ...]
    device: int | None
    burst: BurstView | None
    step: int | None
    briefing: str | None
    passages: tuple[PassageView, ...]


class RulesView(Struct, frozen=True):
    """Entity ``rules`` for moderators: words to look at twice, the programme's and the moderators' own (watched), and
    the devices whose questions and votes are not taken."""

    words: tuple[str, ...]
    watched: tuple[str, ...]
    blocked: tuple[int, ...]


class StageView(Struct, frozen=True):
    """Entity ``stage``: the number of the question on air and since when."""

    on_air: int | None
    since: int | None


class QueueView(Struct, frozen=True):
    """Entity ``queue/NAME`` for moderators: a running order, first to last."""

    numbers: tuple[int, ...]


class AskedView(Struct, frozen=True):
    """A colleague on the panel: whether a question to that one is on air, and how many wait in the own running order."""

    place: str
    on_air: bool
    waiting: int


class PromptView(Struct, frozen=True):
    """Entity ``prompt`` for a speaker: the own question on air, the next one, and how many wait behind it.

    briefing, next_briefing: the moderators' note to the speaker beside each. others: who else of the panel is asked, now
    or later, in the order of the panel."""

    on_air: QuestionView | None
    briefing: str | None
    next: QuestionView | None
    next_briefing: str | None
    waiting: int
    others: tuple[AskedView, ...]


class ReceiptView(Struct, frozen=True):
    """Entity ``receipt/NUMBER`` for the asker alone: what became of the own question.

    A merged one follows the question it went ``into``: its state, queue, reason, note, answer and further passages."""

    number: int
    text: str
    addressee: str | None
    queue: str | None
    state: State
    reason: str | None
    note: str | None
    original: str | None
    into: int | None
    answer: str | None
    due: str | None
    redacted: bool
    passages: tuple[PassageView, ...]


class CountView(Struct, frozen=True):
    """Entity ``count`` for moderators: what became of all questions. shown: those that anybody may read now, the
    answered ones included. others: the rest by state. reasons: the declined ones by reason."""

    asked: int
    shown: int
    answered: int
    others: dict[str, int]
    reasons: dict[str, int]


# Of the desk, which is state and no entity.


class ColleagueView(Struct, frozen=True):
    """A moderator's connection. name: as they call themselves. question: the one they look at, until then."""

    id: str
    name: str | None
    question: int | None
    until: int | None


class ShareView(Struct, frozen=True):
    """What a panellist, an affiliation or a language has got: questions asked, waiting to be answered, answered or on
    air, and milliseconds on air without the question that is there now."""

    key: str
    asked: int
    waiting: int
    answered: int
    airtime: int


class SuggestionView(Struct, frozen=True):
    """The question to take next. reasons: what told it apart from the others, none when it was the only one."""

    question: int
    reasons: tuple[Criterion, ...]


class FairnessView(Struct, frozen=True):
    """Who has been heard. panellists: by running order. affiliations: in lower case, "" for none. first_time: of askers
    none of whose other questions was heard. next: null when nothing waits."""

    panellists: tuple[ShareView, ...]
    affiliations: tuple[ShareView, ...]
    languages: tuple[ShareView, ...]
    first_time: ShareView
    next: SuggestionView | None


class Desk(Struct, frozen=True, omit_defaults=True):
    """What moderators alone are told that is counted in no event; what is absent has not changed.

    me: this connection among the colleagues. screens: the prompters, also those whose connection was just lost.
    similar: by question, others that seem to ask the same, the nearest first; in a tick those that changed, an empty
    list where none is left."""

    me: str | None = None
    colleagues: tuple[ColleagueView, ...] | None = None
    fairness: FairnessView | None = None
    screens: tuple[ScreenView, ...] | None = None
    similar: dict[str, tuple[int, ...]] | None = None


Entity = (
    RoomView
    | IntakeView
    | QuestionView
    | StaffQuestionView
    | RulesView
    | StageView
    | QueueView
    | PromptView
    | ReceiptView
    | CountView
    | StageEntity
)
