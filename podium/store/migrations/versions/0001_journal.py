"""The journal of all rooms."""

from alembic import op
from sqlalchemy import BigInteger, Column, Text, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the journal, empty."""
    op.create_table(
        "journal",
        Column("room", Text, primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("at", BigInteger, nullable=False),
        Column("actor", Text, nullable=False),
        Column("command", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("body", Text, nullable=False),
    )
    first = text("seq = 1")
    op.create_index("journal_rooms", "journal", ["seq", "room"], sqlite_where=first, postgresql_where=first)
