"""One incoming SSRC: extension of numbers, gaps, reports."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.rtcp import SenderReport
from podium.relay.source import MISSING_AGE, MOST_MISSING, MOST_TRIES, TOLERATED_WAIT, Source


def source() -> Source:
    return Source(1, 90000, repairs=True)


@given(
    start=st.integers(0, 0xFFFF),
    order=st.lists(st.integers(0, 5), min_size=1, max_size=300),
    dropped=st.sets(st.integers(0, 299)),
)
def test_numbers_are_extended_whatever_the_loss_and_order(start: int, order: list[int], dropped: set[int]) -> None:
    """Packets are delayed by up to five places and some are lost; each arrival keeps its true distance."""
    sent = [number for number in sorted(range(len(order)), key=lambda n: n + order[n]) if number not in dropped]
    one = source()
    seen = [one.receive(start + number & 0xFFFF, 0.0) for number in sent]
    if seen:
        assert seen[0] is not None
        assert [extended - seen[0] for extended in seen if extended is not None] == [n - sent[0] for n in sent]
        assert one.duplicates == 0
        assert [one.receive(start + number & 0xFFFF, 0.0) for number in sent] == [None] * len(sent)
        assert one.duplicates == len(sent)


def test_a_wrap_is_no_gap() -> None:
    one = source()
    assert [one.receive(n, 0.0) for n in (65534, 65535, 0, 1)] == [65534, 65535, 65536, 65537]
    assert one.missing == {}


def test_reordering_by_five_asks_for_nothing() -> None:
    one = source()
    for number in (1, 3, 4, 5, 6, 7):
        one.receive(number, 0.0)
        assert one.due(0.001) == []
    one.receive(2, 0.002)
    assert one.due(10.0) == []


def test_a_lost_packet_is_asked_for_once_per_round_trip_until_it_is_too_old() -> None:
    one = source()
    one.receive(65534, 0.0)
    one.receive(1, 0.0)
    assert one.due(0.0) == []
    asked = []
    now = TOLERATED_WAIT
    while now < MISSING_AGE + 1:
        asked += [(round(now, 3), number) for number in one.due(now)]
        now += 0.01
    assert {number for _, number in asked} == {65535, 0}
    times = sorted({when for when, _ in asked})
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(times))
    assert len(times) <= MOST_TRIES
    assert one.given_up == 2
    assert one.missing == {}


def test_the_round_trip_is_learned_from_answers() -> None:
    one = source()
    before = one.round_trip
    one.receive(1, 0.0)
    one.receive(3, 0.0)
    one.due(0.02)
    one.receive(2, 0.03)
    assert one.round_trip < before


def test_what_is_missing_is_bounded() -> None:
    one = source()
    number = 0
    for _ in range(10):
        one.receive(number & 0xFFFF, 0.0)
        number += 400
        assert len(one.missing) <= MOST_MISSING
    assert one.given_up > 0


def test_a_lone_packet_from_far_off_is_noise_and_two_are_a_restart() -> None:
    one = source()
    one.receive(100, 0.0)
    assert one.receive(40000, 0.0) is None
    assert one.receive(101, 0.0) == 101
    assert one.receive(40001, 0.0) is None
    assert one.receive(40002, 0.0) is not None
    assert one.restarts == 1
    assert one.receive(40003, 0.0) is not None


def test_timestamps_never_wrap() -> None:
    one = source()
    one.receive(1, 0.0)
    assert one.timestamp(0xFFFFFFF0) == 0xFFFFFFF0
    assert one.timestamp(0x10) == 0x1_0000_0010
    assert one.timestamp(0xFFFFFFF0) == 0xFFFFFFF0
    assert one.timestamp_near(0x20) == 0x1_0000_0020


def test_the_report_counts_loss_since_the_last_one() -> None:
    one = source()
    assert one.report(0.0) is None
    for number in (1, 2, 3, 5, 6, 8):
        one.receive(number, 0.0)
    one.sender_report = SenderReport(1, 0x1234_5678_9ABC_DEF0, 0, 0, 0), 1.0
    report = one.report(1.5)
    assert report is not None
    assert (report.highest, report.lost, report.fraction) == (8, 2, (2 << 8) // 8)
    assert (report.last_report, report.delay) == (0x5678_9ABC, 32768)
    one.receive(9, 0.0)
    report = one.report(2.0)
    assert report is not None
    assert (report.lost, report.fraction) == (2, 0)


def test_jitter_is_the_deviation_from_the_senders_clock() -> None:
    steady, uneven = source(), source()
    for number in range(100):
        for one, late in ((steady, 0.0), (uneven, 0.01 * (number % 2))):
            one.receive(number, 0.0)
            one.measure(one.timestamp(3000 * number), number / 30 + late)
    still, moved = steady.report(4.0), uneven.report(4.0)
    assert still is not None
    assert moved is not None
    assert still.jitter < 5
    assert 700 < moved.jitter <= 900
