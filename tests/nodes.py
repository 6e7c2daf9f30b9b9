"""Several servers on one PostgreSQL and one Redis, each in processes of its own."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import websockets

from moderation.policy import Role
from podium.clock import SystemClock
from podium.ids import RandomIds
from podium.links import new_link
from podium.tokens import Tokens, secret_in
from tests.e2e.server import NO_MODEL, ROOM, Server
from tests.edge.site import Visitor
from tests.servers import Postgres, Redis
from tests.wire import Wire

POSTGRES, REDIS = ".s.PGSQL.5432", "socket"
"""Their sockets."""


class Nodes:
    """The servers and what they stand on. wire: by which the last of them reaches PostgreSQL and Redis."""

    def __init__(self, folder: Path, postgres: Postgres, redis: Redis, names: str = "abc") -> None:
        self.postgres = postgres
        self.redis = redis
        self.tokens = Tokens(secret_in(folder), SystemClock())
        self.servers = []
        self.wire = Wire({POSTGRES: postgres.folder / POSTGRES, REDIS: redis.folder / REDIS})
        for name in names:
            own = folder / name
            own.mkdir()
            (own / "secret").write_bytes((folder / "secret").read_bytes())
            (own / "secret").chmod(0o600)
            database, bus = postgres.url, redis.url
            if name == names[-1]:
                database, bus = (
                    f"postgresql://podium@/podium?host={self.wire.folder}",
                    f"unix://{self.wire.folder}/{REDIS}",
                )
            server = Server(own, "serve", "--database", database, "--redis", bus, changes=NO_MODEL)
            server.more += ("--node-url", server.base)
            self.servers.append(server)

    def start(self) -> None:
        with ThreadPoolExecutor() as threads:
            list(threads.map(Server.start, self.servers))

    def stop(self) -> None:
        with ThreadPoolExecutor() as threads:
            list(threads.map(Server.stop, self.servers))
        self.wire.remove()

    def token(self, role: Role, panellist: str | None = None) -> str:
        return self.tokens.sign_link(new_link(ROOM, role, panellist, 1, SystemClock(), RandomIds()))

    def studio(self) -> str:
        """Of a studio, for any feed of the room."""
        return self.token(Role.STUDIO)

    @asynccontextmanager
    async def at(self, number: int, **hello: Any) -> AsyncIterator[Visitor]:
        """A page at one of the servers."""
        server = self.servers[number]
        address = f"ws://127.0.0.1:{server.port}/ws"
        async with websockets.connect(address, subprotocols=["podium.v1"], origin=server.base, proxy=None) as socket:
            visitor = Visitor(socket)
            await visitor.say({"type": "hello", "room": ROOM, **hello})
            yield visitor

    def moderator(self, number: int) -> AbstractAsyncContextManager[Visitor]:
        return self.at(number, token=self.token(Role.MODERATOR))

    def commands(self) -> list[str]:
        """The ids of all commands in the journal, in order."""
        return [command for _, command in self.journal()]

    def journal(self) -> list[tuple[int, str]]:
        """The room's journal: numbers and the ids of commands, in order."""
        statement = f"SELECT seq, command FROM journal WHERE room = '{ROOM}' ORDER BY seq"  # noqa: S608 - our own name
        return [(int(str(seq)), str(command)) for seq, command in self.postgres.administer(statement)]
