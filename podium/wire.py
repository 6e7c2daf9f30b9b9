"""The wire protocol ``podium.v1``: every frame a page and the server exchange, and what is in it.

One WebSocket per page, one JSON object per text frame (RFC 6455, RFC 8259), its ``type`` names the frame.
The server tells what an audience may see as *entities*: small objects under a key such as ``question/57``.
A snapshot is all of them; an event puts and drops some of them. The TypeScript of the pages is generated from
this file, docs/PROTOCOL.md is checked against it. Times are milliseconds since the Unix epoch, UTC.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from moderation import command as commands
from moderation.policy import Role
from moderation.refusal import Code, Refused
from podium.entities import AskedView as AskedView
from podium.entities import BurstView as BurstView
from podium.entities import ColleagueView as ColleagueView
from podium.entities import CountView as CountView
from podium.entities import Desk as Desk
from podium.entities import Entity as Entity
from podium.entities import FairnessView as FairnessView
from podium.entities import IntakeView as IntakeView
from podium.entities import PanellistView as PanellistView
from podium.entities import PassageView as PassageView
from podium.entities import PromptView as PromptView
from podium.entities import QuestionView as QuestionView
from podium.entities import QueueView as QueueView
from podium.entities import ReceiptView as ReceiptView
from podium.entities import RoomView as RoomView
from podium.entities import RulesView as RulesView
from podium.entities import RuleView as RuleView
from podium.entities import ShareView as ShareView
from podium.entities import StaffQuestionView as StaffQuestionView
from podium.entities import StageView as StageView
from podium.entities import SuggestionView as SuggestionView
from podium.stage_entities import Reading as Reading

SUBPROTOCOL = "podium.v1"
FRAME_LIMIT = 16_384
"""The largest frame a client may send, in bytes."""
ID_LIMIT = 64
"""The longest id of a command, in characters."""


# Frames from the server.


class Limits(Struct, frozen=True):
    """What a client shall keep to: lengths in characters, the bytes of a frame, the frames a connection may send in a
    second, and the questions of one device and of the whole room within a window of milliseconds."""

    frame: int
    frames: int
    text: int
    name: int
    affiliation: int
    device_questions: int
    room_questions: int
    window: int


class Welcome(Struct, frozen=True, tag_field="type", tag="welcome"):
    """Answer to hello. seq: the number reached. entities: the whole snapshot (``complete``), or, when the client
    resumed within reach, only what changed since, with ``drop`` naming what is gone. votes: per public question.
    voted: the questions this device supports. viewers: per live feed. desk: for moderators, all of it."""

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
    limits: Limits
    desk: Desk | None


class Event(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="event"):
    """What changed in the room, in one step or in several that came together: the number of the last one, the entities
    that are new or changed, the keys of those that are gone."""

    seq: int
    put: dict[str, Entity] = {}
    drop: tuple[str, ...] = ()


class Tick(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="tick"):
    """State that is not counted in events, at most four times a second; the last one wins. seq: the number reached,
    which may have passed events this audience does not see. votes: the counts that changed since the last tick.
    viewers: all live feeds with the number of their viewers, when that changed. desk: for moderators, what changed."""

    seq: int
    now: int
    attending: int
    votes: dict[str, int] = {}
    viewers: dict[str, int] | None = None
    desk: Desk | None = None


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


class Found(Struct, frozen=True, tag_field="type", tag="found"):
    """Answer to seek, with its mark: up to three public questions that seem to ask the same, the nearest first."""

    mark: float
    questions: tuple[int, ...]


class Bye(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="bye"):
    """The last frame before the server closes. retry_after: milliseconds, None where coming again is of no use."""

    code: Code
    retry_after: int | None = None


class Shout(Struct, frozen=True, tag_field="type", tag="shout"):
    """The host asks which screen this is: show the name large for some seconds."""


ServerFrame = Welcome | Event | Tick | Ack | Refusal | Device | Pong | Found | Shout | Bye


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


class Look(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="look"):
    """A moderator looks at a question, or at none, and wants colleagues to read this name. It is not answered; the look
    counts for thirty seconds, and is sent again to last longer."""

    question: int | None = None
    name: str | None = None


class Seek(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="seek"):
    """What somebody is typing: does this question exist already? Answered by found; of several that wait, the last."""

    mark: float
    text: str


class Ping(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="ping"):
    mark: float


class Screen(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="screen"):
    """A prompter says how it is, every second and when something changes; speakers only, no answer. name: of the
    device, given by who set it up. width, height: CSS pixels. mode: what it shows. round_trip: milliseconds. look:
    how it shows it, as in its address. reading: where it is in the script."""

    name: Annotated[str, Meta(max_length=80)] | None
    width: Annotated[int, Meta(ge=0, le=100_000)]
    height: Annotated[int, Meta(ge=0, le=100_000)]
    mode: Literal["card", "script"]
    round_trip: Annotated[int, Meta(ge=0, le=600_000)] | None
    look: Annotated[str, Meta(max_length=200)] = ""
    reading: Reading | None = None


class Locate(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="locate"):
    """Let a prompter show its name large for some seconds; staff only, no answer. screen: its id on the desk."""

    screen: str


ClientFrame = Hello | Enrol | Do | Look | Seek | Screen | Locate | Ping

COMMANDS: Mapping[str, type[commands.Command]] = MappingProxyType(
    {
        command.__name__.lower(): command
        for command in get_args(commands.Command)
        if command not in (commands.Describe, commands.Revoke, commands.Purge)
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
