"""Processes killed at random moments, and a model that knows what was acknowledged."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from moderation.policy import Role
from tests.audience import Busy, Reader, attending
from tests.balancer import balancer
from tests.nodes import Nodes
from tests.relay.rig import until

WRITERS, READERS = 3, 2
LONGEST_PAUSE = 0.3
"""Seconds between a kill and the next, at most; each moment is as likely."""
PATIENCE = 60.0


class Faults:
    """People at several servers, through a balancer, while what they stand on is killed. killed: by kind."""

    def __init__(self, nodes: Nodes, writers: Sequence[Busy], readers: Sequence[Reader], port: int) -> None:
        self.killed: Counter[str] = Counter()
        self.writers = writers
        self._nodes = nodes
        self._readers = readers
        self._port = port

    async def kill(self, kinds: Sequence[str], chance: random.Random) -> None:
        """One after the other, at random moments. Web processes, PostgreSQL and Redis are started again at once."""
        for kind in kinds:
            await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))
            server = chance.choice(self._nodes.servers)
            match kind:
                case "web":
                    server.kill()
                    await asyncio.to_thread(server.start)
                case "worker":
                    worker = server.worker(0)
                    if worker is None:
                        continue  # the one before is being started
                    os.kill(worker, signal.SIGKILL)
                case "postgres":
                    await asyncio.to_thread(self._nodes.postgres.kill)
                case "redis":
                    await asyncio.to_thread(self._nodes.redis.kill)
                    await asyncio.to_thread(self._nodes.redis.start)
            self.killed[kind] += 1

    async def go_on(self) -> None:
        """Everybody who writes gets one more acknowledgement."""
        before = [len(writer.acked) for writer in self.writers]
        for writer, count in zip(self.writers, before, strict=True):
            await until(lambda writer=writer, count=count: len(writer.acked) > count, PATIENCE)  # type: ignore[misc]

    async def converge(self) -> None:
        """When nobody writes any more: the journal holds what was acknowledged, and every page shows what a fresh one does."""
        fresh, journal = Reader(self._port, ""), self._nodes.journal()
        while fresh.seq != journal[-1][0]:  # what a writer sent last may still be on its way
            async with attending(self._port, token=self._nodes.token(Role.MODERATOR)) as visitor:
                while fresh.seq < journal[-1][0]:
                    fresh.take(await visitor.frame())
            journal = self._nodes.journal()
        for writer in self.writers:
            writer.compare(journal)
        for reader in self._readers:
            await until(lambda reader=reader: reader.seq == journal[-1][0], PATIENCE)  # type: ignore[misc]
        for reader in self._readers:
            assert reader.entities == fresh.entities


@asynccontextmanager
async def people(nodes: Nodes, name: str, ways: Sequence[int] = ()) -> AsyncIterator[Faults]:
    """Writers and readers until the block ends, and then what they were told is compared. name: new for each block.

    ways: ports at which they come in, in turn; without them a balancer's before all servers.
    """
    async with AsyncExitStack() as stack:
        ways = ways or [await stack.enter_async_context(balancer([server.port for server in nodes.servers]))]
        port = ways[0]
        questions = []
        for number in range(WRITERS):
            async with attending(port) as visitor:
                await visitor.enrol()
                text = f"{name} {number}"
                ack = await visitor.do("ask", text, text=text, language="de")
                assert ack["type"] == "ack", ack
                questions.append(ack["question"])
        writers = [
            Busy(ways[number % len(ways)], nodes.token(Role.MODERATOR), question, f"{name}-{number}")
            for number, question in enumerate(questions)
        ]
        readers = [Reader(ways[number % len(ways)], nodes.token(Role.MODERATOR)) for number in range(READERS)]
        faults = Faults(nodes, writers, readers, port)
        async with asyncio.TaskGroup() as tasks:
            writing = [tasks.create_task(writer.decide()) for writer in writers]
            reading = [tasks.create_task(reader.read()) for reader in readers]
            try:
                yield faults
                await faults.go_on()
                for task in writing:
                    task.cancel()
                await asyncio.wait(writing)
                await faults.converge()
            finally:
                for task in (*writing, *reading):
                    task.cancel()
