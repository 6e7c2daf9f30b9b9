"""What speakers have on their screens beside the question: clocks, cues, their script; and what they ask back.

A *place* is a panellist's id, or PANEL for the screen of the whole stage. Times are milliseconds since the Unix epoch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

SESSION = "session"
"""The name of the clock that everybody on the stage shares; every place has one of its own besides."""


class ClockKind(StrEnum):
    """Towards an end, or away from a beginning."""

    COUNTDOWN = "countdown"
    COUNTUP = "countup"


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs by itself on every screen.

    mark: the absolute end of a countdown, the absolute beginning of a countup. paused_at: since when it stands.
    warning, danger: milliseconds left from which on it says so; 0 for a countup.
    """

    kind: ClockKind
    mark: int
    paused_at: int | None = None
    warning: int = 0
    danger: int = 0

    def shown(self, now: int) -> int:
        """Milliseconds left (below zero: overtime) or gone by."""
        at = now if self.paused_at is None else self.paused_at
        return self.mark - at if self.kind is ClockKind.COUNTDOWN else at - self.mark

    def paused(self, now: int) -> "Clock":
        """The clock standing still from now on."""
        return self if self.paused_at is not None else replace(self, paused_at=now)

    def resumed(self, now: int) -> "Clock":
        """The clock going on where it stood."""
        return self if self.paused_at is None else replace(self, mark=self.mark + now - self.paused_at, paused_at=None)

    def extended(self, by: int) -> "Clock":
        """The clock with so much more time, or less: a countdown ends later, a countup shows more."""
        return replace(self, mark=self.mark + by if self.kind is ClockKind.COUNTDOWN else self.mark - by)


def countdown(end: int, duration: int) -> Clock:
    """A countdown that warns at two minutes and at thirty seconds, in a short one at a third and a tenth of it."""
    return Clock(ClockKind.COUNTDOWN, end, warning=min(120_000, duration // 3), danger=min(30_000, duration // 10))


class Mark(StrEnum):
    """How far a cue has come with one place, in this order."""

    SENT = "sent"
    DELIVERED = "delivered"
    SHOWN = "shown"
    READ = "read"


MARKS = tuple(Mark)


@dataclass(frozen=True, slots=True)
class Marked:
    """How far, and since when."""

    mark: Mark
    at: int


@dataclass(frozen=True, slots=True)
class Cue:
    """A private message to speakers' screens. marks: by place. withdrawn: taken back, no screen shows it."""

    number: int
    text: str
    sender: str
    sent_at: int
    marks: Mapping[str, Marked]
    withdrawn: bool = False

    def open_at(self, place: str) -> bool:
        """Whether the screen of this place shows it."""
        return not self.withdrawn and place in self.marks and self.marks[place].mark is not Mark.READ


class RequestKind(StrEnum):
    """What a speaker can ask of the moderators. Nothing changes on air by itself."""

    TAKE = "take"
    PASS_ON = "pass_on"  # noqa: S105 - hands a question on
    MORE_TIME = "more_time"
    SKIP = "skip"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Request:
    """A speaker's wish. question: the one on air then. to: the colleague for a pass. granted: None while open."""

    number: int
    place: str
    kind: RequestKind
    question: int | None
    to: str | None
    at: int
    granted: bool | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A speaker's own text in lines. revision: how often it was edited."""

    lines: tuple[str, ...] = ()
    revision: int = 0

    def edited(self, line: int, removed: int, inserted: tuple[str, ...]) -> "Script":
        """The text with `removed` lines from `line` (from 0) on replaced."""
        return Script((*self.lines[:line], *inserted, *self.lines[line + removed :]), self.revision + 1)


class Steer(StrEnum):
    """What the host does to a running script from afar. The value: words a minute; 1 to run, 0 to stand; a line."""

    SPEED = "speed"
    RUN = "run"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Order:
    """What a place's screen shall do with its script. number: of all orders to this place; each is followed once."""

    number: int
    value: int


class NoticeKind(StrEnum):
    """What everybody is told over the whole room."""

    STARTING_SOON = "starting_soon"
    BREAK = "break"
    TECHNICAL_PAUSE = "technical_pause"
    THANK_YOU = "thank_you"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Notice:
    """de, en: the organiser's own words, None for those of the page."""

    kind: NoticeKind
    de: str | None
    en: str | None
    since: int


@dataclass(frozen=True, slots=True)
class Stage:
    """clocks: by place and SESSION. cues, requests: by number. scripts, orders: by place. briefings: by question."""

    clocks: Mapping[str, Clock] = field(default_factory=dict)
    cues: Mapping[int, Cue] = field(default_factory=dict)
    requests: Mapping[int, Request] = field(default_factory=dict)
    scripts: Mapping[str, Script] = field(default_factory=dict)
    orders: Mapping[str, Mapping[Steer, Order]] = field(default_factory=dict)
    briefings: Mapping[int, str] = field(default_factory=dict)
    notice: Notice | None = None

    def script(self, place: str) -> Script:
        """A place's text; an empty one before the first edit."""
        return self.scripts.get(place, Script())

    def unbriefed(self, question: int) -> "Stage":
        """Without the note to the speaker beside this question."""
        return replace(self, briefings={number: note for number, note in self.briefings.items() if number != question})
