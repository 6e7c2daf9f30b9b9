"""The way of one viewer from one encoding of a picture to another: when it may go over, in its own time or in a hurry."""

from __future__ import annotations

from podium.relay.cache import Packet
from podium.relay.stream import Stream

#: In a hurry nothing is sent for up to this time (seconds), as long as something waits on the link: that is shown meanwhile, and what
#: comes after it is not lost behind a full queue.
DRAINING = 0.1
#: Then a viewer begins with a key frame of the last moment, or with a new one, for which it waits this long, or else with the
#: cached one, if that is no older than this (seconds) ...
FRESH_AGE = 0.3
PATIENCE = 0.3
REPLAY_AGE = 2.0
#: ... and with any after this.
LONGEST_HURRY = 1.0
#: It catches up no faster than its link allows, but so much faster than the encoding goes on.
CATCHING_UP = 1.15
#: Octets around the payload of a packet (IPv4, UDP, RTP with extensions, SRTP).
AROUND = 60


class Crossing:
    """Towards `target`, since `since` (seconds).

    `room` is what the link takes (bits per second), None without hurry; nothing is sent for `pause` seconds.
    """

    def __init__(self, target: Stream, now: float) -> None:
        self.target = target
        self.since = now
        self.room: float | None = None
        self.pause = 0.0

    def opening(self) -> Packet | None:
        """The newest key frame to begin with, while it is kept."""
        cache = self.target.cache
        return None if cache.key_frame is None else cache.get(cache.key_frame)

    def hurry(self, room: float, waiting: float, now: float) -> bool:
        """Go over as soon as it can be, with so many seconds waiting on the link.

        False, and nothing changes, when no key frame is to be expected soon.
        """
        opening = self.opening()
        is_old = opening is None or now - opening.arrived > REPLAY_AGE
        if is_old and self.target.requests.answered is False:
            return False
        if self.room is None:
            self.since, self.pause = now, min(DRAINING, waiting)
        self.room = room
        return True

    def is_possible(self, *, otherwise_still: bool, now: float) -> bool:
        """Whether there is a key frame to go over: a new one; any, when nothing comes any more (`otherwise_still`)."""
        opening = self.opening()
        if opening is None or now - self.since < self.pause:
            return False
        if opening.arrived >= self.since or otherwise_still:
            return True
        return self.room is not None and self._may_begin_late(now - opening.arrived, now - self.since)

    def is_in_vain(self, now: float) -> bool:
        """Whether nothing that it could begin with came in all this hurry."""
        return self.room is not None and self.opening() is None and now - self.since >= LONGEST_HURRY

    def _may_begin_late(self, age: float, waited: float) -> bool:
        """Whether a key frame from before will do: the older it is, the more there is to catch up on a narrow link."""
        if age <= FRESH_AGE or waited >= LONGEST_HURRY:
            return True
        in_vain = self.target.requests.answered is False or waited >= PATIENCE
        return in_vain and age - waited <= REPLAY_AGE

    def pace(self, packets: list[Packet]) -> float | None:
        """At how many of these packets a second to catch up; None when it need not be considered."""
        if self.room is None:
            return None
        octets = AROUND + sum(len(packet.payload) for packet in packets) / len(packets)
        return max(self.room, CATCHING_UP * self.target.bitrate) / (8 * octets)
