"""A server for the measurement alone: a folder, a room and ports of its own, all gone afterwards."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from moderation.policy import Role
from moderation.queue import PANEL
from podium.clock import SystemClock
from podium.ending import end
from podium.ids import RandomIds
from podium.links import new_link
from podium.tokens import Tokens, secret_in

ROOM = "load-test"
PROGRAMME = """\
title = "Load test"

[rooms.load-test]
title = "Load test"
language = "en"
panellists = [{ id = "one", name = "One", role = "Panellist" }, { id = "two", name = "Two", role = "Panellist" }]
"""
HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0


class ServerFailed(Exception):
    """It did not start. The text is what it said."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to measure. tokens: of role links, by role. others: more nodes of the same room, over which attendees are spread."""

    host: str
    port: int
    room: str
    tokens: dict[Role, str]
    others: tuple[tuple[str, int], ...] = ()

    @property
    def nodes(self) -> tuple[tuple[str, int], ...]:
        """All of them; the staff is at the first."""
        return ((self.host, self.port), *self.others)


@asynccontextmanager
async def own_server() -> AsyncIterator[Place]:
    """`podium serve` with its defaults, on loopback. Raises ServerFailed."""
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as name:
        folder = Path(name)
        (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
        clock = SystemClock()
        tokens = Tokens(secret_in(folder), clock)
        words = ("--host", HOST, "--port", "0", "--media-port", "0", "--data", name, "--relay-workers", "1")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "podium", "serve", *words, "--log", "text"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdout is not None, "it is a pipe"
        reading = None
        try:
            async with asyncio.timeout(START_SECONDS):
                port = await _port(process.stdout)
            reading = asyncio.create_task(process.stdout.read())

            def token(role: Role) -> str:
                place = PANEL if role is Role.SPEAKER else None
                return tokens.sign_link(new_link(ROOM, role, place, 1, clock, RandomIds()))

            yield Place(HOST, port, ROOM, {role: token(role) for role in (Role.MODERATOR, Role.HOST, Role.SPEAKER)})
        finally:
            await end(process, STOP_SECONDS, group=True)
            if reading is not None:
                await reading


async def _port(output: asyncio.StreamReader) -> int:
    said = b""
    while line := await output.readline():
        said += line
        if b"Podium is open at " in line:
            return int(line.partition(b"127.0.0.1:")[2].partition(b",")[0])
    raise ServerFailed(said.decode(errors="replace"))
