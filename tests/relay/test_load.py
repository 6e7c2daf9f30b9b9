import pytest

from podium.relay.load import Load


def test_the_share_of_a_core_is_smoothed_and_never_more_than_one() -> None:
    spent, now = iter((0.0, 0.5, 0.5, 9.0)), iter((10.0, 11.0, 12.0, 13.0))
    load = Load(lambda: next(spent), lambda: next(now))
    assert [load.look() for _ in range(3)] == pytest.approx([0.25, 0.125, 0.5625])
