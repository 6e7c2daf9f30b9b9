"""What is known of all feeds now, put together from what the workers tell; and who has the floor in each room."""

from collections.abc import Mapping
from dataclasses import dataclass

from podium.relay.control import Event, FeedGone, FeedLive, Measured, Viewers
from podium.relay.report import FeedReport
from podium.relay.speaker import Floor


@dataclass(slots=True)
class Known:
    """One feed: whether it is live, how many watch, and what was measured last (None before the first second)."""

    live: bool = False
    viewers: int = 0
    report: FeedReport | None = None


NOTHING = Known()


class Reports:
    """Feeds are named ROOM/FEED. A feed that is neither live nor watched is forgotten."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._floors: dict[str, Floor] = {}

    @property
    def feeds(self) -> Mapping[str, Known]:
        """All feeds that are live or watched."""
        return self._known

    def of(self, feed: str) -> Known:
        """What is known of a feed."""
        return self._known.get(feed, NOTHING)

    def is_speaking(self, feed: str) -> bool:
        """Whether this feed has the floor of its room."""
        floor = self._floors.get(_room(feed))
        return floor is not None and floor.speaking == feed

    def take(self, event: Event) -> None:
        """Something has happened at the relay."""
        match event:
            case FeedLive(feed=feed):
                known = self._known.setdefault(feed, Known())
                known.live, known.report = True, None
            case FeedGone(feed=feed) if feed in self._known:
                self._known[feed].live, self._known[feed].report = False, None
                self._leave(feed)
                self._forget(feed)
            case Viewers(feed=feed, count=count):
                self._known.setdefault(feed, Known()).viewers = count
                self._forget(feed)
            case Measured(feed=feed, report=report) if feed in self._known and self._known[feed].live:
                self._known[feed].report = report
                floor = self._floors.setdefault(_room(feed), Floor())
                for window in report.audio.windows if report.audio is not None else ():
                    floor.hear(feed, window)
            case _:
                pass

    def _leave(self, feed: str) -> None:
        room = _room(feed)
        if room in self._floors:
            self._floors[room].leave(feed)
            if not any(known.live for name, known in self._known.items() if _room(name) == room):
                del self._floors[room]

    def _forget(self, feed: str) -> None:
        known = self._known[feed]
        if not known.live and not known.viewers:
            del self._known[feed]


def _room(feed: str) -> str:
    return feed.partition("/")[0]
