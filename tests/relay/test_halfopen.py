"""Who gives way when many sessions are begun and few are connected."""

from dataclasses import dataclass

from podium.relay.halfopen import (
    HANDSHAKE_SECONDS,
    MOST_HANDSHAKES,
    MOST_UNCHECKED,
    UNCHECKED_SECONDS,
    HalfOpen,
)


@dataclass(eq=False)
class Waiting:
    opened_at: float
    is_checked: bool = False


def full(checked: bool, most: int) -> HalfOpen[Waiting]:
    """As many as may be, one opened each millisecond up to the time 10."""
    half_open: HalfOpen[Waiting] = HalfOpen(lambda: 10.0)
    for number in range(most):
        half_open.add(Waiting(10 - (most - number) / 1000, checked))
    return half_open


def test_nobody_gives_way_while_there_is_room() -> None:
    half_open = full(False, MOST_UNCHECKED - 1)
    assert half_open.giving_way() == []
    assert half_open.handshakes == 0


def test_the_oldest_without_a_peer_gives_way_and_one_with_a_peer_does_not() -> None:
    half_open = full(False, MOST_UNCHECKED)
    oldest, second = half_open.unchecked[:2]
    assert half_open.giving_way() == [oldest]
    oldest.is_checked = True
    assert half_open.giving_way() == []
    half_open.add(Waiting(10.0))
    assert half_open.giving_way() == [second]
    half_open.discard(oldest)
    assert oldest not in half_open


def test_who_came_a_moment_ago_does_not_give_way() -> None:
    half_open = full(False, MOST_UNCHECKED)
    for session in half_open.unchecked:
        session.opened_at = 10 - 0.9 * UNCHECKED_SECONDS
    assert half_open.giving_way() is None


def test_handshakes_have_the_time_they_need() -> None:
    half_open = full(True, MOST_HANDSHAKES)
    assert half_open.giving_way() is None
    first = Waiting(10 - HANDSHAKE_SECONDS, True)
    later: HalfOpen[Waiting] = HalfOpen(lambda: 10.0)
    later.add(first)
    for _ in range(MOST_HANDSHAKES - 1):
        later.add(Waiting(9.0, True))
    assert later.handshakes == MOST_HANDSHAKES
    assert later.giving_way() == [first]
