"""The system clock: wall time that never runs backwards and never stands still."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.clock import SystemClock
from podium.ports import Clock
from tests.clock import SettableClock

SECOND = 1_000_000_000


@pytest.mark.parametrize("clock", [SystemClock(), SettableClock()])
def test_a_clock_answers_milliseconds_and_never_less_than_before(clock: Clock) -> None:
    answers = [clock.now() for _ in range(100)]
    assert answers == sorted(answers)
    assert all(isinstance(answer, int) for answer in answers)


def test_the_system_clock_tells_the_time_of_day() -> None:
    before = time.time_ns() // 1_000_000
    now = SystemClock().now()
    assert before <= now <= time.time_ns() // 1_000_000


def clock_over(readings: Iterator[tuple[int, int]]) -> SystemClock:
    """A system clock on a machine that shows these pairs of wall and monotonic time, one a call of now()."""
    wall = 0

    def monotonic() -> int:
        nonlocal wall
        wall, elapsed = next(readings)
        return elapsed

    return SystemClock(lambda: wall, monotonic)


def test_a_wall_clock_set_back_is_caught_up_with_at_half_speed() -> None:
    made = (0, 0)
    readings = [(100, 0), (90, 4), (100, 14), (110, 24), (111, 25)]
    clock = clock_over(iter((wall * SECOND, monotonic * SECOND) for wall, monotonic in [made, *readings]))
    assert [clock.now() // 1000 for _ in readings] == [100, 102, 107, 112, 112]


def test_a_wall_clock_set_forward_is_followed_at_once() -> None:
    clock = clock_over(iter([(0, 0), (100 * SECOND, 0), (3700 * SECOND, SECOND)]))
    assert [clock.now(), clock.now()] == [100_000, 3_700_000]


@given(st.lists(st.tuples(st.integers(0, 2**62), st.integers(0, 2**40)), min_size=1))
def test_no_wall_clock_makes_the_answers_run_backwards(steps: list[tuple[int, int]]) -> None:
    elapsed = 0
    readings = [(0, 0)]
    for wall, passed in steps:
        elapsed += passed
        readings.append((wall, elapsed))
    clock = clock_over(iter(readings))
    answers = [clock.now() for _ in steps]
    assert answers == sorted(answers)


def test_a_settable_clock_stands_still_until_time_passes() -> None:
    clock = SettableClock(1_000)
    assert (clock.now(), clock.now()) == (1_000, 1_000)
    clock.advance(250)
    assert clock.now() == 1_250
    with pytest.raises(ValueError):
        clock.advance(-1)
