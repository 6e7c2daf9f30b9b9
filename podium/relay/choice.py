"""Which layer of a simulcast one viewer gets: by its wish, its link, and what the publisher sends.

A receiver's estimate (REMB) is no measure of a good link: it grows by 8 % a second and never far beyond what arrives.
It is taken as a sign of trouble when it falls, or when it stays below what is sent, and packets are held up or lost
at the same time: a viewer short of processor lowers its estimate on the best of links, and leaves it there. Heavy loss
is the other sign. Without trouble the next layer is tried; when that fails, the next attempt waits twice as long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from podium.relay.reception import UNHINDERED, Passage

#: An estimate below this share of what is sent is too little; it falls when it is below this share of the one before.
TOO_LITTLE = 0.9
FALLEN = 0.98
#: With trouble, what is sent next takes no more than this share of the estimate: the rest drains what waits on the link.
SPARE = 0.85
#: A first estimate, and what came through when the report before told of nothing held up, is in part of a time before the link
#: shrank: of such less is taken, and a layer that was left out for that is tried soon (seconds).
CAUTIOUS = 0.6
CAUTIOUS_WAIT = 4.0
#: An estimate that has not grown by this factor in this time (seconds) does not grow.
GROWTH = 1.04
GROWTH_SECONDS = 4.0
#: One estimate in this time is remembered (seconds), the latest always; older than this it says nothing (seconds).
ESTIMATE_STEP = 0.5
ESTIMATE_AGE = 6.0
#: Loss (0 to 1) that is trouble at once, in two reports in a row, and too much to try the next layer.
HEAVY_LOSS = 0.25
LASTING_LOSS = 0.10
CALM_LOSS = 0.02
#: Packets that are under way for so much longer than usual wait on a full link; known for so long (seconds).
HELD_UP = 0.05
HELD_UP_AGE = 1.5
#: Held up for so long, with more than one picture lacking (seconds), is trouble at once. What came through is a measure of the link
#: for this long (seconds).
LONG_HELD_UP = 0.1
LONG_LACKING = 0.03
PASSAGE_AGE = 1.0
#: After a step down losses of before are still reported for this long, and an estimate falls on for this long (seconds).
SETTLING = 2.0
FALLING = 0.6
#: Without trouble for this long the next layer is tried, longer after trouble; sooner when the estimate has room for it
#: (seconds).
FIRST_WAIT = 5.0
TROUBLED_WAIT = 10.0
LONGEST_WAIT = 60.0
ROOM_WAIT = 2.0
ROOM = 1.1
#: Trouble within this time of a change upwards is the change's fault (seconds).
TRIAL = 15.0


@dataclass(frozen=True, slots=True)
class Layer:
    """One encoding that arrives now: bits per second, pixels (0 while unknown) and pictures per second."""

    name: str
    bitrate: float
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What the viewer asked for: one layer by name, or a size that is large enough for it; None: as good as it gets."""

    name: str | None = None
    max_width: int | None = None
    max_height: int | None = None

    def admits(self, layer: Layer) -> bool:
        """Whether the layer is no larger than wished for."""
        return (self.max_width is None or layer.width <= self.max_width) and (
            self.max_height is None or layer.height <= self.max_height
        )


class Chooser:
    """The choice for one viewer. Times are seconds of any clock."""

    def __init__(self) -> None:
        self.wish = Wish()
        self._estimates: deque[tuple[float, float]] = deque(maxlen=16)
        self._latest: tuple[float, float] | None = None
        self._loss = 0.0
        self._is_first = True
        self._held_up_at: float | None = None
        self._passage = UNHINDERED
        self._passage_at = float("-inf")
        self._is_sudden = False
        self._known: frozenset[str] = frozenset()
        self._trouble = False
        self._troubled_at: float | None = None
        self._changed_at: float | None = None
        self._raised_at: float | None = None
        self._failed = False
        self._wait = FIRST_WAIT

    def passed(self, passage: Passage, now: float) -> bool:
        """What came through by its last report. Whether it means trouble."""
        before, self._passage, self._passage_at = self._passage, passage, now
        self._is_sudden = before.held_up < HELD_UP
        if passage.held_up >= HELD_UP:
            self._held_up_at = now
        full = passage.held_up >= LONG_HELD_UP and passage.lacking >= LONG_LACKING
        return self._note(full and not self._is_settling(now, FALLING), now)

    def estimated(self, bitrate: float, sent: float, now: float) -> bool:
        """The viewer's estimate, and what is sent to it (bits per second). Whether it means trouble."""
        before, self._latest = self._latest, (now, bitrate)
        self._is_first = before is None or now - before[0] > ESTIMATE_AGE
        if not self._estimates or now - self._estimates[-1][0] >= ESTIMATE_STEP:  # while it falls, some come at once
            self._estimates.append(self._latest)
        if bitrate >= TOO_LITTLE * sent or self._is_settling(now, FALLING):
            return False
        earlier = [value for at, value in self._estimates if now - at >= GROWTH_SECONDS and self._is_present(at)]
        falls = bitrate < FALLEN * before[1] if before is not None else self._is_sure(now)
        stays = bool(earlier) and bitrate < GROWTH * earlier[-1]
        return self._note((falls or stays) and self._is_confirmed(now), now)

    def lost(self, fraction: float, now: float) -> bool:
        """The loss of its last report, 0 to 1. Whether it means trouble."""
        before, self._loss = self._loss, fraction
        if self._is_settling(now, SETTLING):
            return False
        return self._note(fraction >= HEAVY_LOSS or min(before, fraction) >= LASTING_LOSS, now)

    def choose(self, layers: Sequence[Layer], current: str | None, sound: float, now: float) -> str | None:
        """The layer to send: `layers` are those that arrive, the smallest first; None when there is none.

        `sound` is what goes to the viewer besides. Takes note of the choice: call it when the answer is acted upon.
        """
        names = [layer.name for layer in layers]
        known, self._known = self._known, frozenset(names)
        if self.wish.name in names:
            return self._settle(self.wish.name, current, now)
        admitted = [layer for layer in layers if self.wish.admits(layer)] or list(layers[:1])
        position = next((at for at, layer in enumerate(admitted) if layer.name == current), None)
        if not admitted:
            return None
        if position is None or self._changed_at is None:
            return self._settle(self._best(admitted, sound, self._estimate(now)).name, current, now)
        if self._trouble:
            lower = admitted[: max(1, position)]
            found = self._best(lower, sound, self.room(sound, now))
            if found is not self._best(lower, sound, self.room(sound, now, SPARE)) and not self._failed:
                self._wait = CAUTIOUS_WAIT
            return self._settle(found.name, current, now)
        appeared = [layer for layer in admitted[position + 1 :] if layer.name not in known]
        if appeared and self._troubled_at is None and self._loss <= CALM_LOSS:  # the publisher has just begun with it
            self._raised_at = now
            return self._settle(appeared[-1].name, current, now)
        if position + 1 < len(admitted) and self._may_rise(admitted[position + 1].bitrate + sound, now):
            self._raised_at = now
            return self._settle(admitted[position + 1].name, current, now)
        return current

    def waiting(self, now: float) -> float:
        """For how long (seconds) packets wait on the link, by the last report; without end when it is not of the moment."""
        return self._passage.held_up if now - self._passage_at < PASSAGE_AGE / 4 else float("inf")

    def room(self, sound: float, now: float, doubt: float = CAUTIOUS) -> float | None:
        """What may be sent, sound included, over a link that is full (bits per second); None while nothing is known of it.

        `doubt`: the share that is taken of a figure that may be of the time before.
        """
        estimate, passage, found = self._estimate(now), self._passage, []
        if estimate is not None:
            found.append((doubt if self._is_first else SPARE) * estimate)
        if passage.held_up >= LONG_HELD_UP and passage.seconds and now - self._passage_at <= PASSAGE_AGE:
            found.append((doubt if self._is_sudden else SPARE) * (passage.rate + sound))
        return min(found, default=None)

    def _best(self, layers: Sequence[Layer], sound: float, bound: float | None) -> Layer:
        """The highest layer within the bound, if there is one."""
        if bound is None:
            return layers[-1]
        return next((layer for layer in reversed(layers) if layer.bitrate + sound <= bound), layers[0])

    def _estimate(self, now: float) -> float | None:
        return None if self._latest is None or now - self._latest[0] > ESTIMATE_AGE else self._latest[1]

    def _may_rise(self, needed: float, now: float) -> bool:
        if self._loss > CALM_LOSS or self._changed_at is None:
            return False
        since = max(self._changed_at, self._troubled_at if self._troubled_at is not None else self._changed_at)
        estimate = self._estimate(now)
        has_room = estimate is not None and estimate >= ROOM * needed
        return now - since >= (min(ROOM_WAIT, self._wait) if has_room and not self._failed else self._wait)

    def _note(self, trouble: bool, now: float) -> bool:
        if not trouble:
            return False
        self._failed = self._raised_at is not None and now - self._raised_at < TRIAL
        self._wait = min(LONGEST_WAIT, max(TROUBLED_WAIT, 2 * self._wait)) if self._failed else TROUBLED_WAIT
        self._raised_at = None
        self._trouble = True
        self._troubled_at = now
        return True

    def _settle(self, name: str | None, current: str | None, now: float) -> str | None:
        if name != current or self._changed_at is None:
            self._changed_at = now
        self._trouble = False
        return name

    def _is_confirmed(self, now: float) -> bool:
        """Whether the link shows what the estimate says."""
        at = self._held_up_at
        return self._loss > CALM_LOSS or (at is not None and self._is_present(at) and now - at < HELD_UP_AGE)

    def _is_settling(self, now: float, seconds: float) -> bool:
        return self._troubled_at is not None and now - self._troubled_at < seconds

    def _is_sure(self, now: float) -> bool:
        """Whether a first estimate is of what is sent now: browsers make none for seconds unless there is need."""
        return self._changed_at is not None and now - self._changed_at >= SETTLING

    def _is_present(self, at: float) -> bool:
        """Whether an estimate is of the layer that is sent now."""
        return self._changed_at is None or at >= self._changed_at
