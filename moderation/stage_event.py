"""What happened on the stage. Part of `moderation.event`; names and fields never change once written to disk."""

from dataclasses import dataclass

from moderation.stage import Clock, Mark, NoticeKind, RequestKind, Steer


@dataclass(frozen=True, slots=True)
class ClockSet:
    """state: the clock from now on, None for none."""

    clock: str
    state: Clock | None


@dataclass(frozen=True, slots=True)
class CueSent:
    cue: int
    text: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CueMarked:
    cue: int
    place: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class CueWithdrawn:
    cue: int


@dataclass(frozen=True, slots=True)
class RequestMade:
    request: int
    place: str
    kind: RequestKind
    question: int | None
    to: str | None


@dataclass(frozen=True, slots=True)
class RequestSettled:
    request: int
    granted: bool


@dataclass(frozen=True, slots=True)
class ScriptEdited:
    """removed: how many lines from `line` on gave way to those inserted."""

    place: str
    line: int
    removed: int
    inserted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScriptSteered:
    place: str
    what: Steer
    value: int


@dataclass(frozen=True, slots=True)
class QuestionBriefed:
    question: int
    note: str | None


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """kind: None when the notice was taken away."""

    kind: NoticeKind | None
    de: str | None
    en: str | None


StageEvent = (
    ClockSet
    | CueSent
    | CueMarked
    | CueWithdrawn
    | RequestMade
    | RequestSettled
    | ScriptEdited
    | ScriptSteered
    | QuestionBriefed
    | NoticeShown
)
"""What changes the stage beside the questions."""
