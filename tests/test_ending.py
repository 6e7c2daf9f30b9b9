"""Processes are asked to end, and then made to."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from podium.ending import end

ENDS = "print(flush=True); import signal; signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"


async def running(script: str) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-E", "-c", script, stdout=PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert await process.stdout.readline()
    return process


async def test_who_hears_is_asked_and_who_has_ended_is_left_alone() -> None:
    process = await running(ENDS)
    await end(process, 20.0)
    assert process.returncode == -signal.SIGTERM
    await end(process, 20.0)


@pytest.mark.parametrize("group", [False, True])
async def test_who_does_not_hear_is_killed(group: bool) -> None:
    process = await running(DEAF)
    await end(process, 0.0, group=group)
    assert process.returncode == -signal.SIGKILL
