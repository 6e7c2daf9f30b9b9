"""How a process that this one has started is ended."""

import asyncio
import os
import signal
from contextlib import suppress


async def end(process: asyncio.subprocess.Process, seconds: float, *, group: bool = False) -> None:
    """SIGTERM, and SIGKILL if it has not ended within so many seconds; group: that to all of the group that it leads."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL) if group else process.kill()
        await process.wait()
