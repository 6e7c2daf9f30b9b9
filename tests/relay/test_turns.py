"""The media plane's timers, on a clock whose hands the test turns: what happens when, without waiting for it."""

from __future__ import annotations

import pytest

from podium.relay.plane import REPORT_TURNS, TURN
from tests.relay.hands import Hands
from tests.relay.media import video_section
from tests.relay.stage import Stage


def test_a_publisher_has_its_turns_as_long_as_it_is_there_and_then_nothing_wakes_the_plane(
    timed: Stage, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, publisher = timed.publish(video_section())
    turns: list[float] = []
    monkeypatch.setattr(publisher, "turn", turns.append)
    hands.run(10 * TURN)
    assert [round(at - 100.0, 3) for at in turns] == [round(TURN * number, 3) for number in range(1, 11)]
    publisher.close()
    hands.run(1.0)
    assert len(turns) == 10
    assert hands.waiting == 0


def test_an_accident_costs_one_turn(timed: Stage, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    _, publisher = timed.publish(video_section())
    turns: list[float] = []

    def turn(now: float) -> None:
        turns.append(now)
        if len(turns) == 1:
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr(publisher, "turn", turn)
    with pytest.raises(RuntimeError):
        hands.run(TURN)
    hands.run(3 * TURN)
    assert len(turns) >= 3


def test_each_viewer_has_its_report_once_a_round(timed: Stage, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[str] = []
    timed.publish(video_section())
    for name in ("a", "b", "c"):
        _, viewer = timed.play(video_section(ssrcs=(7,)))
        monkeypatch.setattr(viewer, "report", lambda now, name=name: reports.append(name))
    hands.run(2 * REPORT_TURNS * TURN)
    assert sorted(reports) == ["a", "a", "b", "b", "c", "c"]
