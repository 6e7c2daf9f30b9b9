"""What sentences mean, as numbers: asked of a process of its own (podium/model.py), so that no question waits for it.

In a thread of the server the model kept the event loop from running for up to half a second while it was loaded.
"""

import asyncio
import json
import logging
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import numpy as np

from podium.model import DIMENSIONS, Vectors

WAITING = 64
"""Calls that may wait for an answer; one more gets nothing."""
SILENT_SECONDS = 60.0
"""A process that has not answered for so long hangs, and is ended."""
AGAIN_SECONDS = 30.0
"""After the process has ended by itself nothing is compared for so long."""
COMMAND = (sys.executable, "-m", "podium.model")

_log = logging.getLogger(__name__)


class Unavailable(Exception):
    """There is no answer now: too many ask, or the model cannot be loaded."""


class Meaning(Protocol):
    """Whoever can compare sentences."""

    async def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text; near rows mean near things. Raises Unavailable."""


class Model:
    """One model for all rooms, started when it is first asked. run() until cancelled; vectors() while it runs."""

    def __init__(self, command: Sequence[str] = COMMAND, again_seconds: float = AGAIN_SECONDS) -> None:
        self._command = command
        self._again = again_seconds
        self._asked: asyncio.Queue[tuple[Sequence[str], asyncio.Future[Vectors]]] = asyncio.Queue(WAITING)
        self._away = False

    async def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text; near rows mean near things. Raises Unavailable."""
        answer: asyncio.Future[Vectors] = asyncio.get_running_loop().create_future()
        if self._away or self._asked.full():
            raise Unavailable
        self._asked.put_nowait((texts, answer))
        return await answer

    async def run(self) -> None:
        """Until cancelled, or until it is known that there is no model."""
        try:
            while await self._conversed():
                self._turn_away()
                await asyncio.sleep(self._again)
                self._away = False
        finally:
            self._turn_away()

    def _turn_away(self) -> None:
        self._away = True
        while not self._asked.empty():
            _, answer = self._asked.get_nowait()
            if not answer.done():
                answer.set_exception(Unavailable())

    async def _conversed(self) -> bool:
        """Answer until the process ends; whether another may do better."""
        texts, answer = await self._asked.get()
        ours, theirs = socket.socketpair()
        # before the process: nothing may come between its start and the block that ends it
        reader, writer = await asyncio.open_connection(sock=ours)
        process = None
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=theirs.fileno(), stdout=theirs.fileno(), start_new_session=True
                )
            async with asyncio.timeout(SILENT_SECONDS):
                reason = (await reader.readuntil()).strip()
            if reason:
                _log.warning(
                    "similar questions are not suggested: the model cannot be loaded", extra={"reason": reason.decode()}
                )
                return False
            while True:
                async with asyncio.timeout(SILENT_SECONDS):
                    writer.write(json.dumps(texts).encode() + b"\n")
                    await writer.drain()
                    rows = await reader.readexactly(len(texts) * DIMENSIONS * 4)
                if not answer.done():
                    answer.set_result(np.frombuffer(rows, "<f4").reshape(len(texts), DIMENSIONS))
                texts, answer = await self._asked.get()
        except (OSError, EOFError) as error:
            _log.warning(
                "similar questions are not suggested for a while: the model's process has ended",
                extra={"reason": type(error).__name__, "seconds": self._again},
            )
            return True
        finally:
            if not answer.done():
                answer.set_exception(Unavailable())
            writer.close()
            if process is not None:
                with suppress(ProcessLookupError):
                    process.kill()
                ended = asyncio.ensure_future(process.wait())
                try:
                    await asyncio.shield(ended)
                finally:
                    await ended  # whoever cancels meanwhile waits for it too
