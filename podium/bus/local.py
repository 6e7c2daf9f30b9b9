"""The bus of an installation that is one process."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

WAITING_LIMIT = 1000


class Subscription(AsyncIterator[bytes]):
    """What waits for one subscriber, oldest first; for one reader at a time.

    dropped: how many messages made way for newer ones because nobody read them.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._waiting: deque[bytes] = deque(maxlen=WAITING_LIMIT)
        self._changed = asyncio.Event()
        self._ended = False

    def put(self, message: bytes) -> None:
        """Add message; the oldest makes way when WAITING_LIMIT are waiting."""
        self.dropped += len(self._waiting) == WAITING_LIMIT
        self._waiting.append(message)
        self._changed.set()

    def end(self) -> None:
        """Let the reader take what waits, then finish its iteration."""
        self._ended = True
        self._changed.set()

    async def __anext__(self) -> bytes:
        while not self._waiting:
            if self._ended:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._waiting.popleft()


class LocalBus:
    """Hands each message to the subscribers of this process.

    dropped: how many messages slow subscribers, present or gone, have missed.
    """

    def __init__(self) -> None:
        self._topics: dict[str, set[Subscription]] = {}
        self._dropped_before = 0
        self._closed = False

    @property
    def dropped(self) -> int:
        """Messages that made way for newer ones since the start."""
        present = (subscription for topic in self._topics.values() for subscription in topic)
        return self._dropped_before + sum(subscription.dropped for subscription in present)

    @property
    def connected(self) -> bool:
        """See `podium.ports.Bus.connected`: nobody else is to be heard."""
        return True

    async def publish(self, topic: str, message: bytes) -> None:
        """Hand message to every present subscriber of topic; silently drop it once closed."""
        for subscription in self._topics.get(topic, ()):
            subscription.put(message)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The messages published to topic from entering to leaving the context, in order."""
        subscription = Subscription()
        if self._closed:
            subscription.end()
        else:
            self._topics.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            subscription.end()
            self._forget(topic, subscription)

    async def close(self) -> None:
        """End every iteration after what already waits; later messages and subscriptions get nothing."""
        self._closed = True
        for topic in list(self._topics):
            for subscription in list(self._topics[topic]):
                subscription.end()
                self._forget(topic, subscription)

    def _forget(self, topic: str, subscription: Subscription) -> None:
        subscribers = self._topics.get(topic, set())
        if subscription in subscribers:
            self._dropped_before += subscription.dropped
            subscribers.remove(subscription)
        if not subscribers:
            self._topics.pop(topic, None)
