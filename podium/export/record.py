"""A room at one number of its journal, as it is exported; what may be in it is what `podium.views` tells the audience.

Nothing but the journal up to that number goes into a record, not even the time of the export: taken again years later it
is the same byte for byte, but for what was redacted or purged meanwhile.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import tzinfo

from moderation.count import Count, count
from moderation.queue import PANEL
from moderation.redaction import GONE
from moderation.room import Room
from podium import views, wire
from podium.export.step import Step, moment, step
from podium.ports import Entry


@dataclass(frozen=True, slots=True)
class Passage:
    """A state the question reached, and when (ISO 8601)."""

    state: str
    at: str


@dataclass(frozen=True, slots=True)
class Row:
    """One question. addressee, queue: the panellist's name, "panel", or "". asked_at, since: ISO 8601 with zone.

    since: when the present state was reached. aired_at: when it last came on stage, else ""; of a question answered live,
    aired_at and since are the start and the end of the answer, on the clock of the streams. origin: online, early or hall. answer: in writing, else "". original: the asker's words, once a
    moderator has edited them, else "". reason, note: why it was declined, else "".
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
    aired_at: str
    origin: str
    answer: str = ""
    original: str = ""
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

    seq: the number of the journal it was taken at. head: the hash of that line in the chain. as_of: when that line was
    written, ISO 8601 with zone. public: whether it holds only what everybody may read; then no row has more than its
    answer beside what everybody reads, and there are no steps. count: of all questions, in a public record too.
    rows: by number. steps: how it came to this, from the first line on.
    """

    room: str
    title: str
    programme: str
    language: str
    seq: int
    head: str
    as_of: str
    public: bool
    panellists: tuple[Speaker, ...]
    count: Count
    rows: tuple[Row, ...]
    steps: tuple[Step, ...]


def record(identifier: str, room: Room, lines: Sequence[Entry], *, public: bool, zone: tzinfo | None) -> Record:
    """The room with this identifier; lines: its journal, of which the first room.seq lines are taken, at least one.

    Times are written in zone, or in the zone of this machine.
    """
    last = lines[room.seq - 1]
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
        head=last.hash,
        as_of=moment(last.at, zone),
        public=public,
        panellists=tuple(Speaker(panellist.name, panellist.role) for panellist in room.panellists),
        count=count(room),
        rows=tuple(sorted(rows, key=lambda row: row.number)),
        steps=() if public else tuple(step(line, zone) for line in lines[: room.seq]),
    )


def to_json(taken: Record) -> str:
    """The record as one JSON object, its rows as ``questions`` and, in the full one, ``steps``; ends with a line feed."""
    fields = asdict(taken)
    rows, steps = fields.pop("rows"), fields.pop("steps")
    unknown_to_public = ("original", "reason", "note", "into", "owner", "due", "passages") if taken.public else ()
    questions = [{name: row[name] for name in row if name not in unknown_to_public} for row in rows]
    document = fields | {"questions": questions} | ({} if taken.public else {"steps": steps})
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _row(
    question: wire.QuestionView | wire.StaffQuestionView,
    names: Mapping[str, str],
    votes: Mapping[str, int],
    zone: tzinfo | None,
) -> Row:
    row = Row(
        number=question.number,
        state=question.state,
        text=question.text or GONE,  # blank where a redaction after this number has blanked the line that asked
        name=question.name or "",
        affiliation=question.affiliation or "",
        addressee=_name(question.addressee, names),
        queue=_name(question.queue, names),
        language=question.language,
        votes=votes.get(str(question.number), 0),
        asked_at=moment(question.asked_at, zone),
        since=moment(question.since, zone),
        aired_at="" if question.aired_at is None else moment(question.aired_at, zone),
        origin=question.origin,
        answer=question.answer or "",
    )
    if isinstance(question, wire.QuestionView):
        return row
    passages = tuple(Passage(passage.state, moment(passage.at, zone)) for passage in question.passages)
    return replace(
        row,
        original=question.original or "",
        reason=question.reason or "",
        note=question.note or "",
        into=question.into,
        owner=question.owner or "",
        due=question.due or "",
        passages=passages,
    )


def _name(identifier: str | None, names: Mapping[str, str]) -> str:
    return "" if identifier is None else names.get(identifier, identifier)
