"""A step of a room's journal as it is told to people: who did what and when, without what was asked."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from podium.ports import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """at: ISO 8601 with zone. actor: a moderator's link by its id, "attendee", or "system".

    step: the event's name. question, queue, after, into, reason, note: what was decided, "" where the step has none.
    undone: the number of the line that no longer holds. setting: what the room was set to. hash: of the line in the
    chain (`podium.chain`), so that the last one stands for the whole log.
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


def moment(milliseconds: int, zone: tzinfo | None) -> str:
    """ISO 8601 in zone, or in the zone of this machine; milliseconds since the Unix epoch, UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(zone).isoformat(timespec="milliseconds")


def step(entry: Entry, zone: tzinfo | None) -> Step:
    """The step that a line of the journal is."""
    body = json.loads(entry.body)

    def said(name: str) -> Any:
        value = body.get(name)
        return "" if value is None else value

    return Step(
        seq=entry.seq,
        at=moment(entry.at, zone),
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
