"""The crowds' processes as the command sees them."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TypeVar

import msgspec

from podium.bench.crowd import Orders

LIMIT = 2**28
"""Bytes of the longest line: what tens of thousands of questions and votes need."""
_encode = msgspec.json.Encoder().encode
_Answer = TypeVar("_Answer")


class CrowdEnded(Exception):
    """A process of the load ended by itself."""


class Crowds:
    """All of them; each gets the same word at the same time."""

    def __init__(self, processes: Sequence[asyncio.subprocess.Process]) -> None:
        self._processes = processes

    async def order(self, word: str, kind: type[_Answer]) -> list[_Answer]:
        """What each answered. Raises CrowdEnded. Cancelled, it tells them to stop, and takes their answers first."""
        asking = asyncio.gather(*(self._ask(one, word, kind) for one in self._processes))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            for process in self._processes:
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGINT)
            await asking
            raise

    async def _ask(self, process: asyncio.subprocess.Process, word: str, kind: type[_Answer]) -> _Answer:
        assert process.stdin is not None, "it is a pipe"
        assert process.stdout is not None, "it is a pipe"
        process.stdin.write(word.encode() + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
        if not line:
            raise CrowdEnded("A process that makes the load has ended.")
        return msgspec.json.decode(line, type=kind, strict=False)


@asynccontextmanager
async def crowds(orders: Sequence[Orders]) -> AsyncIterator[Crowds]:
    """One process for each, ended at the end."""
    async with AsyncExitStack() as stack:
        processes = []
        for one in orders:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "podium.bench.crowd"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
                limit=LIMIT,
            )
            stack.push_async_callback(_ended, process)
            assert process.stdin is not None, "it is a pipe"
            process.stdin.write(_encode(one) + b"\n")
            processes.append(process)
        yield Crowds(processes)


async def _ended(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
