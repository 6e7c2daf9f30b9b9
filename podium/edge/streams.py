"""The event streams of WHEP sessions, without HTTP: who listens to what, and what waits to be sent (WHEP events extension).

Only the newest event of each kind waits, so that a reader who is slow or away costs a handful of lines.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from podium.relay.control import Event, FeedGone, FeedLive, Measured, Refused, SessionClosed, Viewers
from podium.relay.report import FeedReport
from podium.relay.reports import Reports

EVENTS = ("active", "inactive", "layers", "reconnect", "viewercount")
#: A player needs one.
MOST_PER_SESSION = 4
MOST_STREAMS = 20_000
#: A stream that nobody reads for so long is gone (seconds).
UNREAD_SECONDS = 60.0
#: Sessions that end like this were ended by the player itself.
LEFT = frozenset({"closed", "peer_closed"})


class Stream:
    """One event stream. `changed` is set when something waits or when it is over; video: the index of its m-line."""

    def __init__(self, session: str, feed: str, wanted: frozenset[str], video: str, now: float) -> None:
        self.session = session
        self.feed = feed
        self.video = video
        self.changed = asyncio.Event()
        self.over = False
        self.turn = 0
        self.reads = False
        self.unread_since = now
        self._wanted = wanted
        self._waiting: dict[str, str] = {}

    def put(self, name: str, data: object) -> None:
        """An event, if it is wanted. It takes the place of one of its kind that still waits."""
        if self.over or name not in self._wanted:
            return
        for replaced in (name, *_CONTRARY.get(name, ())):
            self._waiting.pop(replaced, None)
        self._waiting[name] = json.dumps(data, separators=(",", ":"))
        self.changed.set()

    def begin(self) -> int:
        """Somebody reads from now on; the number of their turn. Who read before is done."""
        self.turn += 1
        self.reads = True
        self.changed.set()
        return self.turn

    def leave(self, turn: int, now: float) -> None:
        """The reader of that turn is gone."""
        if turn == self.turn:
            self.reads = False
            self.unread_since = now

    def end(self) -> None:
        """What waits is still sent; nothing more comes."""
        self.over = True
        self.changed.set()

    def taken(self) -> list[tuple[str, str]]:
        """What waits, oldest first: name and JSON."""
        self.changed.clear()
        waiting, self._waiting = list(self._waiting.items()), {}
        return waiting


_CONTRARY = {"active": ("inactive",), "inactive": ("active", "layers")}


class Streams:
    """All event streams. `now`: seconds of a clock that does not run backwards."""

    def __init__(self, reports: Reports, now: Callable[[], float]) -> None:
        self._reports = reports
        self.now = now
        self._streams: dict[str, Stream] = {}
        self._of_session: dict[str, list[str]] = {}
        self._of_feed: dict[str, dict[str, None]] = {}
        self._shapes: dict[str, object] = {}

    def __len__(self) -> int:
        return len(self._streams)

    def create(self, session: str, feed: str, wanted: Iterable[str], video: str = "0") -> str:
        """A new stream's name; it begins with how things are. Raises Refused when there are too many."""
        self._forget_unread()
        if len(self._of_session.get(session, ())) >= MOST_PER_SESSION or len(self._streams) >= MOST_STREAMS:
            raise Refused("relay_busy", "too many event streams", int(UNREAD_SECONDS))
        name = secrets.token_urlsafe(18)
        stream = self._streams[name] = Stream(session, feed, frozenset(wanted), video, self.now())
        self._of_session.setdefault(session, []).append(name)
        self._of_feed.setdefault(feed, {})[name] = None
        known = self._reports.of(feed)
        if known.live:
            stream.put("active", {})
        if known.report is not None:
            stream.put("layers", {video: _layers(known.report)})
        stream.put("viewercount", {"viewercount": known.viewers})
        return name

    def find(self, session: str, name: str) -> Stream:
        """The stream of that name of that session. Raises Refused."""
        stream = self._streams.get(name)
        if stream is None or stream.session != session:
            raise Refused("stream_unknown", "there is no such event stream, or it has ended")
        return stream

    def delete(self, session: str, name: str) -> None:
        """End a stream at once; what waits is dropped. Raises Refused."""
        stream = self.find(session, name)
        stream.taken()
        self._drop(name)

    def end(self, session: str) -> None:
        """The session is over, and with it all its streams."""
        for name in list(self._of_session.get(session, ())):
            self._drop(name)

    def close(self) -> None:
        """The server stops: players shall come again by themselves."""
        for name in list(self._streams):
            self._streams[name].put("reconnect", {})
            self._drop(name)

    def take(self, event: Event) -> None:
        """Something has happened at the relay, and the reports know it already."""
        match event:
            case FeedLive(feed=feed):
                self._shapes.pop(feed, None)
                self._tell(feed, "active", {})
            case FeedGone(feed=feed):
                self._shapes.pop(feed, None)
                self._tell(feed, "inactive", {})
            case Viewers(feed=feed, count=count):
                self._tell(feed, "viewercount", {"viewercount": count})
            case Measured(feed=feed, report=report):
                layers = _layers(report)
                shape = [(layer["rid"], layer["width"], "bitrate" in layer) for layer in layers]
                if self._shapes.get(feed) != shape:
                    self._shapes[feed] = shape
                    for name in self._of_feed.get(feed, {}):
                        stream = self._streams[name]
                        stream.put("layers", {stream.video: layers})
            case SessionClosed(session=session, feed=feed, reason=reason):
                for name in self._of_session.get(session, ()) if reason not in LEFT else ():
                    self._streams[name].put("reconnect", {"url": f"/whep/{feed}"})
                self.end(session)
            case _:
                pass

    def _tell(self, feed: str, name: str, data: object) -> None:
        for stream in self._of_feed.get(feed, {}):
            self._streams[stream].put(name, data)

    def _drop(self, name: str) -> None:
        stream = self._streams.pop(name)
        stream.end()
        _take_out(self._of_feed, stream.feed, name)
        names = self._of_session[stream.session]
        names.remove(name)
        if not names:
            del self._of_session[stream.session]

    def _forget_unread(self) -> None:
        limit = self.now() - UNREAD_SECONDS
        for name in [
            name for name, stream in self._streams.items() if not stream.reads and stream.unread_since < limit
        ]:
            self._drop(name)


def _take_out(groups: dict[str, dict[str, None]], group: str, name: str) -> None:
    groups[group].pop(name, None)
    if not groups[group]:
        del groups[group]


def _layers(report: FeedReport) -> list[dict[str, Any]]:
    """What a `layers` event says of the video's m-line. A layer without a bitrate is one that is not sent now."""
    layers = report.video.layers if report.video is not None else ()
    return [
        {"rid": layer.rid, "width": layer.width, "height": layer.height}
        | ({"bitrate": layer.bitrate} if layer.bitrate else {})
        for layer in layers
    ]
