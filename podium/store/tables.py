"""The tables as they are after the last migration."""

from typing import ClassVar

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel


class JournalRow(SQLModel, table=True):
    """One `podium.ports.Entry` of one room; the primary key makes every number unique within its room."""

    __tablename__: ClassVar[str] = "journal"
    # Holds one row a room, so that listing the rooms does not walk through all journals.
    __table_args__ = (
        Index("journal_rooms", "seq", "room", sqlite_where=text("seq = 1"), postgresql_where=text("seq = 1")),
    )

    room: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    actor: str = Field(sa_type=Text)
    command: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    seal: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)
