"""Replays of any size are over soon, and never flood a link."""

import pytest

from podium.relay.pace import HIGHEST_REPLAY_RATE, LOWEST_REPLAY_RATE, REPLAY_SECONDS, Pace


@pytest.mark.parametrize("packets", [1, 150, 400, 600])
def test_a_replay_is_over_in_its_time(packets: int) -> None:
    pace = Pace(packets)
    assert sum(pace.take(REPLAY_SECONDS / 20) for _ in range(20)) >= packets
    assert LOWEST_REPLAY_RATE <= pace.rate <= HIGHEST_REPLAY_RATE


def test_a_large_one_takes_longer_and_a_bound_holds() -> None:
    pace = Pace(100_000)
    assert pace.rate == HIGHEST_REPLAY_RATE
    pace.bound(200)
    assert [pace.take(0.005) for _ in range(5)] == [2, 1, 1, 1, 1], "the first at once"
    assert pace.take(60) == 200 * REPLAY_SECONDS, "what was not used in time is lost"
