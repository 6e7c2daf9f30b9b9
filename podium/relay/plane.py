"""The media plane of one worker: feeds, publishers and viewers on one UDP socket, in one event loop.

Packets that arrive in one turn of the loop leave together at its end. When sending takes much of the time, they are
gathered up to `GATHER` seconds or to the end of a picture, so that a viewer's packets leave as one message.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from podium.relay.audience import Audiences
from podium.relay.cache import Packet
from podium.relay.datagrams import Address
from podium.relay.fanout import Burst, Fanout
from podium.relay.feed import Feed
from podium.relay.gathering import Gathering
from podium.relay.media import Section
from podium.relay.publisher import Publisher
from podium.relay.report import FeedReport
from podium.relay.stream import Stream
from podium.relay.underway import Underway
from podium.relay.viewer import Viewer

#: Packets are gathered this long (seconds), where that is worthwhile.
GATHER = 0.002
#: A turn of the timer (seconds), turns in which each viewer gets its sender reports once, and in which rates are measured.
TURN = 0.02
REPORT_TURNS = 50
MEASURE_TURNS = 25
#: Packets of one stream that are laid out together.
MOST_TOGETHER = 64


class MediaPlane:
    """One per worker. `udp` is the bound, non-blocking socket; the plane only sends on it.

    `library` is the compiled fan-out, if there is one (podium.relay.compiled).
    """

    def __init__(
        self, udp: socket.socket, *, loop: asyncio.AbstractEventLoop | None = None, library: Any | None = None
    ) -> None:
        self._udp = udp
        self._loop = loop if loop is not None else asyncio.get_running_loop()
        self._fanout = Fanout(udp, library=library)
        self._counters: Counter[str] = Counter()
        self._shadowed: Counter[str] = Counter()  # what shadows of siblings' publishers count, told apart
        self._feeds: dict[str, Feed] = {}
        self._publishers: dict[Feed, Publisher] = {}
        self._viewers: dict[Viewer, None] = {}
        self._audiences = Audiences()
        self._underway = Underway(self._loop, self._fanout, self._audiences, self._send_fresh, self._request)
        self._fresh: dict[Stream, list[Packet]] = {}
        self._flushing: asyncio.Handle | None = None
        self._gathering = False
        self._ticking: asyncio.TimerHandle | None = None
        self._turns = 0
        self._gatherer = Gathering()
        self._closed = False

    def feed(self, name: str) -> Feed:
        """The feed of this name, created when asked for first."""
        return self._feeds.setdefault(name, Feed(name))

    def feeds(self) -> Mapping[str, Feed]:
        """All feeds by name."""
        return self._feeds

    def reports(self) -> dict[str, FeedReport]:
        """What each publisher sends, by feed; measured since the last call."""
        read = ((publisher.feed.name, publisher.report()) for publisher in self._publishers.values())
        return {name: report for name, report in read if report is not None}

    def publish(
        self,
        name: str,
        sections: Sequence[Section],
        *,
        address: Address | None,
        on_closed: Callable[[str], None],
    ) -> Publisher:
        """A publisher for the feed. One that is there is taken over: it is told "taken over" and detached."""
        return self._publisher(name, sections, address, self._counters, on_closed)

    def shadow(
        self,
        name: str,
        sections: Sequence[Section],
        *,
        wish: Callable[[tuple[int, ...]], None],
        on_closed: Callable[[str], None],
    ) -> Publisher:
        """A sibling's publisher for the feed, live at once: it takes over as any other, its packets come by `accept`."""
        shadow = self._publisher(name, sections, None, self._shadowed, on_closed)
        shadow.shadow(wish)
        return shadow

    def _publisher(
        self,
        name: str,
        sections: Sequence[Section],
        address: Address | None,
        counters: Counter[str],
        on_closed: Callable[[str], None],
    ) -> Publisher:
        before = self._publishers.get(self.feed(name))
        if before is not None:
            before.dismiss("taken over")
        feed = self.feed(name)
        publisher = Publisher(
            feed,
            sections,
            self._udp.family,
            address,
            fanout=self._fanout,
            counters=counters,
            deliver=self._deliver,
            clock=self._loop.time,
            on_closed=on_closed,
            detach=self._detach,
        )
        self._publishers[feed] = publisher
        self._start_ticking()
        return publisher

    def _detach(self, publisher: Publisher) -> None:
        if self._publishers.get(publisher.feed) is publisher:
            del self._publishers[publisher.feed]
            publisher.feed.live = False
            self._forget(publisher.feed)

    def play(
        self,
        name: str,
        sections: Sequence[Section],
        *,
        address: Address | None,
        on_closed: Callable[[str], None],
    ) -> Viewer:
        """A viewer of the feed; `sections` are those of its answer. It may be told "codec changed"."""
        feed = self.feed(name)
        feed.viewers += 1
        viewer = Viewer(
            feed,
            sections,
            self._udp.family,
            address,
            fanout=self._fanout,
            counters=self._counters,
            clock=self._loop.time,
            seated=self._seated,
            left=self._left,
            wanted=self._underway.wanted,
            aimed=self._underway.aimed,
            on_closed=on_closed,
        )
        self._viewers[viewer] = None
        return viewer

    def counters(self) -> dict[str, int]:
        """What went in and out, and what was dropped and why, since the start."""
        shadowed = {f"sibling_{name}": count for name, count in self._shadowed.items()}
        return {**self._counters, **shadowed, **self._fanout.counters()}

    def close(self) -> None:
        """Stop all timers; nothing is sent any more."""
        self._closed = True
        self._underway.close()
        for handle in (self._flushing, self._ticking):
            if handle is not None:
                handle.cancel()

    def _seated(self, viewer: Viewer) -> None:
        for seat in viewer.seats:
            self._underway.take_in(seat)
        self._underway.wanted(viewer)
        self._start_ticking()

    def _left(self, viewer: Viewer) -> None:
        viewer.feed.viewers -= 1
        self._viewers.pop(viewer, None)
        for seat in viewer.seats:
            self._underway.leave(seat)
            self._audiences.remove(seat)
        self._forget(viewer.feed)

    def _forget(self, feed: Feed) -> None:
        """A feed that nobody publishes or watches keeps no memory: the next publisher begins a new one."""
        if feed not in self._publishers and not feed.viewers:
            self._feeds.pop(feed.name, None)
            for stream in (*feed.streams.values(), *feed.pictures()):
                self._audiences.forget(stream)
                self._underway.forget(stream)

    def _request(self, feed: Feed, now: float) -> None:
        publisher = self._publishers.get(feed)
        if publisher is not None:
            publisher.request_key_frames(now)

    def _deliver(self, stream: Stream, packets: list[Packet]) -> None:
        """New packets of a stream: send them at the end of this turn, or gather more while sending is dear."""
        if self._closed:
            return
        self._fresh.setdefault(stream, []).extend(packets)
        if self._flushing is None:
            self._gathering = self._gatherer.worthwhile
            if self._gathering:
                self._flushing = self._loop.call_later(GATHER, self._flush)
            else:
                self._flushing = self._loop.call_soon(self._flush)
        if self._gathering and stream.kind == "video" and packets[-1].marker:
            self._flushing.cancel()
            self._gathering = False
            self._flushing = self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = None
        if self._gathering:
            self._gatherer.waited(max(map(len, self._fresh.values()), default=0))
        self._gathering = False
        began = self._loop.time()
        self._send_fresh(began)
        self._fanout.flush()
        self._gatherer.sent(began, self._loop.time())
        self._underway.go_on()

    def _send_fresh(self, now: float) -> None:
        fresh, self._fresh = self._fresh, {}
        for stream, packets in fresh.items():
            for at in range(0, len(packets), MOST_TOGETHER):
                self._fan_out(stream, packets[at : at + MOST_TOGETHER], now)
        for stream, packets in fresh.items():
            if any(packet.begins_key_frame for packet in packets):
                self._underway.key_frame(stream, now)

    def _fan_out(self, stream: Stream, packets: list[Packet], now: float) -> None:
        lowest = min(packet.sequence for packet in packets)
        newest = max(packets, key=lambda packet: packet.sequence)
        for (shape, trailer), audience in self._audiences.watching(stream):
            burst: Burst | None = self._fanout.burst(packets, shape, trailer)
            if burst is None:
                for seat in audience.seats():
                    seat.viewer.dismiss("codec changed")
                continue
            if lowest <= audience.boundary:
                audience.loosen_all()
            if audience.lanes:
                self._fanout.fan_out(audience.lanes, burst)
                audience.progress.note(newest, len(packets), burst.octets, now)
            for seat in list(audience.loose):
                delivery = seat.delivery
                if delivery.is_plain(lowest):
                    epoch = delivery.line.epoch
                    self._fanout.send(seat.outlet, burst, delivery.ssrc, epoch.shift, epoch.time_shift)
                    delivery.line.note(newest, len(packets), burst.octets, now)
                    if seat not in self._underway:
                        audience.settle(seat)
                else:
                    chosen = delivery.live(packets, now)
                    if chosen:
                        seat.viewer.send(seat, chosen, now)

    def _start_ticking(self) -> None:
        if self._ticking is None and not self._closed:
            self._ticking = self._loop.call_later(TURN, self._tick)

    def _tick(self) -> None:
        self._ticking = None
        if self._publishers or self._viewers:
            self._start_ticking()  # first, so that an accident below costs one turn only
        self._turns += 1
        now = self._loop.time()
        for publisher in list(self._publishers.values()):
            publisher.turn(now)
        if self._turns % MEASURE_TURNS == 0:
            for feed in self._feeds.values():
                feed.measure(now)
        for viewer in list(islice(self._viewers, self._turns % REPORT_TURNS, None, REPORT_TURNS)):
            viewer.report(now)
        self._fanout.flush()
        self._underway.hurry(now)
        self._underway.go_on()
