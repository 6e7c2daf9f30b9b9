"""How many people are in a room and watch its feeds, added up over all nodes. Nothing of it is written down."""

import msgspec

from podium.hearsay import Hearsay
from podium.ports import Clock


class Count(msgspec.Struct, frozen=True):
    """One node's people. viewers: by feed; one that it pulls counts less by its pull, which the other node counts."""

    attending: int = 0
    viewers: dict[str, int] = {}


class Crowd:
    """The people of one room, seen from one node."""

    def __init__(self, clock: Clock) -> None:
        self._attending = 0
        self._viewers: dict[str, int] = {}
        self._elsewhere = Hearsay[Count](clock)

    def come(self) -> None:
        """One more attendee is connected to this node."""
        self._attending += 1

    def go(self) -> None:
        """One attendee less."""
        self._attending -= 1

    def watch(self, feed: str, viewers: int | None) -> None:
        """So many watch a feed at this node; None: it is not live."""
        if viewers is None:
            self._viewers.pop(feed, None)
        else:
            self._viewers[feed] = viewers

    def own(self) -> Count:
        """Those at this node, for the others to hear of."""
        return Count(self._attending, dict(self._viewers))

    def heard(self, node: str, count: Count) -> bool:
        """How many are at another node; whether that is news."""
        return self._elsewhere.take(node, count)

    @property
    def attending(self) -> int:
        """Attendees on all nodes."""
        return self._attending + sum(count.attending for count in self._elsewhere.all())

    @property
    def viewers(self) -> dict[str, int]:
        """Viewers on all nodes of each feed that is live at this one."""
        elsewhere = self._elsewhere.all()
        return {
            feed: max(0, viewers + sum(count.viewers.get(feed, 0) for count in elsewhere))
            for feed, viewers in self._viewers.items()
        }
