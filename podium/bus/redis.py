"""The bus of an installation of several nodes, over the publish and subscribe of Redis."""

import asyncio
import logging
import os
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress
from typing import NoReturn

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from podium.bus.local import WAITING_LIMIT, LocalBus

NODE_BYTES = 8
CONNECT_SECONDS = 3.0
HEARTBEAT_SECONDS = 5.0
"""Between messages to itself, by which a node knows that the connection carries."""
SILENCE_SECONDS = 15.0
"""Without any message, its own included: the connection is broken, whatever TCP says."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between attempts to connect."""

_log = logging.getLogger(__name__)


def open_redis(
    url: str, heartbeat_seconds: float = HEARTBEAT_SECONDS, silence_seconds: float = SILENCE_SECONDS
) -> "RedisBus":
    """A bus on the server of an address like ``redis://redis.example:6379/0``; it need not be there yet.

    Installations that share a server need a database number each.
    """
    redis = Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        # The limits here are ours: in Python 3.11 those of redis-py may swallow a cancellation (asyncio.wait_for).
        socket_timeout=None,
        retry=Retry(NoBackoff(), 0),  # RedisBus connects again, with pauses of its own
    )
    return RedisBus(redis, heartbeat_seconds, silence_seconds)


class RedisAway(Exception):
    """The server does not answer, or refuses us. The text names no address."""


async def time_of(url: str) -> float:
    """The server's clock, in seconds since the Unix epoch. Raises RedisAway."""
    retry = Retry(NoBackoff(), 0)
    async with Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=None, retry=retry) as redis:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                seconds, microseconds = await redis.time()
        except (RedisError, OSError) as error:
            raise RedisAway(type(error).__name__) from error
    return float(seconds) + float(microseconds) / 1_000_000


class RedisBus:
    """Hands each message to the subscribers of this process at once, and to those of all other nodes through Redis.

    While Redis is away the messages of this process go on, those for others are dropped: the store heals.
    """

    def __init__(self, redis: Redis, heartbeat_seconds: float, silence_seconds: float) -> None:
        self._redis = redis
        # Redis keeps no channels apart by the number of the database.
        self._channel = f"podium/{redis.connection_pool.connection_kwargs.get('db') or 0}"
        self._heartbeat_seconds = heartbeat_seconds
        self._silence_seconds = silence_seconds
        self._node = os.urandom(NODE_BYTES)
        self._here = LocalBus()
        self._leaving: deque[bytes] = deque(maxlen=WAITING_LIMIT)
        self._wake = asyncio.Event()
        self._connected = False
        self._closed = False
        self._told = False
        self._pause = FIRST_PAUSE
        self._missed = 0
        self._task = asyncio.create_task(self._run(), name="redis")

    @property
    def dropped(self) -> int:
        """Messages that made way for newer ones, here or on their way to others."""
        return self._here.dropped + self._missed

    @property
    def connected(self) -> bool:
        """See `podium.ports.Bus.connected`."""
        return self._connected

    async def publish(self, topic: str, message: bytes) -> None:
        """See `podium.ports.Bus.publish`."""
        await self._here.publish(topic, message)
        if not self._connected:
            self._missed += 1
            return
        self._missed += len(self._leaving) == WAITING_LIMIT
        self._leaving.append(self._node + topic.encode() + b"\0" + message)
        self._wake.set()

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """See `podium.ports.Bus.subscribe`."""
        return self._here.subscribe(topic)

    async def close(self) -> None:
        """See `podium.ports.Bus.close`."""
        self._connected = False
        self._closed = True
        self._task.cancel()
        await asyncio.wait((self._task,))
        await self._here.close()
        with suppress(RedisError, OSError):
            await self._redis.aclose()

    async def _run(self) -> None:
        while True:
            reason: BaseException | None = None
            try:
                async with self._redis.pubsub() as incoming:
                    async with asyncio.timeout(CONNECT_SECONDS):
                        await incoming.subscribe(self._channel)
                        await incoming.get_message(timeout=None)
                    async with asyncio.TaskGroup() as tasks:
                        tasks.create_task(self._receive(incoming))
                        tasks.create_task(self._send())
            except* Exception as group:  # noqa: BLE001 - whatever redis-py makes of a server that is none
                reason = group.exceptions[0]
            if self._closed:  # a group that fails while it is cancelled raises the failure alone (CPython issue 116720)
                return
            self._connected = False
            self._missed += len(self._leaving)
            self._leaving.clear()
            if not self._told:
                _log.warning("Redis is away: other nodes are heard later", extra={"reason": type(reason).__name__})
                self._told = True
            await asyncio.sleep(self._pause * random.uniform(0.5, 1))  # noqa: S311 - keeps nodes from coming all at once
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _carries(self) -> None:
        """A message of this node has come back: it may say and hear something."""
        self._connected = True
        self._pause = FIRST_PAUSE
        if self._told:
            _log.warning("Redis is back: other nodes are heard at once again")
            self._told = False

    async def _receive(self, incoming: PubSub) -> NoReturn:
        while True:
            async with asyncio.timeout(self._silence_seconds):
                said = await incoming.get_message(ignore_subscribe_messages=True, timeout=None)
            letter: bytes = said["data"] if said else b""
            if letter[:NODE_BYTES] == self._node:
                self._carries()
                continue
            topic, end, message = letter[NODE_BYTES:].partition(b"\0")
            if end:
                with suppress(UnicodeDecodeError):
                    await self._here.publish(topic.decode(), message)

    async def _send(self) -> NoReturn:
        letters: tuple[bytes, ...] = (self._node,)
        while True:
            async with self._redis.pipeline(transaction=False) as pipe:
                for letter in letters:
                    pipe.publish(self._channel, letter)
                async with asyncio.timeout(CONNECT_SECONDS):
                    await pipe.execute()
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._heartbeat_seconds):
                    if not self._leaving:
                        await self._wake.wait()
            letters = tuple(self._leaving) or (self._node,)
            self._leaving.clear()
