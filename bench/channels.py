"""Podium against a plain Django Channels + Redis broadcast of the same messages, in one run.

    python bench/channels.py [--attendees 1000] [--seconds 30] [--votes 50] [--questions 5]

First Podium: a server of its own (every question on disk before it is acknowledged), so many who attend, questions and votes
at the given rates, moderators who decide; one more attendee writes down every frame and when it came. Then Channels, on
uvicorn, with each of its two Redis layers: as many connections, and one sender that sends the same frames at the same times to
the group of all. The clients of both are those of `podium bench audience`. Prints CPU of the server process per frame
delivered, memory per connection, joins, lateness of the frames, lost frames. Channels, its layers and uvicorn are installed
from bench/reference/channels.txt into a virtual environment that ends with the run; they are no part of Podium.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from podium import descriptors
from podium.bench import audience, machine, measurement, report
from podium.bench.ledger import Spread
from podium.bench.serving import own_server
from podium.bench.sockets import Socket, Sockets, Told
from tests.e2e.server import free_port
from tests.servers import Redis

HERE = Path(__file__).resolve().parent
LAYERS = ("channels_redis.core.RedisChannelLayer", "channels_redis.pubsub.RedisPubSubChannelLayer")
JOINS = 200.0
PATIENCE = 30.0
PAUSE = 0.05
Recorded = list[tuple[float, str]]
"""Seconds since the first, and the frame."""


class Connection:
    """A client of the broadcast. arrivals: by number of the message, when it came."""

    def __init__(self, sockets: Sockets) -> None:
        self.began = time.perf_counter()
        self.joined = 0.0
        self.arrivals: dict[int, float] = {}
        self.socket: Socket = sockets.open(self)

    def opened(self) -> None:
        self.joined = time.perf_counter()

    def received(self, told: Told, at: float) -> None:
        self.arrivals[told["number"]] = at

    def closed(self, reason: str) -> None:
        raise SystemExit(f"Channels closed a connection: {reason}")


class Recorder:
    """One more attendee, who writes down what it is told."""

    def __init__(self, sockets: Sockets, room: str) -> None:
        self._room = room
        self.frames: Recorded = []
        self._socket = sockets.open(self)

    def opened(self) -> None:
        self._socket.send(json.dumps({"type": "hello", "room": self._room}).encode())

    def received(self, told: Told, at: float) -> None:
        if told["type"] in ("event", "tick"):
            self.frames.append((at, json.dumps(told, separators=(",", ":"), ensure_ascii=False)))

    def closed(self, reason: str) -> None:
        pass


async def podium(wanted: measurement.Wanted) -> Recorded:
    """Measure Podium and say so; what everybody was told while they acted."""
    began = 0.0

    def say(line: str) -> None:
        nonlocal began
        if "they ask and vote" in line:
            began = time.perf_counter()

    async with own_server() as place:
        sockets = Sockets(place.host, place.port)
        recorder = Recorder(sockets, place.room)
        await until(lambda: bool(recorder.frames))
        figures = await measurement.measured(replace(wanted, live_room=True), place, say)
        sockets.close()
    for line in report.told(figures):
        print(f"  {line}")
    assert not figures.lost + figures.doubled
    return [(at - began, frame) for at, frame in recorder.frames if 0 <= at - began <= wanted.seconds]


@contextmanager
def channels(environment: Path, layer: str, redis: str) -> Iterator[tuple[int, int]]:
    """Channels on uvicorn: its port and process."""
    port = free_port(1)
    words = [
        "-m",
        "uvicorn",
        "--app-dir",
        HERE / "reference",
        "channels_app:application",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    variables = {"CHANNELS_LAYER": layer, "CHANNELS_REDIS": redis, "PATH": os.environ["PATH"]}
    quiet = [
        "--log-level",
        "error",
        "--ws-per-message-deflate",
        "false",
        "--ws",
        "websockets-sansio",
        "--lifespan",
        "off",
    ]
    process = subprocess.Popen([environment / "bin" / "python", *words, *quiet], env=variables)
    try:
        deadline = time.monotonic() + PATIENCE
        while machine.listener(port) is None:
            assert time.monotonic() < deadline, "Channels does not start"
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


async def broadcast(port: int, process: int, attendees: int, frames: Recorded) -> None:
    """Replay the frames to so many, and say what it took."""
    descriptors.allow_all()
    sockets = Sockets("127.0.0.1", port)
    idle = used(process)
    began, people = time.perf_counter(), []
    for number in range(attendees):
        await asyncio.sleep(max(0.0, began + number / JOINS - time.perf_counter()))
        people.append(Connection(sockets))
    await until(lambda: all(one.joined for one in people))
    joining = time.perf_counter() - began
    sender = Connection(sockets)
    await until(lambda: sender.joined > 0)
    full, sent, start = used(process), {}, time.perf_counter()
    for number, (at, frame) in enumerate(frames):
        await asyncio.sleep(max(0.0, start + at - time.perf_counter()))
        sent[number] = time.perf_counter()
        sender.socket.send(json.dumps({"number": number, "frame": frame}).encode())
    with suppress(TimeoutError):
        await until(lambda: all(len(one.arrivals) == len(frames) for one in people))
    taken, busy = time.perf_counter() - start, used(process)
    late, joined = Spread(), Spread()
    for one in people:
        joined.add(one.joined - one.began)
        for number, at in one.arrivals.items():
            late.add(at - sent[number])
    due = len(frames) * attendees
    print(
        f"  {attendees} connected in {joining:.1f} s; a join took p50 {joined.quantile(0.5):.1f}, p99 {joined.quantile(0.99):.1f} ms"
    )
    print(f"  {late.size} of {due} frames delivered, {due - late.size} lost, in {taken:.0f} s")
    print(
        "  frame sent to frame received, ms: "
        + ", ".join(
            f"{n} {late.quantile(q):.1f}" for n, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("largest", 1.0))
        )
    )
    print(
        f"  CPU of the server: {(busy.cpu - full.cpu) / taken:.0%} of a core, {1e6 * (busy.cpu - full.cpu) / max(1, late.size):.1f} us for each frame; {1e3 * (full.cpu - idle.cpu) / attendees:.2f} ms for each join"
    )
    print(
        f"  memory: {(full.memory - idle.memory) / attendees / 1000:.1f} kB for each connection after joining, {(busy.memory - idle.memory) / attendees / 1000:.1f} kB after acting"
    )
    sockets.close()


async def until(fact: Callable[[], bool]) -> None:
    """Wait for a fact. Raises TimeoutError."""
    for _ in range(int(PATIENCE / PAUSE)):
        if fact():
            return
        await asyncio.sleep(PAUSE)
    raise TimeoutError


def used(process: int) -> machine.Usage:
    usage = machine.usage(process)
    assert usage is not None, "the server has ended"
    return usage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    audience.add_arguments(parser)
    wanted = audience.wanted(parser.parse_args())
    with tempfile.TemporaryDirectory(prefix="podium-channels-") as folder:
        environment = Path(folder)
        venv.create(environment, with_pip=True)
        install = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*install, "-r", HERE / "reference" / "channels.txt"], check=True)
        print("Podium", flush=True)
        frames = asyncio.run(podium(wanted))
        redis = Redis()
        try:
            for layer in LAYERS:
                print(f"Django Channels, {layer}, the same {len(frames)} frames to each", flush=True)
                with channels(environment, layer, redis.url) as (port, process):
                    asyncio.run(broadcast(port, process, wanted.attendees, frames))
        finally:
            redis.remove()


if __name__ == "__main__":
    main()
