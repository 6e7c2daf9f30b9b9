"""A flood is slowed down; its neighbours and the server's memory do not notice."""

import pytest

from podium.edge import floods
from podium.edge.floods import Floods


class Clock:
    now = 0

    def __call__(self) -> int:
        return self.now


def test_a_key_is_slowed_down_beyond_its_burst_and_no_other():
    clock = Clock()
    paces = Floods(clock, 3, 2)
    assert [paces.wait("one") for _ in range(4)] == [0, 0, 0, 1]
    assert paces.wait("two") == 0
    clock.now = 500
    assert [paces.wait("one") for _ in range(2)] == [0, 1]


def test_waits_are_whole_seconds_rounded_up():
    paces = Floods(Clock(), 1, 1)
    paces.wait("one")
    assert paces.wait("one") == 1


def test_only_so_many_keys_are_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(floods, "MOST", 2)
    paces = Floods(Clock(), 1, 1)
    assert [paces.wait(key) for key in ("a", "b", "a", "c", "a")] == [0, 0, 1, 0, 1]
    assert paces.wait("b") == 0
