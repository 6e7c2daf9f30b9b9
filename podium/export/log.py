"""The decision log: every step of a room's journal with its number, time, actor and reason, bound by its hash.

A log taken in mid-event is the beginning of every later one: its table byte for byte, its JSON line for line.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, tzinfo
from typing import Any

from podium.export.table import BYTE_ORDER_MARK, harmless
from podium.ports import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One step. at: ISO 8601 with zone. actor: a moderator's link by its id, "attendee", or "system".

    step: the event's name. question, queue, after, into, reason, note: what was decided, "" where the step has none.
    undone: the number of the line that no longer holds. setting: what the room was set to. hash: of the line in the chain (`podium.chain`), so that the last one stands for the whole log.
    """

    seq: int
    at: str
    actor: str
    step: str
    question: int | str
    queue: str
    after: int | str
    into: int | str
    undone: int | str
    reason: str
    note: str
    setting: str
    hash: str


@dataclass(frozen=True, slots=True)
class Log:
    """The steps of a room, from its first on."""

    room: str
    lines: tuple[Line, ...]


def log(room: str, entries: Iterable[Entry], *, zone: tzinfo | None) -> Log:
    """The log of a journal from its first line on; times in zone, or in the zone of this machine.

    What people asked is not in it, nor who they are: that is in the record, and can be forgotten there.
    """
    return Log(room, tuple(_line(entry, zone) for entry in entries))


def log_to_csv(taken: Log) -> str:
    """A header and one line a step (RFC 4180), in the same dialect as the record's table."""
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    names = [field.name for field in fields(Line)]
    writer.writerow(names)
    for line in taken.lines:
        cells = (getattr(line, name) for name in names)
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def log_to_json(taken: Log) -> str:
    """One JSON object with the steps as ``lines`` and the last hash as ``head``; ends with a line feed."""
    head = taken.lines[-1].hash if taken.lines else ""
    document = {"room": taken.room, "head": head, "lines": [asdict(line) for line in taken.lines]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _line(entry: Entry, zone: tzinfo | None) -> Line:
    body = json.loads(entry.body)

    def said(name: str) -> Any:
        value = body.get(name)
        return "" if value is None else value

    return Line(
        seq=entry.seq,
        at=datetime.fromtimestamp(entry.at / 1000, UTC).astimezone(zone).isoformat(timespec="milliseconds"),
        actor="attendee" if entry.actor.startswith("device:") else entry.actor,
        step=entry.kind,
        question=said("question"),
        queue=said("queue"),
        after=said("after"),
        into=said("into"),
        undone=said("step"),
        reason=said("reason"),
        note=said("note"),
        setting=_setting(entry.kind, body),
        hash=entry.hash,
    )


def _setting(kind: str, body: dict[str, Any]) -> str:
    match kind:
        case "IntakeChanged":
            return ": ".join(part for part in (body["intake"], body["notice_de"] or body["notice_en"]) if part)
        case "PremoderationSet":
            return "before" if body["on"] else "after"
        case "WordsWatched":
            return ", ".join(body["words"])
        case _:
            return ""
