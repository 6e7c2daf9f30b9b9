"""Processes that append to a SQLite file: a program for the tests, because a process that shall be killed is its own.

    python appender.py DATABASE ROOM

imports once; then each line on its standard input, a number of appends (0: without end), forks a child that opens the
store and appends. Written to standard output, a line each: "begun PID", "acknowledged SEQ COMMAND" as soon as an
append has returned, "ended STATUS".
"""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

from podium.ports import Entry, StaleSeq
from podium.store.sqlite import open_sqlite


def say(*words: object) -> None:
    os.write(sys.stdout.fileno(), (" ".join(map(str, words)) + "\n").encode())


async def append(database: Path, room: str, appends: int) -> None:
    """Append to room, reading on whenever another process was first."""
    store = await open_sqlite(database)
    journal = await store.read(room, 0, limit=1_000_000)
    seq = journal[-1].seq if journal else 0
    for number in range(appends) if appends else count():
        command = f"{os.getpid()}-{number}"
        while True:
            try:
                await store.append(room, seq, [Entry(seq + 1, 0, "system", command, "asked", "{}")])
                break
            except StaleSeq:
                seq = (await store.read(room, seq, limit=1_000_000))[-1].seq
        seq += 1
        say("acknowledged", seq, command)
    await store.close()


def main() -> None:
    database, room = Path(sys.argv[1]), sys.argv[2]
    for line in sys.stdin:
        if child := os.fork():
            say("begun", child)
            say("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        else:
            asyncio.run(append(database, room, int(line)))
            os._exit(0)


if __name__ == "__main__":
    main()
