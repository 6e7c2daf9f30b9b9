"""How fast one connection may talk."""

from podium.pace import Pace


def test_a_burst_is_in_time_and_what_follows_waits():
    pace = Pace(0, burst=3, per_second=10)
    assert [pace.wait(0) for _ in range(4)] == [0, 0, 0, 100]


def test_whoever_waits_as_long_as_told_is_in_time():
    pace = Pace(0, burst=2, per_second=10)
    for _ in range(2):
        pace.wait(0)
    wait = pace.wait(30)
    assert wait == 70
    assert pace.wait(30 + wait) == 0


def test_silence_saves_no_more_than_a_burst():
    pace = Pace(0, burst=2, per_second=10)
    assert [pace.wait(3_600_000) for _ in range(3)] == [0, 0, 100]
