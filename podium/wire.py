"""The wire protocol ``podium.v1``: every frame a page and the server exchange, and what is in it.

One WebSocket per page, one JSON object per text frame (RFC 6455, RFC 8259), its ``type`` names the frame.
The server tells what an audience may see as *entities*: small objects under a key such as ``question/57``.
A snapshot is all of them; an event puts and drops some of them. The TypeScript of the pages is generated from
this file, docs/PROTOCOL.md is checked against it. Times are milliseconds since the Unix epoch, UTC.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import Any, get_args

import msgspec
from msgspec import Struct

from moderation import command as commands
from moderation.policy import Role
from moderation.question import State
from moderation.refusal import Code, Refused

SUBPROTOCOL = "podium.v1"
FRAME_LIMIT = 16_384
"""The largest frame a client may send, in bytes."""
ID_LIMIT = 64
"""The longest id of a command, in characters."""


# What a person's page is told: entities.


class PanellistView(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    role: str


class RoomView(Struct, frozen=True):
    """Entity ``room``: what the organiser says about the room."""

    id: str
    title: str
    programme: str
    language: str
    panellists: tuple[PanellistView, ...]
    feeds: tuple[str, ...]


class QuestionView(Struct, frozen=True):
    """Entity ``question/NUMBER`` for everybody: only questions that are public at this moment.

    aired_at: when it last came on air. answer: in writing. merged: the numbers of those that go on in this one."""

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


class PassageView(Struct, frozen=True):
    state: State
    at: int


class StaffQuestionView(Struct, frozen=True):
    """Entity ``question/NUMBER`` for moderators: every question, its reason and its history.

    original: the asker's words, once edited. into: where it goes on. owner, due: who answers it later, until when.
    step: the number by which the last step can be undone."""

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
    reason: str | None
    note: str | None
    original: str | None
    into: int | None
    owner: str | None
    due: str | None
    step: int | None
    passages: tuple[PassageView, ...]


class StageView(Struct, frozen=True):
    """Entity ``stage``: the number of the question on air and since when."""

    on_air: int | None
    since: int | None


class QueueView(Struct, frozen=True):
    """Entity ``queue/NAME`` for moderators: a running order, first to last."""

    numbers: tuple[int, ...]


class PromptView(Struct, frozen=True):
    """Entity ``prompt`` for a speaker: the own question on air, the next one, and how many wait behind it."""

    on_air: QuestionView | None
    next: QuestionView | None
    waiting: int


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
    passages: tuple[PassageView, ...]


class CountView(Struct, frozen=True):
    """Entity ``count`` for moderators: what became of all questions. shown: those that anybody may read now, the
    answered ones included. others: the rest by state. reasons: the declined ones by reason."""

    asked: int
    shown: int
    answered: int
    others: dict[str, int]
    reasons: dict[str, int]


Entity = RoomView | QuestionView | StaffQuestionView | StageView | QueueView | PromptView | ReceiptView | CountView


# Frames from the server.


class Welcome(Struct, frozen=True, tag_field="type", tag="welcome"):
    """Answer to hello. seq: the number reached. entities: the whole snapshot (``complete``), or, when the client
    resumed within reach, only what changed since, with ``drop`` naming what is gone. votes: per public question.
    voted: the questions this device supports. viewers: per live feed."""

    room: str
    role: Role
    panellist: str | None
    now: int
    seq: int
    complete: bool
    entities: dict[str, Entity]
    drop: tuple[str, ...]
    votes: dict[str, int]
    voted: tuple[int, ...]
    attending: int
    viewers: dict[str, int]


class Event(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="event"):
    """A change in the room: its number, the entities that are new or changed, the keys of those that are gone."""

    seq: int
    put: dict[str, Entity] = {}
    drop: tuple[str, ...] = ()


class Tick(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="tick"):
    """State that is not counted in events, at most four times a second; the last one wins. seq: the number reached,
    which may have passed events this audience does not see. votes: the counts that changed since the last tick.
    viewers: all live feeds with the number of their viewers, when that changed."""

    seq: int
    now: int
    attending: int
    votes: dict[str, int] = {}
    viewers: dict[str, int] | None = None


class Ack(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="ack"):
    """The command is durable. seq: the number its last event got. question: the number of the question asked."""

    id: str
    seq: int
    question: int | None = None


class Refusal(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="refused"):
    """Nothing was changed. id: of the command, "" when the frame could not be read. retry_after: milliseconds."""

    id: str
    code: Code
    retry_after: int | None = None


class Device(Struct, frozen=True, tag_field="type", tag="device"):
    """The signed token of this device, to be kept by the page and sent with every later hello."""

    token: str


class Pong(Struct, frozen=True, tag_field="type", tag="pong"):
    """Answer to ping, to measure the clock offset: the client's own mark, and the server's time."""

    mark: float
    now: int


class Bye(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="bye"):
    """The last frame before the server closes. retry_after: milliseconds, None where coming again is of no use."""

    code: Code
    retry_after: int | None = None


ServerFrame = Welcome | Event | Tick | Ack | Refusal | Device | Pong | Bye


# Frames from the client.


class Hello(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="hello"):
    """First frame. token: of a role link; without it the role is attendee. device: the token got earlier.
    since: the last number seen, to resume."""

    room: str
    token: str | None = None
    device: str | None = None
    since: int | None = None


class Enrol(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="enrol"):
    """Ask for a device token, before the first question or vote of this device. Answered by device."""


class Do(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="do"):
    """A command. id: chosen by the client, 1 to 64 printable characters, the same when it is sent again. command:
    its name from COMMANDS. body: its fields. Answered by ack or refused with the same id."""

    id: str
    command: str
    body: msgspec.Raw


class Ping(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="ping"):
    mark: float


ClientFrame = Hello | Enrol | Do | Ping

COMMANDS: Mapping[str, type[commands.Command]] = MappingProxyType(
    {
        command.__name__.lower(): command
        for command in get_args(commands.Command)
        if command not in (commands.Describe, commands.Revoke)
    }
)
"""The commands a client can send, by the name they have in a frame."""

_client_frames: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_encoder = msgspec.json.Encoder()


def encode(frame: ServerFrame) -> bytes:
    """The bytes of a frame, UTF-8 JSON."""
    return _encoder.encode(frame)


def decode(data: str | bytes) -> ClientFrame:
    """The frame a client sent. Refused(too_large) over FRAME_LIMIT, Refused(malformed) for anything unknown."""
    if len(data) > FRAME_LIMIT or (isinstance(data, str) and len(data.encode(errors="replace")) > FRAME_LIMIT):
        raise Refused(Code.TOO_LARGE)
    try:
        return _client_frames.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refused(Code.MALFORMED) from None


def command(frame: Do) -> commands.Command:
    """The command in a frame. Refused(malformed) for an unknown name, an unknown, missing or ill-typed field."""
    kind = COMMANDS.get(frame.command)
    if kind is None or not 1 <= len(frame.id) <= ID_LIMIT or not frame.id.isprintable():
        raise Refused(Code.MALFORMED)
    try:
        body = msgspec.json.decode(frame.body, type=dict[str, Any])
        known = {field.name for field in fields(kind)}
        required = {field.name for field in fields(kind) if field.default is MISSING}
        if not required <= body.keys() <= known:
            raise Refused(Code.MALFORMED)
        return msgspec.convert(body, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError):
        raise Refused(Code.MALFORMED) from None
