"""The decision log: every step of a room's journal with its number, time, actor and reason, bound by its hash.

A log taken in mid-event is the beginning of every later one: its table byte for byte, its JSON line for line.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import tzinfo

from podium.export.step import Step, step
from podium.export.table import BYTE_ORDER_MARK, harmless
from podium.ports import Entry


@dataclass(frozen=True, slots=True)
class Log:
    """The steps of a room, from its first on."""

    room: str
    lines: tuple[Step, ...]


def log(room: str, entries: Iterable[Entry], *, zone: tzinfo | None) -> Log:
    """The log of a journal from its first line on; times in zone, or in the zone of this machine.

    What people asked is not in it, nor who they are: that is in the record, and can be forgotten there.
    """
    return Log(room, tuple(step(entry, zone) for entry in entries))


def log_to_csv(taken: Log) -> str:
    """A header and one line a step (RFC 4180), in the same dialect as the record's table."""
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    names = [field.name for field in fields(Step)]
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
