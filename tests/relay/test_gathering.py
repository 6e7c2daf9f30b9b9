"""When packets wait for each other: only while sending is dear, and only where others do come."""

from __future__ import annotations

from podium.relay.gathering import VAIN_PAUSE, Gathering


def after(sendings: int, share: float, gathering: Gathering | None = None) -> Gathering:
    """So many sendings, one every 10 ms, each of which takes this share of it."""
    found = gathering if gathering is not None else Gathering()
    for number in range(sendings):
        found.sent(0.01 * (number + 1) - 0.01 * share, 0.01 * (number + 1))
    return found


def test_an_idle_relay_sends_each_packet_at_once() -> None:
    assert not Gathering().worthwhile
    assert not after(100, 0.1).worthwhile


def test_a_busy_one_gathers() -> None:
    assert after(30, 0.5).worthwhile
    assert not after(100, 0.05, after(30, 0.5)).worthwhile


def test_an_even_stream_is_held_back_in_vain_only_now_and_then() -> None:
    gathering = after(30, 0.5)
    gathering.waited(1)
    assert not after(VAIN_PAUSE - 1, 0.5, gathering).worthwhile
    assert after(1, 0.5, gathering).worthwhile


def test_packets_that_came_meanwhile_made_it_worth_the_wait() -> None:
    gathering = after(30, 0.5)
    gathering.waited(2)
    assert gathering.worthwhile
