"""Every line of a journal is bound to all lines before it; those written earlier are bound as they are found."""

from alembic import op
from sqlalchemy import Column, Text, text

from podium.ports import Entry
from podium.store.entries import place_in_chain

revision = "0002"
down_revision = "0001"
GROUP = 1_000
READ = text(
    "SELECT seq, at, actor, command, kind, body FROM journal "
    "WHERE room = :room AND seq > :since ORDER BY seq LIMIT :group"
)
WRITE = text("UPDATE journal SET seal = :seal, hash = :hash WHERE room = :room AND seq = :seq")


def upgrade() -> None:
    """Add the place in the chain to every line, from the first one on."""
    for name in ("seal", "hash"):
        op.add_column("journal", Column(name, Text, nullable=False, server_default=""))
    connection = op.get_bind()
    for room in connection.scalars(text("SELECT room FROM journal WHERE seq = 1")).all():
        since, previous = 0, ""
        while rows := connection.execute(READ, {"room": room, "since": since, "group": GROUP}).all():
            sealed = place_in_chain(room, previous, [Entry(*row) for row in rows])
            connection.execute(
                WRITE, [{"room": room, "seq": line.seq, "seal": line.seal, "hash": line.hash} for line in sealed]
            )
            since, previous = sealed[-1].seq, sealed[-1].hash
