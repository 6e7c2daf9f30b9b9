"""The statements on the journal, the same for every database; each runs inside a transaction of the caller."""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from podium.ports import Entry, StaleSeq
from podium.store.tables import JournalRow

room_column = col(JournalRow.room)
seq_column = col(JournalRow.seq)
field_names = [field.name for field in fields(Entry)]

LAST_SEQ = select(func.coalesce(func.max(seq_column), 0)).where(room_column == bindparam("room"))
INSERT = insert(JournalRow)
READ = (
    select(*(col(getattr(JournalRow, name)) for name in field_names))
    .where(room_column == bindparam("room"), seq_column > bindparam("since"))
    .order_by(seq_column)
    .limit(bindparam("limit"))
)
# The number is a literal, or SQLite passes over the partial index.
ROOMS = select(room_column).where(seq_column == literal_column("1"))


def append(connection: Connection, room: str, expected_seq: int, entries: Sequence[Entry]) -> None:
    """Insert the entries after expected_seq; raises StaleSeq when the journal does not end there.

    A database that lets two writers in at once lets the primary key decide between them.
    """
    if connection.scalar(LAST_SEQ, {"room": room}) != expected_seq:
        raise StaleSeq(room, expected_seq)
    if not entries:
        return
    rows = [{"room": room} | {name: getattr(entry, name) for name in field_names} for entry in entries]
    try:
        connection.execute(INSERT, rows)
    except IntegrityError as error:
        raise StaleSeq(room, expected_seq) from error


def read(connection: Connection, room: str, since: int, limit: int) -> Sequence[Entry]:
    """The entries of the room after since, in order, at most limit."""
    rows = connection.execute(READ, {"room": room, "since": since, "limit": limit})
    return tuple(Entry(**row) for row in rows.mappings())


def rooms(connection: Connection) -> Sequence[str]:
    """The names of all rooms; sorted here, because every database has its own order of letters."""
    return sorted(connection.scalars(ROOMS))
