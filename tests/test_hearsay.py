"""Nodes are heard of, fall silent, and are never too many."""

from podium.hearsay import MILLISECONDS, MOST_NODES, Hearsay
from tests.clock import SettableClock


def test_a_node_counts_until_it_is_silent_for_too_long() -> None:
    clock = SettableClock()
    hearsay = Hearsay[int](clock)
    assert hearsay.take("a", 1)
    assert not hearsay.take("a", 1), "nothing new"
    assert hearsay.take("a", 2)
    clock.advance(MILLISECONDS - 1)
    assert hearsay.all() == [2]
    clock.advance(1)
    assert hearsay.all() == []


def test_nodes_without_end_are_not_remembered() -> None:
    hearsay = Hearsay[int](SettableClock())
    for node in range(1_000):
        hearsay.take(str(node), node)
    assert hearsay.all() == list(range(1_000 - MOST_NODES, 1_000))
