"""The statements on the journal, the same for every database; each runs inside a transaction of the caller."""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Connection, bindparam, insert, literal_column, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from podium.ports import Entry, StaleSeq
from podium.store.entries import place_in_chain
from podium.store.tables import JournalRow

room_column = col(JournalRow.room)
seq_column = col(JournalRow.seq)
field_names = [field.name for field in fields(Entry)]

LAST = (
    select(seq_column, col(JournalRow.hash))
    .where(room_column == bindparam("room"))
    .order_by(seq_column.desc())
    .limit(literal_column("1"))
)
INSERT = insert(JournalRow)
READ = (
    select(*(col(getattr(JournalRow, name)) for name in field_names))
    .where(room_column == bindparam("room"), seq_column > bindparam("since"))
    .order_by(seq_column)
    .limit(bindparam("limit"))
)
BLANK = (
    update(JournalRow)
    .where(
        room_column == bindparam("in_room"), seq_column == bindparam("line"), col(JournalRow.hash) == bindparam("bound")
    )
    .values({name: bindparam(name) for name in ("actor", "command", "body", "seal")})
)
# The number is a literal, or SQLite passes over the partial index.
ROOMS = select(room_column).where(seq_column == literal_column("1"))


def append(connection: Connection, room: str, expected_seq: int, entries: Sequence[Entry]) -> None:
    """Insert the entries after expected_seq; raises StaleSeq when the journal does not end there.

    A database that lets two writers in at once lets the primary key decide between them.
    """
    last = connection.execute(LAST, {"room": room}).first()
    seq, previous = last or (0, "")
    if seq != expected_seq:
        raise StaleSeq(room, expected_seq)
    if not entries:
        return
    sealed = place_in_chain(room, previous, entries)
    rows = [{"room": room} | {name: getattr(entry, name) for name in field_names} for entry in sealed]
    try:
        connection.execute(INSERT, rows)
    except IntegrityError as error:
        raise StaleSeq(room, expected_seq) from error


def rewrite(
    connection: Connection, room: str, expected_seq: int, entries: Sequence[Entry], blanked: Sequence[Entry]
) -> None:
    """Append, and put blanked lines in place of theirs; ValueError for a line that has no place."""
    append(connection, room, expected_seq, entries)
    for line in blanked:
        values = {name: getattr(line, name) for name in ("actor", "command", "body", "seal")}
        done = connection.execute(BLANK, values | {"in_room": room, "line": line.seq, "bound": line.hash})
        if done.rowcount != 1:
            raise ValueError(f"line {line.seq} of {room!r} is another one")


def read(connection: Connection, room: str, since: int, limit: int) -> Sequence[Entry]:
    """The entries of the room after since, in order, at most limit."""
    rows = connection.execute(READ, {"room": room, "since": since, "limit": limit})
    return tuple(Entry(**row) for row in rows.mappings())


def rooms(connection: Connection) -> Sequence[str]:
    """The names of all rooms; sorted here, because every database has its own order of letters."""
    return sorted(connection.scalars(ROOMS))
