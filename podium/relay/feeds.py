"""What all workers together say about a feed, without I/O: events of single workers in, events of the whole relay out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from podium.relay.control import Event, FeedGone, FeedLive, Viewers


@dataclass(slots=True)
class FeedState:
    """A feed now. `workers`: those that have a publisher of it (one, but for moments); `watching`: viewers by worker."""

    workers: set[int] = field(default_factory=set)
    watching: dict[int, int] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether somebody publishes it."""
        return bool(self.workers)

    @property
    def viewers(self) -> int:
        """Connected viewers at all workers."""
        return sum(self.watching.values())


class Feeds:
    """The feeds that are live or watched."""

    def __init__(self) -> None:
        self._states: dict[str, FeedState] = {}

    @property
    def states(self) -> Mapping[str, FeedState]:
        """By name."""
        return self._states

    def note(self, worker: int, event: Event) -> list[Event]:
        """What a worker's event means for the whole relay."""
        if not isinstance(event, FeedLive | FeedGone | Viewers):
            return [event]
        state = self._states.setdefault(event.feed, FeedState())
        told: list[Event] = [event]
        match event:
            case FeedLive():
                state.workers.add(worker)
            case FeedGone():
                state.workers.discard(worker)
                told = [] if state.live else [event]  # another worker's publisher has taken it over
            case Viewers(feed, count):
                state.watching[worker] = count
                if not count:
                    del state.watching[worker]
                told = [Viewers(feed, state.viewers)]
        if not state.live and not state.watching:
            del self._states[event.feed]
        return told

    def forget(self, worker: int) -> list[Event]:
        """A worker has ended: its publishers and viewers are gone."""
        told: list[Event] = []
        for name, state in list(self._states.items()):
            if worker in state.workers:
                told += self.note(worker, FeedGone(name, "relay_restarted"))
            if worker in state.watching:
                told += self.note(worker, Viewers(name, 0))
        return told
