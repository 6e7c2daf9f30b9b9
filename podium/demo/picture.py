"""The demo's picture: a publisher in a process of its own, through WHIP like any encoder, ended with the server."""

import asyncio
import ctypes
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from moderation.command import Describe
from podium.ending import end

STOP_SECONDS = 1.0
#: A publisher that ends by itself starts again after that long (seconds), twice as long each time, up to the longest;
#: one that has lived for the longest begins anew.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, <linux/prctl.h>

_log = logging.getLogger(__name__)


class Standby:
    """The publisher, started again whenever it ends. `process` is the present one or the last."""

    process: asyncio.subprocess.Process | None = None

    def __init__(self, arguments: Sequence[str], token: str) -> None:
        self._arguments = arguments
        self._token = token

    async def keep(self) -> None:
        """Publish until cancelled."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            began = loop.time()
            status = await self._publish()
            if loop.time() - began >= LONGEST_PAUSE:
                pause = FIRST_PAUSE
            said = {"status": status, "pause_seconds": pause}
            _log.warning("the test card has ended, it starts again", extra=said)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _publish(self) -> int:
        """One life of the publisher; its status."""
        self.process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "podium", "publish", "testcard", *self._arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            # Ctrl-C in the terminal is the server's to hear; a server that is killed takes its picture along
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        assert process.stdin is not None
        process.stdin.write(f"{self._token}\n".encode())
        process.stdin.close()
        try:
            return await process.wait()
        finally:
            await end(process, STOP_SECONDS)


@asynccontextmanager
async def test_card(address: str, room: str, described: Describe, token: str) -> AsyncIterator[Standby]:
    """Publish a test card with the room's panel to its first feed while the context is open."""
    arguments = [
        *("--to", f"{address}/whip/{room}/{described.feeds[0]}"),
        *("--token", "-", "--title", described.title, "--language", described.language.partition("-")[0]),
        *(word for person in described.panellists for word in ("--panellist", f"{person.name}|{person.role}")),
    ]
    card = Standby(arguments, token)
    keeping = asyncio.create_task(card.keep())
    try:
        yield card
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
