"""One stream on its way to one viewer: waiting for a key frame, catching up from the cache, or live.

The viewer's numbers are the stream's plus a constant, begun anew (an `Epoch`) whenever the viewer starts at a key
frame. While catching up, the cached pictures get timestamps close together, so that the player shows the newest one
at once instead of playing the past in its own time, and the sequence numbers go on without a hole.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from podium.relay.cache import Packet
from podium.relay.crossing import Crossing
from podium.relay.epoch import Epoch
from podium.relay.numberline import NumberLine
from podium.relay.pace import Pace
from podium.relay.pictureid import following
from podium.relay.reception import UNHINDERED, Passage
from podium.relay.rtcp import Report
from podium.relay.shape import Shape
from podium.relay.stream import Stream

#: Replayed pictures follow each other in no less than this time (seconds), else as they are sent: a player that sees
#: pictures later than their time says holds all later ones back.
REPLAY_STEP = 0.001
#: A publisher that answers key frame requests is asked when its last key frame is older than this (seconds) ...
REPLAY_AGE = 1.0
#: ... and the cache is played all the same when none came within this.
PATIENCE = 0.25
#: A viewer may start over from the cache this often (seconds).
RESTART_INTERVAL = 2.0
#: Times of two encodings that differ more than this (seconds) are no measure of each other.
MOST_MISALIGNED = 0.5


class Mode(enum.Enum):
    """HELD: nothing more of the present encoding goes out, the one aimed at begins as soon as it can."""

    WAITING = enum.auto()
    REPLAY = enum.auto()
    LIVE = enum.auto()
    HELD = enum.auto()


class Delivery:
    """State of one stream for one viewer. `first_sequence` is below 32768 (so that SRTP's counter starts in step)."""

    def __init__(self, stream: Stream, shape: Shape, *, ssrc: int, first_sequence: int, first_timestamp: int) -> None:
        self.stream = stream
        self.shape = shape
        self.ssrc = ssrc
        self._crossing: Crossing | None = None
        self.mode = Mode.WAITING
        self.replays = 0
        self.line = NumberLine(first_sequence, first_timestamp)
        self._cursor = 0
        self._replayed: int | None = None  # the time of the picture before the cursor
        self._preface: Packet | None = None
        self._pace = Pace(0)
        self._waiting_since: float | None = None
        self._restarted = float("-inf")

    @property
    def settled(self) -> bool:
        """Whether arriving packets are all that moves this delivery on; nothing else does where nobody sends a picture."""
        if self.mode is Mode.WAITING:
            return self.stream.opens_anywhere or (self.stream.source is None and self.stream.cache.key_frame is None)
        return self.mode is Mode.LIVE and self._waiting_since is None

    def join(self, now: float) -> None:
        """The viewer is connected; `consider` begins, once all that the cache holds has gone to those already live."""
        self._waiting_since = now
        self.stream.watchers += 1

    def leave(self) -> None:
        """The viewer is gone."""
        self.aim(None, 0.0)
        self.stream.watchers -= 1

    @property
    def target(self) -> Stream | None:
        """The encoding that it waits to go over to."""
        return None if self._crossing is None else self._crossing.target

    def aim(self, target: Stream | None, now: float) -> None:
        """Go over to another encoding of the same picture at its next key frame; None: stay after all."""
        if target is self.stream:
            target = None
        before = self.target
        if target is not before:
            if before is not None:
                before.watchers -= 1
            if target is not None:
                target.watchers += 1
            self._crossing = None if target is None else Crossing(target, now)
        if target is not None:
            target.requests.want()
        elif self.mode is Mode.HELD:  # what was left out tears the picture: begin anew
            self._wait(now)

    def _wait(self, now: float) -> None:
        self.mode = Mode.WAITING
        self._waiting_since = now

    def hurry(self, room: float, waiting: float, now: float) -> None:
        """The link is full: it takes `room` (bits per second), and so many seconds wait on it.

        Nothing more of this encoding, the one aimed at soon.

        What waits on the link goes on while it drains. Not where the next encoding may take its time.
        """
        if self._crossing is not None and self.mode is not Mode.WAITING and self._crossing.hurry(room, waiting, now):
            self.mode = Mode.HELD
            self._preface = None

    def may_cross(self, now: float) -> bool:
        """Whether the encoding aimed at can begin now."""
        if self._crossing is None:
            return False
        return self.mode is Mode.WAITING or self._crossing.is_possible(
            otherwise_still=not self.stream.is_arriving(now), now=now
        )

    def cross(self, now: float) -> None:
        """Go over now. Numbers go on without a hole, times as the publisher's reports or the arrivals say."""
        crossing = self._crossing
        assert crossing is not None
        before, newest = self.stream, self.line.newest_sent()
        self.stream.watchers -= 1
        self.stream, self._crossing = crossing.target, None
        if self.mode is Mode.WAITING:
            self._waiting_since = now
            return
        opening = crossing.opening()
        assert opening is not None
        if newest is not None and newest.codec.name.lower() == "vp8":
            pictures = following(newest.payload, self.shape.pictures, opening.payload)
            self.shape = self.shape.moved(pictures)
        self._begin(opening.sequence, now, self._aligned(before, now))
        rate = crossing.pace(list(self.stream.cache.walk(opening.sequence)))
        if rate is not None:
            self._pace.bound(rate)
            self.line.leave_behind()

    def _aligned(self, before: Stream, now: float) -> int | None:
        """The viewer's time of the new stream's newest packet by the publisher's clock; None when that is not known."""
        then, there, newest = before.clock(now), self.stream.clock(now), self.line.latest_timestamp
        last = self.stream.newest
        if then is None or there is None or newest is None or last is None:
            return None
        apart = (there[0] - then[0]) / (1 << 32)
        rate = last.codec.clock_rate
        aligned = then[1] + self.line.epoch.time_shift + round(apart * rate) + last.timestamp - there[1]
        by_arrival = self.line.next_timestamp(1, rate, now)
        return aligned if abs(aligned - by_arrival) < MOST_MISALIGNED * rate else None

    def consider(self, now: float) -> None:
        """While WAITING: begin when there is something to begin with, else ask for a key frame."""
        if self.mode is not Mode.WAITING or self._waiting_since is None or self.stream.opens_anywhere:
            return
        cache = self.stream.cache
        opening = None if cache.key_frame is None else cache.get(cache.key_frame)
        if opening is None:
            self.stream.requests.want()
            return
        fresh = now - opening.arrived <= REPLAY_AGE or opening.arrived >= self._waiting_since
        if fresh or not self.stream.requests.answered or now - self._waiting_since >= PATIENCE:
            self._begin(opening.sequence, now)
        else:
            self.stream.requests.want()

    def key_frame_requested(self, now: float) -> None:
        """The viewer lost the picture (PLI, FIR): ask upstream, and `check` starts over from the cache if need be."""
        if self.mode is not Mode.HELD:
            self.stream.requests.want()
        if self.mode is Mode.LIVE and self._waiting_since is None:
            self._waiting_since = now

    def check(self, now: float) -> None:
        """From time to time: a live viewer whose request brought no key frame starts over from the cache.

        One that is still catching up when the next key frame is there goes on with that instead of piling up.
        """
        if self.mode is Mode.REPLAY:
            self._leap(now)
        if self.mode is Mode.HELD and self._crossing is not None and self._crossing.is_in_vain(now):
            self._wait(now)
        if self.mode is not Mode.LIVE or self._waiting_since is None:
            return
        cache = self.stream.cache
        opening = None if cache.key_frame is None else cache.get(cache.key_frame)
        if opening is not None and opening.arrived >= self._waiting_since:
            self._waiting_since = None
        elif self._may_start_over(now - self._waiting_since) and now - self._restarted >= RESTART_INTERVAL:
            self._waiting_since = None
            if opening is not None:
                self._restarted = now
                self._begin(opening.sequence, now)

    def _may_start_over(self, waited: float) -> bool:
        """Not in the middle of a picture (see `_is_between_pictures`), unless its end, which the marker tells, never comes."""
        newest = self.line.newest_sent()
        return waited >= 2 * PATIENCE or (waited >= PATIENCE and (newest is None or newest.marker))

    def _leap(self, now: float) -> None:
        newest = self.stream.cache.key_frame
        if newest is not None and newest > self._cursor:
            if self._is_between_pictures():
                self._begin(newest, now)
        elif self._cursor < self.stream.cache.lowest:  # what follows is not kept any more
            self._wait(now)
            self.stream.requests.want()

    def _is_between_pictures(self) -> bool:
        """Whether a picture begins at the cursor. One that was cut there would spoil the key frame, too: its numbers
        would seem to go on with that, and there are players (those made with Pion) which join what is in order."""
        following = next(self.stream.cache.walk(self._cursor), None)
        return following is None or following.timestamp != self._replayed

    def _begin(self, first: int, now: float, newest_time: int | None = None) -> None:
        """Begin with this key frame; `newest_time` is the viewer's time of the newest packet, if that is known."""
        cache = self.stream.cache
        assert cache.highest is not None
        opening = cache.get(first)
        assert opening is not None
        cached = [packet.timestamp for packet in cache.walk(first)]
        times = tuple(sorted(set(cached)))
        self._pace = Pace(len(cached))
        step = max(REPLAY_STEP, len(cached) / self._pace.rate / len(times))
        spacing = max(1, round(step * opening.codec.clock_rate))
        start, latest = self.line.next_timestamp(spacing, opening.codec.clock_rate, now), self.line.latest_timestamp
        if newest_time is not None and latest is not None:
            start = max(latest + 1, newest_time - spacing * (len(times) - 1))
        self.line.begin(
            Epoch(
                stream=self.stream,
                shape=self.shape,
                first=first,
                shift=self.line.next_sequence + (opening.preface is not None) - first,
                time_shift=start + spacing * (len(times) - 1) - times[-1],
                boundary=cache.highest,
                times=times,
                start=start,
                spacing=spacing,
                preface=opening.preface,
            )
        )
        self.replays += len(times) > 1
        self.mode = Mode.REPLAY
        self._cursor = first
        self._replayed = None
        self._preface = opening.preface
        self._waiting_since = None

    def pace(self, seconds: float) -> int:
        """How many packets of the replay go out in a turn of this length."""
        return self._pace.take(seconds)

    def replay(self, most: int) -> list[Packet]:
        """The next packets while catching up, at most so many; LIVE once the cache has no more.

        When there is a newer key frame already, those of the picture that has begun: `check` goes on from there.
        """
        if self.mode is not Mode.REPLAY:
            return []
        chosen: list[Packet] = [] if self._preface is None else [self._preface]
        self._preface = None
        cache = self.stream.cache
        is_late = cache.key_frame is not None and cache.key_frame > self._cursor and self._replayed is not None
        for packet in cache.walk(self._cursor):
            if len(chosen) >= most or (is_late and packet.timestamp != self._replayed):
                return chosen
            chosen.append(packet)
            self._cursor, self._replayed = packet.sequence + 1, packet.timestamp
        self.mode = Mode.LIVE
        return chosen

    def live(self, packets: Iterable[Packet], now: float) -> list[Packet]:
        """Which of the packets just arrived go out at once: all when LIVE, late ones behind the cursor in REPLAY."""
        if self.mode is Mode.WAITING:
            if self._waiting_since is None or not self.stream.opens_anywhere:
                return []
            self._start_anywhere(packets, now)
        if self.mode is Mode.HELD:
            return []
        first = self.line.epoch.first
        if self.mode is Mode.REPLAY:
            return [packet for packet in packets if first <= packet.sequence < self._cursor]
        return [packet for packet in packets if packet.sequence >= first]

    def _start_anywhere(self, packets: Iterable[Packet], now: float) -> None:
        opening = min(packets, key=lambda packet: packet.sequence)
        start = self.line.next_timestamp(1, opening.codec.clock_rate, now)
        shift = self.line.next_sequence - opening.sequence
        first = opening.sequence
        self.line.begin(
            Epoch(self.stream, self.shape, first, shift, start - opening.timestamp, first - 1, (), start, 1)
        )
        self.mode = Mode.LIVE

    def is_plain(self, lowest: int) -> bool:
        """Whether packets from stream number `lowest` on need nothing but the epoch's two shifts."""
        return self.mode is Mode.LIVE and lowest > self.line.epoch.boundary

    def passage(self, report: Report, now: float) -> Passage:
        """How what was sent comes through, by a report about it; UNHINDERED where that cannot be told."""
        return self.line.passage(report, now) if self.mode is Mode.LIVE else UNHINDERED

    def nacked(self, lost: Iterable[int], now: float) -> list[tuple[Packet, Epoch]]:
        """The packets behind the viewer's 16-bit numbers that are still kept, within its allowance.

        None in a hurry: the picture goes on without them, and the link has no room to spare.
        """
        return [] if self.mode is Mode.HELD else self.line.nacked(lost, now)
