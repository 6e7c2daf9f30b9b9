"""What other nodes say of themselves, until they are silent for too long."""

from typing import Generic, TypeVar

from podium.ports import Clock

MILLISECONDS = 25_000
"""After which a node that was not heard of counts no more; it says something every ten seconds."""
MOST_NODES = 64
"""One more takes the place of the one that was not heard of for longest."""

Said = TypeVar("Said")


class Hearsay(Generic[Said]):
    """By node: when it was heard of last, and what it said."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: dict[str, tuple[int, Said]] = {}

    def take(self, node: str, said: Said) -> bool:
        """A node says something; whether that is news."""
        _, before = self._heard.pop(node, (0, None))
        self._heard[node] = self._clock.now(), said
        if len(self._heard) > MOST_NODES:
            del self._heard[next(iter(self._heard))]
        return said != before

    def all(self) -> list[Said]:
        """What the nodes say that are there."""
        now = self._clock.now()
        return [said for at, said in self._heard.values() if at + MILLISECONDS > now]
