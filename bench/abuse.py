"""Slow and malicious clients against a real server, while honest people go on.

    python bench/abuse.py [--seconds 12] [--only deaf connects ...] [--questions 300]

Starts `podium serve` with a room that is full of questions; a moderator decides all the time, somebody new comes in and
asks twice a second, a camera films, one watches. Then each attack comes from a process of its own (bench/attacks.py),
from an address of its own. For each it prints, beside the same without any attack: resident memory and open descriptors
of all processes of the server (before, at most, afterwards), what became of the attackers, and how honest people fared.
Exits with 1 when one of them lost something or was turned away, or when memory was not bounded. Loopback only.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from podium.pace import BURST
from tests.audience import LOST, Busy, Screen, attending, film
from tests.e2e.server import ROOM, Server
from tests.relay.rig import until

ATTACKS = {
    "silent": (1000, "connect and say nothing"),
    "head": (1000, "send the head of a request byte by byte (slow-loris)"),
    "body": (1000, "send the body of an offer byte by byte"),
    "mute": (1000, "open a WebSocket and never say hello"),
    "deaf": (1000, "join the room, go on talking and never read"),
    "pages": (300, "ask for the largest file again and again and never read"),
    "large": (20, "send frames of 1 MB"),
    "unended": (300, "begin a frame of 524,000 bytes and never end it"),
    "pings": (20, "send 10,000 pings at a time without a pause"),
    "connects": (10_000, "connect so often each second"),
    "media": (1000, "connect to the media port over TCP and say nothing"),
}
BOUND, BOUND_IN_ALL = 256, 384
"""Megabytes that an attack, and all together, may take beyond what the server had before: twice and three times what may
wait for those who do not read. What Python once took it seldom gives back, but uses again."""
LOOK = 0.2
ASK_PAUSE = 0.5
PATIENCE = 30.0
KEEP_ALIVE = 64
"""Descriptors more than before that are no leak."""


@dataclass
class Newcomers:
    """People who come in, ask, and are seen by nobody who loses anything. times: from connecting to the ack, seconds."""

    port: int
    times: list[float] = field(default_factory=list)
    acked: list[str] = field(default_factory=list)
    turned_away: int = 0

    async def come(self) -> None:
        """One after the other, until cancelled."""
        while True:
            began, text = time.monotonic(), f"newcomer {len(self.acked)}"
            try:
                async with asyncio.timeout(PATIENCE), attending(self.port) as visitor:
                    await visitor.enrol()
                    answer = await visitor.do("ask", text, text=f"{text}?", language="en")
                    assert answer["type"] == "ack", answer
                self.acked.append(text)
                self.times.append(time.monotonic() - began)
            except (*LOST, TimeoutError):
                self.turned_away += 1
            await asyncio.sleep(ASK_PAUSE)


@dataclass
class Burden:
    """What the processes of a server hold, in MB and open files."""

    memory: float
    files: int

    @staticmethod
    def of(processes: Sequence[int]) -> "Burden":
        memory = files = 0
        for process in processes:
            try:
                memory += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
                files += sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
            except OSError:  # it has ended meanwhile
                continue
        return Burden(memory / 1e6, files)


class People:
    """The honest ones."""

    def __init__(self, busy: Busy, newcomers: Newcomers, screen: Screen) -> None:
        self.busy, self.newcomers, self.screen = busy, newcomers, screen

    def fresh(self) -> None:
        """Forget how long anything took so far."""
        self.busy.waits.clear()
        self.newcomers.times.clear()
        self.newcomers.turned_away = 0
        self.screen.longest = 0.0

    def told(self) -> str:
        return (
            f"command {_times(self.busy.waits)}, somebody new comes and asks {_times(self.newcomers.times)}, "
            f"picture {self.screen.longest * 1e3:.0f}"
        )


def _times(times: Sequence[float]) -> str:
    if len(times) < 2:
        return "none"
    p99 = statistics.quantiles(times, n=100, method="inclusive")[98]
    return f"{statistics.median(times) * 1e3:.0f}/{p99 * 1e3:.0f}/{max(times) * 1e3:.0f}"


@asynccontextmanager
async def people(server: Server, question: int) -> AsyncIterator[People]:
    """At work until the block ends."""
    feed = f"{server.base}/{{}}/{ROOM}/programme"
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        found = People(
            Busy(server.port, server.token("moderator"), question, "busy"),
            Newcomers(server.port),
            Screen(http, feed.format("whep")),
        )
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        doing = [
            tasks.create_task(film(http, feed.format("whip"), server.token("studio"))),
            tasks.create_task(found.screen.watch()),
            tasks.create_task(found.busy.decide()),
            tasks.create_task(found.newcomers.come()),
        ]
        try:
            await until(lambda: found.screen.pictures > 20, PATIENCE)
            yield found
        finally:
            for task in doing:
                task.cancel()


async def fill(server: Server, count: int) -> int:
    """So many long questions, public; the number of the last."""
    token, text = server.token("moderator"), "Wie geht es weiter? " * 28
    steps = [("transcribe", {"text": f"{number} {text}"[:600], "language": "de"}) for number in range(count)]
    steps += [("approve", {"question": number}) for number in range(1, count + 1)]  # type: ignore[misc]
    for start in range(0, len(steps), BURST - 2):
        async with attending(server.port, token=token) as moderator:
            for number, (command, body) in enumerate(steps[start : start + BURST - 2]):
                answer = await moderator.do(command, f"{start + number}", **body)
                assert answer["type"] == "ack", answer
    return count


async def attack(server: Server, kind: str, seconds: float, found: People) -> list[str]:
    """Attack and print a block; what is to be complained about."""
    processes = server.processes()
    found.fresh()
    before = Burden.of(processes)
    peak = Burden(0, 0)
    words = [sys.executable, Path(__file__).with_name("attacks.py"), kind, server.port, server.media_port, seconds]
    attacker = await asyncio.create_subprocess_exec(
        *map(str, words), str(ATTACKS[kind][0]), stdout=asyncio.subprocess.PIPE
    )
    listening = asyncio.create_task(attacker.communicate())
    try:
        while not listening.done():
            now = Burden.of(processes)
            peak = Burden(max(peak.memory, now.memory), max(peak.files, now.files))
            await asyncio.wait((listening,), timeout=LOOK)
    finally:
        if attacker.returncode is None:
            attacker.kill()
    said = json.loads(listening.result()[0])
    fared, turned_away = found.told(), found.newcomers.turned_away
    with suppress(TimeoutError):
        await until(lambda: Burden.of(processes).files <= before.files + KEEP_ALIVE, PATIENCE)
    after = Burden.of(processes)
    print(
        f"\n{kind}: {ATTACKS[kind][0]:,} {ATTACKS[kind][1]}\n"
        f"  tried {said['tried']:,}, answered {said['answers'] or 'nothing'}\n"
        f"  MB {before.memory:.0f} -> {peak.memory:.0f} -> {after.memory:.0f}, "
        f"descriptors {before.files} -> {peak.files} -> {after.files}\n  {fared}",
        flush=True,
    )
    faults = {
        f"memory grew by {peak.memory - before.memory:.0f} MB": peak.memory > before.memory + BOUND,
        f"{after.files - before.files} descriptors were never closed": after.files > before.files + KEEP_ALIVE,
        f"{turned_away} newcomers were turned away": turned_away,
        "a process of the server ended": server.processes() != processes,
    }
    return [f"{kind}: {fault}" for fault, happened in faults.items() if happened]


def journal(server: Server) -> list[tuple[int, str]]:
    """Numbers and the ids of commands, in order."""
    with sqlite3.connect(server.folder / "podium.sqlite") as connection:
        return list(connection.execute("SELECT seq, command FROM journal WHERE room = ? ORDER BY seq", (ROOM,)))


async def run(server: Server, kinds: Sequence[str], seconds: float, questions: int) -> list[str]:
    """All of them, one after the other; what is to be complained about."""
    complaints: list[str] = []
    question = await fill(server, questions)
    async with people(server, question) as found:
        found.fresh()
        await asyncio.sleep(seconds)
        print(f"milliseconds are p50/p99/longest; of the picture the longest gap\nnobody attacks\n  {found.told()}")
        before = Burden.of(server.processes())
        for kind in kinds:
            complaints += await attack(server, kind, seconds, found)
        if (grown := Burden.of(server.processes()).memory - before.memory) > BOUND_IN_ALL:
            complaints.append(f"all together memory grew by {grown:.0f} MB")
    written = journal(server)
    found.busy.compare(written)
    commands = [command for _, command in written]
    complaints += [f"“{text}” was lost or doubled" for text in found.newcomers.acked if commands.count(text) != 1]
    return complaints


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=12, help="for each attack (default: 12)")
    parser.add_argument("--only", nargs="+", choices=ATTACKS, default=list(ATTACKS))
    parser.add_argument("--questions", type=int, default=300, help="of 600 characters in the room (default: 300)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        try:
            complaints = asyncio.run(run(server, options.only, options.seconds, options.questions))
        finally:
            server.stop()
    print("\n" + ("\n".join(complaints) or "nothing lost, nobody turned away, memory bounded"))
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
