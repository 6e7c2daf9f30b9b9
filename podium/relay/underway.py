"""The viewers of one worker that are not simply live: those that begin, catch up, or go over to another layer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from podium.relay.audience import Audiences
from podium.relay.delivery import Mode
from podium.relay.fanout import Fanout
from podium.relay.feed import Feed
from podium.relay.seat import Seat
from podium.relay.stream import Stream
from podium.relay.viewer import Viewer

#: A turn of replays (seconds).
REPLAY_TURN = 0.005
#: A turn that comes late makes up for it, up to this (seconds).
LONGEST_REPLAY_TURN = 0.02
#: Packets of all replays together in one turn: late joiners share what the live viewers leave.
REPLAY_SHARE = 512


class Underway:
    """Each of them is looked at on its own, in turns, until its delivery is settled.

    `send_fresh` sends what has just come to all who are live: a beginner would get from the cache what is also still on its way.
    `request` asks the publisher of a feed for the key frames that are wanted.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        fanout: Fanout,
        audiences: Audiences,
        send_fresh: Callable[[float], None],
        request: Callable[[Feed, float], None],
    ) -> None:
        self._loop = loop
        self._fanout = fanout
        self._audiences = audiences
        self._send_fresh = send_fresh
        self._request = request
        self._unsettled: dict[Seat, None] = {}
        self._crossing: dict[Stream, dict[Seat, None]] = {}
        self._replaying: asyncio.TimerHandle | None = None
        self._replayed_at = 0.0
        self._closed = False

    def __contains__(self, seat: Seat) -> bool:
        return seat in self._unsettled

    def close(self) -> None:
        """Nobody gets any further."""
        self._closed = True
        if self._replaying is not None:
            self._replaying.cancel()

    def take_in(self, seat: Seat) -> None:
        """A newcomer to a stream."""
        self._audiences.add(seat)
        self._unsettled[seat] = None

    def leave(self, seat: Seat) -> None:
        """The seat is empty."""
        self._unsettled.pop(seat, None)
        self._stop_waiting(seat)

    def forget(self, stream: Stream) -> None:
        """There is no such stream any more."""
        self._crossing.pop(stream, None)

    def wanted(self, viewer: Viewer) -> None:
        """A viewer begins, or lost the picture: play what is cached, ask for what is not."""
        for seat in viewer.seats:
            self._unsettle(seat)
        self._request(viewer.feed, self._loop.time())
        self._start()

    def aimed(self, seat: Seat) -> None:
        """A viewer waits for another layer's key frame, if it cannot go over at once."""
        self._stop_waiting(seat)
        target, now = seat.delivery.target, self._loop.time()
        if target is None:
            return
        if seat.delivery.may_cross(now):
            self._send_fresh(now)
            self._cross(seat, now)
            self._start()
            return
        if seat.delivery.mode is Mode.HELD:
            self._unsettle(seat)
        self._crossing.setdefault(target, {})[seat] = None
        self._request(seat.viewer.feed, now)

    def key_frame(self, stream: Stream, now: float) -> None:
        """One has begun, and gone to those who were live: who waited for it begins or goes over."""
        for _, audience in self._audiences.watching(stream):
            self._unsettled |= {seat: None for seat in audience.loose if seat.delivery.mode is Mode.WAITING}
        for seat in [seat for seat in self._crossing.get(stream, ()) if seat.delivery.may_cross(now)]:
            self._stop_waiting(seat)
            self._cross(seat, now)

    def hurry(self, now: float) -> None:
        """Viewers that get nothing until they go over do not wait for a new key frame as long as it takes."""
        held = [seat for waiting in self._crossing.values() for seat in waiting if seat.delivery.mode is Mode.HELD]
        for seat in held:
            if seat.delivery.may_cross(now):
                self.aimed(seat)

    def go_on(self) -> None:
        """Have a turn now, if anybody needs it and none is under way."""
        if self._unsettled:
            self._start()

    def _cross(self, seat: Seat, now: float) -> None:
        self._audiences.remove(seat)
        seat.delivery.cross(now)
        self.take_in(seat)

    def _stop_waiting(self, seat: Seat) -> None:
        """For another layer. A stream that nobody waits for is not kept: it may be of a publisher that has gone."""
        for stream in [stream for stream, waiting in self._crossing.items() if seat in waiting]:
            del self._crossing[stream][seat]
            if not self._crossing[stream]:
                del self._crossing[stream]

    def _unsettle(self, seat: Seat) -> None:
        """Look at this seat on its own until its delivery is settled again."""
        self._unsettled[seat] = None
        audience = self._audiences.of(seat)
        if audience is not None:
            audience.loosen(seat)

    def _start(self) -> None:
        if self._replaying is None and not self._closed:
            self._replayed_at = self._loop.time() - REPLAY_TURN
            self._replay()

    def _replay(self) -> None:
        """A turn: begin, catch up, or start over."""
        self._replaying = None
        now = self._loop.time()
        passed = min(LONGEST_REPLAY_TURN, now - self._replayed_at)
        self._replayed_at = now
        self._send_fresh(now)
        left = REPLAY_SHARE
        for seat in list(self._unsettled):
            if left <= 0:  # whoever has begun goes first; the others begin later, so that nobody falls behind
                break
            delivery = seat.delivery
            delivery.consider(now)
            delivery.check(now)
            chosen = delivery.replay(min(left, delivery.pace(passed)))
            if chosen:
                left -= len(chosen)
                seat.viewer.send(seat, chosen, now)
            if delivery.settled:
                self._unsettled.pop(seat, None)
                seat.viewer.report(now)  # so that sound and picture are together from the start
        self._fanout.flush()
        if left <= 0 or any(seat.delivery.mode is Mode.REPLAY for seat in self._unsettled):
            self._replaying = self._loop.call_later(REPLAY_TURN, self._replay)
