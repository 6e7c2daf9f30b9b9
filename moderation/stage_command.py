"""What somebody wants of the stage: clocks, cues, requests, scripts, notes to speakers, notices.

Part of `moderation.command`. A place is a panellist's id, or PANEL for the screen of the whole stage.
"""

from dataclasses import dataclass

from moderation.stage import Mark, NoticeKind, RequestKind, Steer


@dataclass(frozen=True, slots=True)
class StartClock:
    """Start a clock, of a place or "session": for so many milliseconds, until a time, or counting up (neither)."""

    clock: str
    duration: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class PauseClock:
    """Let a clock stand."""

    clock: str


@dataclass(frozen=True, slots=True)
class ResumeClock:
    """Let a standing clock go on."""

    clock: str


@dataclass(frozen=True, slots=True)
class ExtendClock:
    """Give a clock so many milliseconds more, or less."""

    clock: str
    by: int


@dataclass(frozen=True, slots=True)
class ClearClock:
    """Show no clock."""

    clock: str


@dataclass(frozen=True, slots=True)
class SendCue:
    """Show a private message on the screens of these places, () for all, until it is acknowledged."""

    text: str
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkCue:
    """How far a cue has come. A screen says so of itself; staff mark one as read for a place."""

    cue: int
    mark: Mark
    place: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawCue:
    """Take a cue off all screens."""

    cue: int


@dataclass(frozen=True, slots=True)
class MakeRequest:
    """Ask the moderators for something about the question on air; to: the colleague for a pass."""

    kind: RequestKind
    to: str | None = None


@dataclass(frozen=True, slots=True)
class SettleRequest:
    """Grant or refuse a speaker's request; a speaker takes the own one back."""

    request: int
    granted: bool


@dataclass(frozen=True, slots=True)
class EditScript:
    """Replace lines of a place's script, from `line` (from 0) on; revision: the one its sender saw."""

    place: str
    revision: int
    line: int
    removed: int
    inserted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SteerScript:
    """Let a place's script run or stand, at another speed, or from another line on (from 0)."""

    place: str
    what: Steer
    value: int


@dataclass(frozen=True, slots=True)
class Brief:
    """A note to the speaker beside a question, or none."""

    question: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell everybody something over the whole room, in the page's words or own ones; kind None: nothing any more."""

    kind: NoticeKind | None
    de: str | None = None
    en: str | None = None


StageCommand = (
    StartClock
    | PauseClock
    | ResumeClock
    | ExtendClock
    | ClearClock
    | SendCue
    | MarkCue
    | WithdrawCue
    | MakeRequest
    | SettleRequest
    | EditScript
    | SteerScript
    | Brief
    | Announce
)
