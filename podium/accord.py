"""Whether all servers of an event have the same secret: otherwise each refuses the links that the others signed."""

import asyncio
import os
from collections.abc import Callable
from typing import NoReturn

from podium.ports import Bus

TOPIC = "accord"
TELL_SECONDS = 5.0
FORGET_SECONDS = 20.0
"""After which a server that says nothing more does not count."""
NODE_BYTES = 8
MOST = 256


class Accord:
    """Tells a fingerprint of the secret, which says nothing about it, and hears those of others. now: seconds."""

    def __init__(self, bus: Bus, fingerprint: bytes, now: Callable[[], float], node: bytes = b"") -> None:
        self._bus = bus
        self._fingerprint = fingerprint
        self._now = now
        self._node = node or os.urandom(NODE_BYTES)
        self._differing: dict[bytes, float] = {}

    @property
    def agrees(self) -> bool:
        """Whether no server was heard lately that has another secret."""
        return not any(self._now() - heard < FORGET_SECONDS for heard in self._differing.values())

    async def run(self) -> NoReturn:
        """Tell and hear for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear())
            while True:
                await self._bus.publish(TOPIC, self._node + self._fingerprint)
                await asyncio.sleep(TELL_SECONDS)

    async def _hear(self) -> None:
        async with self._bus.subscribe(TOPIC) as messages:
            async for message in messages:
                self.heard(message)

    def heard(self, message: bytes) -> None:
        """What some server has told."""
        node, fingerprint = message[:NODE_BYTES], message[NODE_BYTES:]
        self._differing.pop(node, None)
        if len(fingerprint) == len(self._fingerprint) and fingerprint != self._fingerprint:
            if len(self._differing) >= MOST:
                del self._differing[next(iter(self._differing))]
            self._differing[node] = self._now()
