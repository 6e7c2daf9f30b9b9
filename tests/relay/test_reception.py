"""The round trip to a viewer, and what waits on its link."""

import pytest

from podium.relay.reception import Passage, Reception
from podium.relay.resending import LONGEST_ROUND_TRIP
from podium.relay.rtcp import Report


def answer(seconds: int, delay: float = 0.0) -> Report:
    return Report(7, 0, 0, 0, 0, last_report=seconds << 16, delay=round(delay * 65536))


def test_the_round_trip_is_by_the_report_that_is_answered() -> None:
    reception = Reception()
    reception.reported(5 << 32, 10.0)
    reception.heard(answer(4), 19.0)
    assert reception.round_trip == 0.0, "that answers a report which is none of ours"
    reception.heard(answer(5, delay=0.5), 10.6)
    assert reception.round_trip == pytest.approx(0.1, abs=0.001)
    reception.heard(answer(5), 90.0)
    assert reception.round_trip == LONGEST_ROUND_TRIP


def held_up(reception: Reception, since: float, now: float) -> float:
    return reception.passage(0, [since], 0.0, now).held_up


def test_what_is_under_way_for_the_least_round_trip_is_not_held_up() -> None:
    reception = Reception()
    assert held_up(reception, 10.0, 10.3) == pytest.approx(0.3), "as long as no round trip is known"
    for seconds, passed in ((1, 0.2), (2, 0.1), (3, 0.4)):
        reception.reported(seconds << 32, float(seconds))
        reception.heard(answer(seconds), seconds + passed)
    assert held_up(reception, 10.0, 10.3) == pytest.approx(0.2)
    assert held_up(reception, 10.0, 10.05) == 0.0


def test_what_came_through_is_measured_from_report_to_report() -> None:
    reception = Reception()
    assert reception.passage(1000, [], 0.0, 10.0) == Passage()
    assert reception.passage(6000, [10.1, 10.15], 0.0, 10.2) == Passage(
        pytest.approx(0.1), pytest.approx(0.05), pytest.approx(200_000), pytest.approx(0.2)
    )
    soon = reception.passage(6500, [], 0.5, 10.21)
    assert (soon.rate, soon.seconds) == (pytest.approx(8 * 5500 * 0.5 / 0.21), pytest.approx(0.21)), (
        "not over 10 ms alone"
    )
    assert reception.passage(7000, [], 0.0, 10.4).seconds == pytest.approx(0.2)
