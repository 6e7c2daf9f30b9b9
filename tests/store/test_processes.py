"""Several processes on one SQLite file, and processes that are killed."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from podium.ports import Entry
from podium.store.sqlite import open_sqlite

APPENDER = Path(__file__).with_name("appender.py")
ROOT = Path(__file__).parents[2]
ROOM = "digitales-podium"
KILLS = 12
LONGEST_LIFE_SECONDS = 0.02


@asynccontextmanager
async def appender(database: Path) -> AsyncIterator[Process]:
    """The program, ready to fork; ended when the context is left."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, APPENDER, database, ROOM, stdin=PIPE, stdout=PIPE, env=environment
    )
    assert process.stdin
    async with asyncio.timeout(30):
        try:
            yield process
        finally:
            process.stdin.close()
        await process.wait()


async def hear(process: Process) -> list[str]:
    assert process.stdout
    return (await process.stdout.readline()).decode().split()


async def journal(database: Path) -> list[Entry]:
    store = await open_sqlite(database)
    entries = await store.read(ROOM, 0, limit=1_000_000)
    await store.close()
    return list(entries)


async def append_until_killed(process: Process, chance: random.Random) -> dict[int, str]:
    """Start a child, kill it at a random moment after its first acknowledgement; what it acknowledged."""
    assert process.stdin
    process.stdin.write(b"0\n")
    acknowledged: dict[int, str] = {}
    child, doomed = 0, False
    while words := await hear(process):
        match words:
            case ["begun", pid]:
                child = int(pid)
            case ["acknowledged", seq, command]:
                acknowledged[int(seq)] = command
            case ["ended", status]:
                assert int(status) == -signal.SIGKILL
                break
        if child and acknowledged and not doomed:
            life = chance.uniform(0, LONGEST_LIFE_SECONDS)
            asyncio.get_running_loop().call_later(life, os.kill, child, signal.SIGKILL)
            doomed = True
    return acknowledged


async def test_what_was_acknowledged_survives_kill_9_at_any_moment(tmp_path: Path) -> None:
    database = tmp_path / "podium.db"
    acknowledged: dict[int, str] = {}
    chance = random.Random()
    async with appender(database) as process:
        for _ in range(KILLS):
            acknowledged |= await append_until_killed(process, chance)
            entries = await journal(database)
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
            commands = [entry.command for entry in entries]
            assert len(set(commands)) == len(commands), "an entry is doubled"
            written = {entry.seq: entry.command for entry in entries}
            assert acknowledged.items() <= written.items(), "an acknowledged entry is lost"


async def test_processes_that_open_and_write_a_new_file_at_once_share_one_journal(tmp_path: Path) -> None:
    database = tmp_path / "podium.db"
    processes, appends = 2, 20

    async def run() -> list[tuple[int, str]]:
        async with appender(database) as process:
            assert process.stdin
            process.stdin.write(f"{appends}\n".encode())
            acknowledged = []
            while words := await hear(process):
                match words:
                    case ["acknowledged", seq, command]:
                        acknowledged.append((int(seq), command))
                    case ["ended", status]:
                        assert status == "0"
                        break
            return acknowledged

    outcomes = await asyncio.gather(*(run() for _ in range(processes)))
    acknowledged = sorted(line for outcome in outcomes for line in outcome)
    assert [(entry.seq, entry.command) for entry in await journal(database)] == acknowledged
    assert [seq for seq, _ in acknowledged] == list(range(1, processes * appends + 1))
