"""A room at one moment, as it is exported; what may be in it is what `podium.views` tells the audience."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, tzinfo

from moderation.count import Count, count
from moderation.queue import PANEL
from moderation.room import Room
from podium import views, wire


@dataclass(frozen=True, slots=True)
class Passage:
    """A state the question reached, and when (ISO 8601)."""

    state: str
    at: str


@dataclass(frozen=True, slots=True)
class Row:
    """One question. addressee, queue: the panellist's name, "panel", or "". asked_at, since: ISO 8601 with zone.

    since: when the present state was reached. origin: online, early or hall. answer: in writing, else "". reason, note: why it was declined, else "".
    into: the question it is merged into. owner, due: who answers it later and until when, else "".
    """

    number: int
    state: str
    text: str
    name: str
    affiliation: str
    addressee: str
    queue: str
    language: str
    votes: int
    asked_at: str
    since: str
    origin: str
    answer: str = ""
    reason: str = ""
    note: str = ""
    into: int | None = None
    owner: str = ""
    due: str = ""
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody on the panel; role: the line below the name."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Record:
    """What one export holds.

    seq: the number of the journal it was taken at. public: whether it holds only what everybody may read; then no
    row has more than its answer beside what everybody reads. exported_at: ISO 8601 with zone. count: of all questions, in a public record
    too. rows: by number.
    """

    room: str
    title: str
    programme: str
    language: str
    seq: int
    exported_at: str
    public: bool
    panellists: tuple[Speaker, ...]
    count: Count
    rows: tuple[Row, ...]


def record(identifier: str, room: Room, *, public: bool, now: int, zone: tzinfo | None) -> Record:
    """The room with this identifier at this moment; now in milliseconds since the Unix epoch, UTC.

    Times are written in zone, or in the zone of this machine.
    """
    audience = views.PUBLIC if public else views.STAFF
    names = {panellist.id: panellist.name for panellist in room.panellists} | {PANEL: PANEL}
    votes = views.votes(room) if public else {str(number): room.support(number) for number in room.questions}
    entities = views.snapshot(identifier, room, audience)
    rows = [
        _row(entity, names, votes, zone)
        for entity in entities.values()
        if isinstance(entity, wire.QuestionView | wire.StaffQuestionView)
    ]
    return Record(
        room=identifier,
        title=room.title,
        programme=room.programme,
        language=room.language,
        seq=room.seq,
        exported_at=_iso(now, zone),
        public=public,
        panellists=tuple(Speaker(panellist.name, panellist.role) for panellist in room.panellists),
        count=count(room),
        rows=tuple(sorted(rows, key=lambda row: row.number)),
    )


def to_json(taken: Record) -> str:
    """The record as one JSON object, its rows as ``questions``; ends with a line feed."""
    fields = asdict(taken)
    rows = fields.pop("rows")
    unknown_to_public = ("reason", "note", "into", "owner", "due", "passages") if taken.public else ()
    questions = [{name: row[name] for name in row if name not in unknown_to_public} for row in rows]
    return json.dumps(fields | {"questions": questions}, ensure_ascii=False, indent=2) + "\n"


def _row(
    question: wire.QuestionView | wire.StaffQuestionView,
    names: Mapping[str, str],
    votes: Mapping[str, int],
    zone: tzinfo | None,
) -> Row:
    row = Row(
        number=question.number,
        state=question.state,
        text=question.text,
        name=question.name or "",
        affiliation=question.affiliation or "",
        addressee=_name(question.addressee, names),
        queue=_name(question.queue, names),
        language=question.language,
        votes=votes.get(str(question.number), 0),
        asked_at=_iso(question.asked_at, zone),
        since=_iso(question.since, zone),
        origin=question.origin,
        answer=question.answer or "",
    )
    if isinstance(question, wire.QuestionView):
        return row
    passages = tuple(Passage(passage.state, _iso(passage.at, zone)) for passage in question.passages)
    return replace(
        row,
        reason=question.reason or "",
        note=question.note or "",
        into=question.into,
        owner=question.owner or "",
        due=question.due or "",
        passages=passages,
    )


def _name(identifier: str | None, names: Mapping[str, str]) -> str:
    return "" if identifier is None else names.get(identifier, identifier)


def _iso(milliseconds: int, zone: tzinfo | None) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(zone).isoformat(timespec="milliseconds")
