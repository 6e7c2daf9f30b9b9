"""Entities of the stage: what speakers, hosts and moderators are told of clocks, cues, requests, scripts and notices.

Part of the wire protocol (`podium.wire`). A *place* is a panellist's id, or "panel" for the screen of the whole stage.
"""

from typing import Annotated

from msgspec import Meta, Struct

from moderation.stage import ClockKind, Mark, NoticeKind, RequestKind


class ClockView(Struct, frozen=True):
    """Entity ``clock/NAME`` for staff and the place's screen; NAME is a place or "session".

    mark: the absolute end of a countdown, the absolute beginning of a countup. paused_at: since when it stands still.
    warning, danger: milliseconds left from which on it says so."""

    kind: ClockKind
    mark: int
    paused_at: int | None
    warning: int
    danger: int


class MarkView(Struct, frozen=True):
    mark: Mark
    at: int


class CueView(Struct, frozen=True):
    """Entity ``cue/NUMBER`` for staff: a private message, and by place how far it has come."""

    number: int
    text: str
    sent_at: int
    marks: dict[str, MarkView]
    withdrawn: bool


class PlaceCueView(Struct, frozen=True):
    """Entity ``cue/NUMBER`` for a place's screen, until it is read or withdrawn."""

    number: int
    text: str
    sent_at: int
    mark: Mark


class RequestView(Struct, frozen=True):
    """Entity ``request/NUMBER`` for staff, and for the place that made it while it is its newest or still open.

    question: the one on air then. to: the colleague for a pass. granted: None while open."""

    number: int
    place: str
    kind: RequestKind
    question: int | None
    to: str | None
    at: int
    granted: bool | None


class ScriptView(Struct, frozen=True):
    """Entity ``script/PLACE`` for staff and the place's screen: the speaker's own text in lines."""

    lines: tuple[str, ...]
    revision: int


class OrderView(Struct, frozen=True):
    number: int
    value: int


class OrdersView(Struct, frozen=True):
    """Entity ``orders/PLACE`` for staff and the place's screen: what the host wants of a running script. number: of
    all orders to this place; a screen follows each once, the lowest first. speed: words a minute. run: 1, or 0 to
    stand. line: from 0 on. None where nothing was ordered."""

    speed: OrderView | None
    run: OrderView | None
    line: OrderView | None


class Reading(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a screen is in its script. line: the first of the part under the reading line, from 0 on. share: how far
    into that part, 0 to 1. speed: words a minute. left: milliseconds until the end at this speed."""

    line: Annotated[int, Meta(ge=0, le=100_000)]
    share: Annotated[float, Meta(ge=0, le=1)]
    speed: Annotated[int, Meta(ge=0, le=1_000)]
    running: bool
    left: Annotated[int, Meta(ge=0, le=100_000_000)]


class ScreenView(Struct, frozen=True):
    """A prompter that is there. width, height: CSS pixels. mode: what it shows. look: how, as in its address.
    reading: where it is in the script. round_trip: milliseconds. since: of its connection. seen: when it last said how it is. gone: since when its connection is lost."""

    id: str
    place: str
    name: str | None
    width: int
    height: int
    mode: str
    look: str
    reading: Reading | None
    round_trip: int | None
    since: int
    seen: int
    gone: int | None


class NoticeView(Struct, frozen=True):
    """Entity ``notice`` for everybody: what the organiser tells the whole room, in the page's words or own ones."""

    kind: NoticeKind
    de: str | None
    en: str | None
    since: int


StageEntity = ClockView | CueView | PlaceCueView | RequestView | ScriptView | OrdersView | NoticeView
