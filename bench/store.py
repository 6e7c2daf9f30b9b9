"""How many journal entries a second the SQLite store makes durable, against bare sqlite3 in the same run.

    python bench/store.py [FOLDER]

FOLDER (default: a temporary one) decides which disk is measured. Store and reference alternate in short rounds,
so that a busy machine slows both alike; the figure is the median round.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from podium.ports import Entry, Store
from podium.store.sqlite import PRAGMAS, open_sqlite

ROUNDS = 15
APPENDS = 20
GROUPS = (1, 32)
ROOM = "digitales-podium"
BODY = (
    '{"question":"q-1","text":"' + "Wie viele Sensoren betreibt Ulm heute, und wer darf die Daten nutzen? " * 3 + '"}'
)

SEAL, HASH = "0" * 32, "0" * 64
"""As long as those of the store; the reference computes none."""


def group(expected_seq: int, size: int) -> list[Entry]:
    """The next entries of the room."""
    return [
        Entry(expected_seq + number, 1_635_426_000_000, "device:7f3a", "c-1", "asked", BODY)
        for number in range(1, size + 1)
    ]


async def store_round(store: Store, expected_seq: int, size: int) -> float:
    """Seconds for APPENDS appends of size entries through the store."""
    start = time.perf_counter()
    for first in range(expected_seq, expected_seq + APPENDS * size, size):
        await store.append(ROOM, first, group(first, size))
    return time.perf_counter() - start


def bare_round(connection: sqlite3.Connection, expected_seq: int, size: int) -> float:
    """Seconds for the same with nothing but sqlite3: one transaction an append, the last number checked."""
    start = time.perf_counter()
    for first in range(expected_seq, expected_seq + APPENDS * size, size):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("SELECT coalesce(max(seq), 0) FROM journal WHERE room = ?", (ROOM,)).fetchone()
        rows = [
            (ROOM, entry.seq, entry.at, entry.actor, entry.command, entry.kind, entry.body, SEAL, HASH)
            for entry in group(first, size)
        ]
        connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    return time.perf_counter() - start


async def measure(folder: Path) -> None:
    """Print one line a group size."""
    store = await open_sqlite(folder / "store.db")
    await (await open_sqlite(folder / "bare.db")).close()
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    seq = 0
    print("entries an append   store, appends/s   entries/s   bare sqlite3, appends/s   store : bare (time)")
    for size in GROUPS:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(await store_round(store, seq, size))
            theirs.append(bare_round(connection, seq, size))
            seq += APPENDS * size
        rate, reference = APPENDS / statistics.median(ours), APPENDS / statistics.median(theirs)
        print(f"{size:17} {rate:18.0f} {rate * size:11.0f} {reference:25.0f} {reference / rate:21.2f}")
    connection.close()
    await store.close()


def main() -> None:
    """Measure in the folder of the command line or in a temporary one."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
