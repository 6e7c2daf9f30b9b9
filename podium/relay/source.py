"""How one SSRC of a publisher arrives: extended numbers, what is missing, and the report on it (RFC 3550, A.1, A.3, A.8)."""

from __future__ import annotations

from dataclasses import dataclass

from podium.relay.rtcp import Report, SenderReport

#: A jump further than this is a restart of the sender, not a loss (RFC 3550, A.1: MAX_DROPOUT).
FURTHEST_JUMP = 3000
#: Older than this is no late packet but another number line (RFC 3550, A.1: MAX_MISORDER, widened for retransmissions).
LATEST = 1000

#: Packets that may overtake before a gap counts as a loss.
TOLERATED_REORDER = 6
#: ... or this time, when fewer follow. Seconds.
TOLERATED_WAIT = 0.02
MOST_MISSING = 512
MOST_TRIES = 8
#: A missing packet is of no use after this. Seconds.
MISSING_AGE = 1.0
FIRST_ROUND_TRIP = 0.08
SHORTEST_RETRY = 0.02


@dataclass(slots=True)
class Gap:
    """A sequence number that did not arrive: since when, how often asked for, and when last."""

    since: float
    tries: int = 0
    asked: float = 0.0


class Source:
    """Receiving state of one SSRC. Sequence numbers and timestamps leave it extended: they never wrap."""

    def __init__(self, ssrc: int, clock_rate: int, *, repairs: bool) -> None:
        self.ssrc = ssrc
        self.clock_rate = clock_rate
        self.repairs = repairs
        self.highest: int | None = None
        self.received = 0
        self.duplicates = 0
        self.restarts = 0
        self.given_up = 0
        self.repaired = 0
        self.round_trip = FIRST_ROUND_TRIP
        self.sender_report: tuple[SenderReport, float] | None = None
        self.ntp_shift = 0  # from the sender's clock to the relay's, in NTP 32.32
        self.missing: dict[int, Gap] = {}
        self._first = 0
        self._seen = 0  # bit n: highest - n arrived
        self._suspect: int | None = None
        self._timestamp: int | None = None
        self._transit: float | None = None
        self._jitter = 0.0
        self._reported_expected = 0
        self._reported_received = 0
        self._noticed_given_up = 0

    def receive(self, sequence: int, now: float) -> int | None:
        """The extended number of an arrived packet; None for a duplicate and for what is too far off.

        Two packets in a row from far off are a restarted sender: numbering goes on there (`restarts` counts it).
        """
        if self.highest is None:
            self._begin(sequence)
            return sequence
        ahead = (sequence - self.highest + 0x8000 & 0xFFFF) - 0x8000
        if ahead > FURTHEST_JUMP or ahead <= -LATEST:
            if self._suspect != sequence:
                self._suspect = sequence + 1 & 0xFFFF
                return None
            self.restarts += 1
            extended = self.highest + ahead + (0x10000 if ahead <= 0 else 0)
            self._begin(extended)
            return extended
        self._suspect = None
        extended = self.highest + ahead
        if ahead <= 0:
            if self._seen >> -ahead & 1:
                self.duplicates += 1
                return None
            self._seen |= 1 << -ahead
            self._fill(extended, now)
        else:
            self._seen = (self._seen << ahead | 1) & (1 << LATEST) - 1
            if self.repairs and ahead > 1:
                self._lose(range(self.highest + 1, extended), now)
            self.highest = extended
        self.received += 1
        return extended

    def _begin(self, extended: int) -> None:
        self.highest = self._first = extended
        self._seen = 1
        self._suspect = None
        self.missing.clear()
        self.received = 1
        self._reported_expected = self._reported_received = 0

    def _lose(self, lost: range, now: float) -> None:
        if len(self.missing) + len(lost) > MOST_MISSING:
            self.given_up += len(self.missing) + len(lost)
            self.missing.clear()
            return
        for extended in lost:
            self.missing[extended] = Gap(now)

    def _fill(self, extended: int, now: float) -> None:
        gap = self.missing.pop(extended, None)
        if gap is not None and gap.tries:
            self.repaired += 1
        if gap is not None and gap.tries == 1:
            self.round_trip += (now - gap.asked - self.round_trip) / 4

    def timestamp(self, timestamp: int) -> int:
        """The extended form of a timestamp, relative to the last one seen (first call: as it is)."""
        if self._timestamp is None:
            self._timestamp = timestamp
        else:
            self._timestamp = self.timestamp_near(timestamp)
        return self._timestamp

    def timestamp_near(self, timestamp: int) -> int:
        """The extended form of a timestamp from a sender report, near the last one seen; changes nothing."""
        near = self._timestamp or 0
        return near + (timestamp - near + 0x80000000 & 0xFFFFFFFF) - 0x80000000

    def measure(self, timestamp: int, now: float) -> None:
        """Interarrival jitter (RFC 3550, 6.4.1) with an extended timestamp."""
        transit = now * self.clock_rate - timestamp
        if self._transit is not None:
            self._jitter += (abs(transit - self._transit) - self._jitter) / 16
        self._transit = transit

    def due(self, now: float) -> list[int]:
        """The 16-bit numbers to ask for now, each again after a round trip; what is too old is given up."""
        asked: list[int] = []
        for extended, gap in list(self.missing.items()):
            if gap.tries >= MOST_TRIES or now - gap.since > MISSING_AGE:
                del self.missing[extended]
                self.given_up += 1
            elif self._is_due(extended, gap, now):
                gap.tries += 1
                gap.asked = now
                asked.append(extended & 0xFFFF)
        return asked

    def has_given_up(self) -> bool:
        """Whether packets were given up since the last call: only a key frame repairs the picture then."""
        before, self._noticed_given_up = self._noticed_given_up, self.given_up
        return self.given_up != before

    def _is_due(self, extended: int, gap: Gap, now: float) -> bool:
        if gap.tries:
            return now - gap.asked >= max(SHORTEST_RETRY, 1.5 * self.round_trip)
        assert self.highest is not None
        return self.highest - extended >= TOLERATED_REORDER or now - gap.since >= TOLERATED_WAIT

    @property
    def lost(self) -> int:
        """Packets that were to come since the number line began and have not, repaired ones not among them."""
        return 0 if self.highest is None else self.highest - self._first + 1 - self.received

    def report(self, now: float) -> Report | None:
        """The report block since the last call; None before the first packet."""
        if self.highest is None:
            return None
        expected = self.highest - self._first + 1
        since_expected = expected - self._reported_expected
        since_lost = since_expected - (self.received - self._reported_received)
        self._reported_expected, self._reported_received = expected, self.received
        fraction = min(255, max(0, (since_lost << 8) // since_expected)) if since_expected > 0 else 0
        last_report = delay = 0
        if self.sender_report is not None:
            sent, at = self.sender_report
            last_report = sent.ntp >> 16 & 0xFFFFFFFF
            delay = int((now - at) * 65536) & 0xFFFFFFFF
        return Report(
            ssrc=self.ssrc,
            fraction=fraction,
            lost=expected - self.received,
            highest=self.highest & 0xFFFFFFFF,
            jitter=int(self._jitter) & 0xFFFFFFFF,
            last_report=last_report,
            delay=delay,
        )
