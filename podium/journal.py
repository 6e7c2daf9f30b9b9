"""Events as the store keeps them: one JSON object per event, its kind beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import get_args

import msgspec

from moderation.event import Event, Happened
from podium.ports import Entry, Store

KINDS: Mapping[str, type[Event]] = MappingProxyType({kind.__name__: kind for kind in get_args(Event)})

PAGE = 1_000


class UnknownEvent(Exception):
    """A kind of event, or a form of it, that this version does not know: the journal is newer or damaged."""


def entry(happened: Happened) -> Entry:
    """The journal line of an event."""
    body = msgspec.json.encode(asdict(happened.event)).decode()
    kind = type(happened.event).__name__
    return Entry(happened.seq, happened.at, happened.actor, happened.command, kind, body)


def happened(line: Entry) -> Happened:
    """The event of a journal line; UnknownEvent when kind or body is none of ours."""
    try:
        event = msgspec.json.decode(line.body, type=KINDS[line.kind])
    except (KeyError, msgspec.DecodeError) as error:
        raise UnknownEvent(f"event {line.seq}: {line.kind}") from error
    return Happened(line.seq, line.at, line.actor, line.command, event)


def events(lines: Iterable[Entry]) -> Iterable[Happened]:
    """The events of journal lines, in their order."""
    return map(happened, lines)


async def read_all(store: Store, room: str) -> Sequence[Entry]:
    """What the room's journal holds now: what is appended meanwhile comes whole, in its order, or not at all."""
    lines: list[Entry] = []
    while page := await store.read(room, lines[-1].seq if lines else 0, PAGE):
        lines += page
    return lines
