"""What went out to one viewer, in its own numbers."""

from __future__ import annotations

import pytest

from podium.relay.cache import Packet
from podium.relay.crossing import AROUND
from podium.relay.epoch import Epoch
from podium.relay.numberline import NumberLine
from podium.relay.progress import Progress
from podium.relay.reception import UNHINDERED, Passage
from podium.relay.rtcp import Report
from podium.relay.shape import shape_of
from podium.relay.source import Source
from podium.relay.stream import Stream
from tests.relay.media import DELTA, KEY, packet, video_section


class Told:
    """A stream of ten pictures a second; each that goes out has the next number from 65,000 on."""

    def __init__(self) -> None:
        self.stream = Stream("video")
        self.stream.attach(Source(1, 90000, repairs=True), video_section())
        self.line = NumberLine(65_000, 5)
        self.count = 0

    def shoot(self) -> Packet:
        self.count += 1
        (taken,) = self.stream.take(
            packet(self.count, 9000 * self.count, DELTA if self.count > 1 else KEY), self.count / 10
        )
        return taken

    def begin(self, first: Packet) -> None:
        shift = self.line.next_sequence - first.sequence
        shape = shape_of(video_section())
        self.line.begin(
            Epoch(self.stream, shape, first.sequence, shift, 5 - first.timestamp, first.sequence - 1, (), 5, 1)
        )

    def send(self, count: int) -> list[Packet]:
        sent = [self.shoot() for _ in range(count)]
        if not self.line.epochs:
            self.begin(sent[0])
        for one in sent:
            self.line.note(one, 1, len(one.payload), one.arrived)
        return sent


def report(highest: int) -> Report:
    return Report(7, 0, 0, highest & 0xFFFF, 0, 0, 0)


def test_what_a_group_was_sent_counts_for_each_that_followed_it_then() -> None:
    told = Told()
    told.send(2)
    progress = Progress()
    progress.note(told.shoot(), 1, 100, 0.3)
    told.line.follow(progress)
    newest = told.shoot()
    progress.note(newest, 3, 50, 0.4)
    assert (told.line.packets, told.line.octets) == (5, 2 * len(DELTA) + 50)
    told.line.unfollow()
    progress.note(told.shoot(), 1, 100, 0.5)
    assert (told.line.packets, told.line.newest_sent()) == (5, newest)
    assert told.line.next_sequence == newest.sequence + told.line.epoch.shift + 1


def test_time_goes_on_by_what_has_passed() -> None:
    told = Told()
    assert told.line.next_timestamp(90, 90000, 7.0) == 5
    last = told.send(1)[-1]
    assert told.line.next_timestamp(90, 90000, last.arrived + 0.5) == 5 + 45_000
    assert told.line.next_timestamp(90, 90000, last.arrived) == 5 + 90


def test_what_was_left_behind_is_not_sent_again_what_came_after_is() -> None:
    told = Told()
    told.send(3)
    told.begin(told.shoot())
    told.line.leave_behind()
    told.send(2)
    numbers = [number & 0xFFFF for number in range(65_000, 65_006)]
    assert [one.sequence + epoch.shift for one, epoch in told.line.nacked(numbers, 1.0)] == [65_003, 65_004, 65_005]


def test_a_report_tells_what_passed() -> None:
    told = Told()
    told.send(10)
    assert told.line.passage(report(65_009), 1.0) == UNHINDERED
    told.send(10)
    octets = 6 * (len(DELTA) + AROUND)
    assert told.line.passage(report(65_015), 2.0) == Passage(
        pytest.approx(0.3), pytest.approx(0.3), pytest.approx(8 * octets), 1.0
    )
