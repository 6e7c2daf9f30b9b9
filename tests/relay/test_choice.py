"""Which layer a viewer gets: links that shrink and widen, as its estimates and losses tell."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.choice import CAUTIOUS_WAIT, FIRST_WAIT, LONGEST_WAIT, TROUBLED_WAIT, Chooser, Layer, Wish
from podium.relay.reception import Passage

QUARTER = Layer("q", 150_000, 320, 180, 25)
HALF = Layer("h", 500_000, 640, 360, 25)
FULL = Layer("f", 1_500_000, 1280, 720, 25)
LAYERS = (QUARTER, HALF, FULL)
RATES = {layer.name: layer.bitrate for layer in LAYERS}
SOUND = 40_000


class Link:
    """A viewer behind a link of `capacity` bits per second; its reports as a browser makes them, once a second.

    Its estimate grows by 8 % a second up to 1.5 times what arrives; when the link is full it falls to 85 % of what
    arrives, if it was higher, and what does not fit is lost when `deep` is off, or only delayed. When `short`, its
    processor is: now and then the estimate falls as if the link were full.
    """

    def __init__(self, capacity: float, *, deep: bool = False, short: bool = False) -> None:
        self.capacity = capacity
        self.deep = deep
        self.short = short
        self.chooser = Chooser()
        self.now = 0.0
        self.layer = self.chooser.choose(LAYERS, None, SOUND, 0.0)
        self.estimate: float | None = None
        self.history: list[tuple[float, str | None]] = [(0.0, self.layer)]

    def run(self, seconds: int, layers: tuple[Layer, ...] = LAYERS) -> str | None:
        for _ in range(seconds):
            self.now += 1
            sent = RATES.get(self.layer or "", 0) + SOUND
            arriving = min(sent, self.capacity)
            if sent > self.capacity:
                lost = 0.0 if self.deep else 1 - self.capacity / sent
                self.estimate = min(self.estimate or 1e9, 0.85 * arriving)
            else:
                lost = 0.0
                self.estimate = min(1.08 * (self.estimate or arriving), 1.5 * arriving + 10_000)
            if self.short and self.now % 7 < 2:
                self.estimate = 0.4 * sent
            self.chooser.passed(Passage(0.2 if self.deep and sent > self.capacity else 0.02), self.now)
            self.chooser.lost(lost, self.now)
            if self.now >= 5:
                self.chooser.estimated(self.estimate, sent, self.now)
            chosen = self.chooser.choose(layers, self.layer, SOUND, self.now)
            if chosen != self.layer:
                self.layer = chosen
                self.history.append((self.now, chosen))
        return self.layer


def test_a_good_link_gets_the_highest_at_once_and_keeps_it() -> None:
    link = Link(50e6)
    assert link.layer == "f"
    link.run(120)
    assert link.history == [(0.0, "f")]


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize(("capacity", "layer"), [(800_000, "h"), (300_000, "q")])
def test_a_link_that_shrinks_goes_down_in_time_and_comes_back(deep: bool, capacity: float, layer: str) -> None:
    link = Link(50e6, deep=deep)
    link.run(30)
    link.capacity = capacity
    link.run(8)
    assert link.layer == layer
    link.capacity = 50e6
    assert link.run(90) == "f"


def test_an_estimate_that_falls_while_nothing_waits_and_nothing_is_lost_is_none_of_the_link() -> None:
    link = Link(50e6, short=True)
    link.run(120)
    assert link.history == [(0.0, "f")]
    link.deep = True
    link.capacity = 800_000
    assert link.run(8) != "f"


def test_vain_attempts_get_rarer() -> None:
    link = Link(800_000)
    link.run(400)
    tries = [at for at, layer in link.history if layer == "f"]
    apart = [later - earlier for earlier, later in pairwise(tries)]
    assert len(tries) < 12
    assert apart[-1] > 4 * FIRST_WAIT
    over = sum(1 for at in range(100, 400) if _at(link, at) == "f")
    assert over / 300 < 0.12, "hardly ever above what the link takes"
    link.capacity = 50e6
    assert link.run(int(LONGEST_WAIT) + 5) == "f"


def _at(link: Link, when: float) -> str | None:
    return [layer for at, layer in link.history if at <= when][-1]


def test_little_loss_is_no_trouble_but_no_time_for_more_either() -> None:
    chooser = Chooser()
    assert chooser.choose((QUARTER,), None, 0, 0.0) == "q"
    for second in range(1, 60):
        assert not chooser.lost(0.05, float(second))
        assert chooser.choose(LAYERS, "q", 0, float(second)) == "q"
    chooser.lost(0.0, 60.0)
    assert chooser.choose(LAYERS, "q", 0, 60.0) == "h"


def test_a_single_bad_report_is_no_trouble_two_are() -> None:
    chooser = Chooser()
    chooser.choose(LAYERS, None, 0, 0.0)
    assert not chooser.lost(0.15, 10.0)
    assert not chooser.lost(0.0, 11.0)
    assert not chooser.lost(0.15, 12.0)
    assert chooser.lost(0.15, 13.0)
    assert chooser.choose(LAYERS, "f", 0, 13.0) == "h"


def test_an_estimate_with_room_shortens_the_wait() -> None:
    chooser = Chooser()
    chooser.wish = Wish("q")
    chooser.choose(LAYERS, None, 0, 0.0)
    chooser.wish = Wish()
    chooser.estimated(2_000_000, 150_000, 2.0)
    assert chooser.choose(LAYERS, "q", 0, 2.5) == "h"


@pytest.mark.parametrize("troubled", [False, True])
def test_what_the_publisher_begins_with_is_shown_at_once_on_a_link_without_trouble(troubled: bool) -> None:
    chooser = Chooser()
    chooser.choose((QUARTER,), None, 0, 0.0)
    if troubled:
        chooser.lost(0.5, 0.5)
        chooser.choose((QUARTER,), "q", 0, 0.5)
        chooser.lost(0.0, 1.5)
    assert chooser.choose(LAYERS, "q", 0, 2.0) == ("q" if troubled else "f")


@pytest.mark.parametrize(
    ("wish", "layer"),
    [
        (Wish(), "f"),
        (Wish("h"), "h"),
        (Wish("gone"), "f"),
        (Wish(max_width=640), "h"),
        (Wish(max_height=300), "q"),
        (Wish(max_width=100), "q"),
        (Wish(max_width=9999, max_height=360), "h"),
    ],
)
def test_a_wish_is_served_at_once(wish: Wish, layer: str) -> None:
    chooser = Chooser()
    chooser.choose(LAYERS, None, 0, 0.0)
    chooser.wish = wish
    assert chooser.choose(LAYERS, "f", 0, 1.0) == layer


def test_a_wish_withdrawn_leads_back_up() -> None:
    chooser = Chooser()
    chooser.wish = Wish("q")
    chooser.choose(LAYERS, None, 0, 0.0)
    chooser.wish = Wish()
    found, now = "q", 0.0
    while found != "f":
        now += 1
        found = chooser.choose(LAYERS, found, 0, now) or ""
        assert now < 3 * FIRST_WAIT


def test_a_layer_that_ends_is_left_for_the_best_of_the_others() -> None:
    link = Link(50e6)
    assert link.run(3, (QUARTER, HALF)) == "h"
    assert link.run(20) == "f"


def test_without_layers_there_is_no_choice() -> None:
    assert Chooser().choose((), "q", 0, 0.0) is None


@given(
    st.lists(
        st.tuples(st.floats(0, 3), st.sampled_from(["estimate", "loss"]), st.floats(0, 1), st.sets(st.sampled_from("qhf"))),
        max_size=60,
    )
)  # fmt: skip
def test_the_choice_always_arrives(reports: list[tuple[float, str, float, set[str]]]) -> None:
    chooser, now, current = Chooser(), 0.0, None
    for passed, kind, value, names in reports:
        now += passed
        if kind == "estimate":
            chooser.estimated(value * 2e6, RATES.get(current or "", 0), now)
        else:
            chooser.lost(value, now)
            chooser.passed(Passage(value / 10, value / 20, 1e6 * value, 1.0), now)
        layers = [layer for layer in LAYERS if layer.name in names]
        current = chooser.choose(layers, current, SOUND, now)
        assert current in names if names else current is None


def test_a_report_that_lacks_several_pictures_for_long_is_trouble_at_once() -> None:
    for passage, trouble in (
        (Passage(0.12, 0.05, 700_000, 0.2), True),
        (Passage(0.12, 0.0, 700_000, 0.2), False),  # one picture: nothing was sent since, or the relay was busy
        (Passage(0.09, 0.05, 700_000, 0.2), False),
    ):
        chooser = Chooser()
        chooser.choose(LAYERS, None, SOUND, 0.0)
        assert chooser.passed(passage, 10.0) is trouble


@pytest.mark.parametrize(("before", "layer", "back_after"), [(0.0, "q", CAUTIOUS_WAIT), (0.06, "h", TROUBLED_WAIT)])
def test_what_came_through_in_part_before_the_link_shrank_is_taken_with_caution(
    before: float, layer: str, back_after: float
) -> None:
    chooser = Chooser()
    chooser.choose(LAYERS, None, SOUND, 0.0)
    chooser.passed(Passage(before, 0.0, 1_400_000, 0.2), 9.8)
    assert chooser.passed(Passage(0.12, 0.05, 700_000, 0.2), 10.0)
    assert chooser.choose(LAYERS, "f", SOUND, 10.0) == layer
    higher = "fh"[layer == "q"]
    assert chooser.choose(LAYERS, layer, SOUND, 10.0 + back_after - 0.1) == layer
    assert chooser.choose(LAYERS, layer, SOUND, 10.0 + back_after + 0.1) == higher


def test_estimates_that_come_in_a_flood_are_one() -> None:
    chooser = Chooser()
    chooser.choose(LAYERS, None, 0, 0.0)
    for at in range(10, 200):
        assert not chooser.estimated(1_000_000 * 1.08 ** (at / 10), 1_500_000, at / 10), "it grows as it should"
    chooser.lost(0.05, 20)
    stays = [chooser.estimated(1_000_000, 1_500_000, 20 + at / 20) for at in range(120)]
    assert stays[0], "it fell"
