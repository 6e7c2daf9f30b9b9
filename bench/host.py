"""How long a host's step takes to every prompter of a full room: `python bench/host.py [--attendees 2000]`.

Starts a server on a folder of its own, connects the attendees from a second process and the prompters from this one, then
lets a host air questions, set clocks and send cues, one step after the other. Measured from the host's frame to its event
on each prompter's socket, in milliseconds; durable on the way. Prints JSON, by kind of step and for all; the reference of
the same run is the bare round trip of a ping on one connection with nobody else there.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import websockets

sys.path.insert(0, str(Path(__file__).parent))

from questions import attended, joined, pings, serving, until

QUESTIONS = 40
CUES = 25
PAUSE = 0.2
"""Seconds between two steps."""
LIMIT = 10.0


class Stage:
    """A host and the prompters of a room. times: by kind of step, seconds to each prompter."""

    def __init__(self, host: websockets.ClientConnection, prompters: Sequence[websockets.ClientConnection]) -> None:
        self._host = host
        self._prompters = prompters
        self._steps = 0
        self.times: dict[str, list[float]] = {}

    async def step(self, key: str | None, command: str, **body: object) -> None:
        """One command; key: of the entity that every prompter then gets, None to wait for the ack alone."""
        self._steps += 1
        identifier = f"h{self._steps}"
        frame = json.dumps({"type": "do", "id": identifier, "command": command, "body": body})
        arrivals = [] if key is None else [self._arrival(prompter, key) for prompter in self._prompters]
        waiting = asyncio.gather(*arrivals, self._acknowledged(identifier))
        await asyncio.sleep(0)
        began = time.perf_counter()
        await self._host.send(frame)
        *at, _ = await asyncio.wait_for(waiting, LIMIT)
        if key is not None:
            self.times.setdefault(command, []).extend(arrived - began for arrived in at)

    async def _arrival(self, prompter: websockets.ClientConnection, key: str) -> float:
        while True:
            frame: dict[str, Any] = await until(prompter, "event")
            if any(name.startswith(key) for name in frame.get("put", {})):
                return time.perf_counter()

    async def _acknowledged(self, identifier: str) -> float:
        while True:
            frame: dict[str, Any] = json.loads(await self._host.recv())
            if frame["type"] == "refused":
                raise SystemExit(f"refused: {frame}")
            if frame["type"] == "ack" and frame["id"] == identifier:
                return 0.0


async def ask(port: int, count: int) -> None:
    """Questions of the audience, a few from each device."""
    for first in range(0, count, 4):
        async with joined(port) as asker:
            await asker.send(json.dumps({"type": "enrol"}))
            await until(asker, "device")
            for number in range(first, first + 4):
                body = {"text": f"Question {number}", "language": "en"}
                await asker.send(json.dumps({"type": "do", "id": str(number), "command": "ask", "body": body}))
                await until(asker, "ack")


async def steps(port: int, host: str, tokens: Sequence[str], prompters: int) -> dict[str, list[float]]:
    """Connect the stage, then step."""
    async with AsyncExitStack() as stack:
        screens = [
            await stack.enter_async_context(joined(port, token=tokens[number % len(tokens)]))
            for number in range(prompters)
        ]
        stage = Stage(await stack.enter_async_context(joined(port, token=host)), screens)
        for number in range(1, QUESTIONS + 1):
            await stage.step(None, "enqueue", question=number, queue="panel")
            await asyncio.sleep(0.1)  # within the pace that the server allows
        for number in range(1, QUESTIONS + 1):
            await stage.step("prompt", "air", question=number, instead=number - 1 or None)
            await asyncio.sleep(PAUSE)
            await stage.step("clock/", "startclock", clock="session", duration=number * 60_000)
            await asyncio.sleep(PAUSE)
            if number <= CUES:
                await stage.step("cue/", "sendcue", text=f"Cue {number}")
                await asyncio.sleep(PAUSE)
        return stage.times


def figures(times: Sequence[float]) -> dict[str, float]:
    """Percentiles in milliseconds."""
    ordered = statistics.quantiles(times, n=100, method="inclusive")
    named = {"p50": ordered[49], "p95": ordered[94], "p99": ordered[98], "max": max(times)}
    return {"n": len(times)} | {name: round(value * 1e3, 2) for name, value in named.items()}


def measure(attendees: int, prompters: int) -> None:
    """Start, measure, print, stop."""
    with serving() as server:
        host, tokens = server.token("host"), [server.token("speaker", "--panellist", "panel")]
        reference = asyncio.run(pings(server.port, 50))
        asyncio.run(ask(server.port, QUESTIONS))
        with attended(server.port, attendees):
            times = asyncio.run(steps(server.port, host, tokens, prompters))
    told = {"attendees": attendees, "prompters": prompters, "ping_alone": figures(reference)}
    told |= {name: figures(some) for name, some in times.items()}
    told["all"] = figures([one for some in times.values() for one in some])
    print(json.dumps(told, indent=2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendees", type=int, default=2000, help="connections that attend meanwhile (default: 2000)")
    parser.add_argument("--prompters", type=int, default=20, help="screens of the stage (default: 20)")
    arguments = parser.parse_args()
    measure(arguments.attendees, arguments.prompters)


if __name__ == "__main__":
    main()
