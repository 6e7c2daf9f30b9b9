"""What every store refuses before it writes, and what it adds."""

import os
from collections.abc import Sequence

from podium import chain
from podium.ports import Entry


def refuse_malformed(room: str, expected_seq: int, entries: Sequence[Entry]) -> None:
    """Raise ValueError unless the numbers follow expected_seq and every text can be stored everywhere.

    A text that is no UTF-8 (a lone surrogate) no database takes; U+0000 PostgreSQL does not take.
    """
    if expected_seq < 0:
        raise ValueError(f"a journal ends at 0 or later, not at {expected_seq}")
    for number, entry in enumerate(entries, expected_seq + 1):
        if entry.seq != number:
            raise ValueError(f"entry {entry.seq} of {room!r} stands where {number} follows")
        for text in (room, entry.actor, entry.command, entry.kind, entry.body):
            if "\0" in text:
                raise ValueError(f"entry {number} of {room!r} contains U+0000")
            text.encode()


def place_in_chain(room: str, previous: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries sealed; previous: the hash of the line before them, "" when they are the room's first."""
    salts = os.urandom(chain.SALT_BYTES * len(entries))
    places = range(0, len(salts), chain.SALT_BYTES)
    return chain.chained(
        previous or chain.start(room), entries, (salts[place : place + chain.SALT_BYTES] for place in places)
    )
