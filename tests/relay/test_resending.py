"""A viewer that asks for much again gets it within bounds."""

from podium.relay.resending import BURST, RATE, Resending


def test_a_packet_is_sent_again_once_in_a_round_trip() -> None:
    resending = Resending()
    assert [resending.grants(7, 0.1, at) for at in (1.0, 1.05, 1.11)] == [True, False, True]
    assert resending.count == 2


def test_a_burst_is_followed_by_so_many_a_second() -> None:
    resending = Resending()
    assert sum(resending.grants(number, 0.1, 1.0) for number in range(2 * BURST)) == BURST
    assert sum(resending.grants(number, 0.1, 1.5) for number in range(4 * BURST, 6 * BURST)) == min(BURST, RATE // 2)


def test_what_it_remembers_is_bounded() -> None:
    resending = Resending()
    for number in range(10_000):
        resending.grants(number, 0.0, number / RATE)
    assert len(resending._granted) <= 2 * BURST + 1
