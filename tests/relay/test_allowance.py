"""What a publisher may send."""

from __future__ import annotations

from itertools import pairwise

from podium.relay.allowance import HIGHEST_BITRATE, LOWEST_BITRATE, Allowance


def test_loss_brings_it_below_what_arrives_and_calm_back_up() -> None:
    allowance = Allowance()
    allowance.update(0.2, 4_000_000)
    assert allowance.bitrate < 4_000_000
    allowance.update(0.2, 0)
    assert allowance.bitrate == LOWEST_BITRATE
    rates = []
    for _ in range(60):
        allowance.update(0.05, 1_000_000)
        rates.append(allowance.bitrate)
    assert all(later >= earlier for earlier, later in pairwise(rates))
    assert rates[-1] == HIGHEST_BITRATE
