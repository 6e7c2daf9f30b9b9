"""Where each feed lives: which node has its publisher, as the nodes tell each other by messages that expire.

A publisher who comes later takes a feed over, on whatever node. Nodes count their publishers on one line: who comes
gets a number above all that were heard of its feed, and above the clock, so that clocks that differ decide nothing
among nodes that hear each other.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from podium.ports import Clock
from podium.relay.control import Event, FeedGone, FeedLive

HEARSAY_SECONDS = 4.0
"""A node that was not heard of for so long has no feed any more; it says something every second."""
MOST_NODES = 64
SEAL_BYTES = 32


class Said(msgspec.Struct, frozen=True):
    """What a node tells. url: where the others reach it. feeds: those whose publishers it has, with their numbers."""

    node: str
    url: str
    feeds: dict[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A node that has a feed's publisher."""

    node: str
    url: str


_decoder = msgspec.json.Decoder(Said)


class Whereabouts:
    """The feeds of all nodes, seen from one. node: its name; url: where the others reach it.

    seal: of a message, with the secret that the nodes share: tokens are handed on to where the messages say.
    """

    def __init__(self, node: str, url: str, clock: Clock, seal: Callable[[bytes], bytes]) -> None:
        self._seal = seal
        self.node = node
        self._url = url
        self._clock = clock
        self._own: dict[str, int] = {}
        self._others: dict[str, tuple[float, Said]] = {}

    def take(self, event: Event) -> bool:
        """What happens at this node's relay; whether the others have to know."""
        match event:
            case FeedLive(feed=feed, pulled=False):
                heard = (said.feeds.get(feed, 0) for _, said in self._others.values())
                self._own[feed] = max(self._clock.now(), 1 + max(heard, default=0))
                return True
            case FeedLive(feed=feed) | FeedGone(feed=feed):
                return self._own.pop(feed, None) is not None
            case _:
                return False

    def message(self) -> bytes:
        """What to tell the others, at each change and once a second."""
        said = msgspec.json.encode(Said(self.node, self._url, self._own))
        return self._seal(said) + said

    def hear(self, message: bytes, now: float) -> None:
        """What another node tells; noise is passed over. now: seconds of a clock that nobody sets."""
        body = message[SEAL_BYTES:]
        if not hmac.compare_digest(message[:SEAL_BYTES], self._seal(body)):
            return
        try:
            said = _decoder.decode(body)
        except msgspec.DecodeError:
            return
        if said.node != self.node:
            self._others.pop(said.node, None)
            self._others[said.node] = now, said
            if len(self._others) > MOST_NODES:
                del self._others[next(iter(self._others))]

    def elsewhere(self, now: float) -> Mapping[str, Place]:
        """The feeds whose latest publisher is at another node, and at which."""
        latest = {feed: (number, self.node) for feed, number in self._own.items()}
        for at, said in self._others.values():
            if now - at < HEARSAY_SECONDS:
                for feed, number in said.feeds.items():
                    latest[feed] = max(latest.get(feed, (0, "")), (number, said.node))
        return {feed: Place(node, self._others[node][1].url) for feed, (_, node) in latest.items() if node != self.node}

    def said(self, node: str, feed: str) -> bool:
        """Whether that node, when it was heard last, however long ago, had the feed's publisher."""
        return node in self._others and feed in self._others[node][1].feeds

    def owns(self, feed: str) -> bool:
        """Whether this node has the feed's publisher."""
        return feed in self._own

    def url_of(self, session: str) -> str | None:
        """Where the other node is whose session this is; None for one of this node or of an unknown one."""
        name = session.partition("-")[0]
        return next((said.url for node, (_, said) in self._others.items() if node and name.startswith(node)), None)
