"""The demo's picture: a publisher in a process of its own, through WHIP like any encoder, ended with the server."""

import asyncio
import ctypes
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from moderation.command import Describe

STOP_SECONDS = 1.0
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, <linux/prctl.h>


@asynccontextmanager
async def test_card(
    address: str, room: str, described: Describe, token: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Publish a test card with the room's panel to its first feed while the context is open."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "podium", "publish", "testcard", "--to", f"{address}/whip/{room}/{described.feeds[0]}"),
        *("--token", "-", "--title", described.title, "--language", described.language.partition("-")[0]),
        *(word for person in described.panellists for word in ("--panellist", f"{person.name}|{person.role}")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        # Ctrl-C in the terminal is the server's to hear; a server that is killed takes its picture along
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )
    assert process.stdin is not None
    process.stdin.write(f"{token}\n".encode())
    process.stdin.close()
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
