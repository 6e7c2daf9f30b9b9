"""A viewer that goes from one layer to another: one number line, one clock, one line of pictures."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.cache import Packet
from podium.relay.crossing import AROUND, DRAINING, LONGEST_HURRY, PATIENCE, Crossing
from podium.relay.delivery import Delivery, Mode
from podium.relay.pictureid import picture_numbers
from podium.relay.rtcp import SenderReport
from podium.relay.rtp import parse
from podium.relay.shape import shape_of
from podium.relay.source import Source
from podium.relay.stream import Stream
from tests.relay.media import packet, video_section

RATE = 90_000


def vp8(key: bool, picture: int, base: int, first: bool = True) -> bytes:
    head = bytes((0x90 if first else 0x80, 0xE0, 0x80 | picture >> 8 & 0x7F, picture & 0xFF, base & 0xFF, 0x20))
    return head + (b"\x00" if key else b"\x01") + b"media"


class Layer:
    """One encoding: numbers, times and picture numbers of its own, two packets a picture."""

    def __init__(self, dice: random.Random) -> None:
        self.stream = Stream("video")
        self.source = Source(dice.randrange(1 << 32), RATE, repairs=True)
        self.stream.attach(self.source, video_section())
        self.sequence, self.picture, self.base = dice.randrange(1 << 16), dice.randrange(1 << 15), dice.randrange(256)
        self.clock = dice.randrange(1 << 32)

    def shoot(self, now: float, *, key: bool) -> list[Packet]:
        at = self.clock + round(now * RATE)
        self.picture, self.base = (self.picture + 1) % (1 << 15), (self.base + 1) % 256
        found: list[Packet] = []
        for first in (True, False):
            self.sequence += 1
            payload = vp8(key, self.picture, self.base, first)
            found += self.stream.take(packet(self.sequence, at, payload, marker=not first), now)
        return found

    def report(self, now: float) -> None:
        """As the publisher's clock, 1,000 seconds ahead of ours, has it."""
        ntp = round((now + 1000) * (1 << 32))
        timestamp = self.clock + round(now * RATE) & 0xFFFFFFFF
        self.source.sender_report = SenderReport(self.source.ssrc, ntp, timestamp, 0, 0), now


class Watch:
    """A delivery among layers, with all that it sent: (number, time, wire)."""

    def __init__(self, layers: list[Layer], first: int = 0) -> None:
        self.layers = layers
        self.delivery = Delivery(
            layers[first].stream, shape_of(video_section()), ssrc=7, first_sequence=100, first_timestamp=0xFFFFFF00
        )
        self.delivery.join(0.0)
        self.sent: list[tuple[int, int, bytes, float]] = []

    def send(self, packets: list[Packet], now: float) -> None:
        for one in packets:
            epoch = self.delivery.line.epoch
            rendered = epoch.shape.render(one)
            assert rendered is not None
            self.sent.append((one.sequence + epoch.shift, epoch.time(one), parse(rendered).payload, now))
            self.delivery.line.note(one, 1, len(one.payload), now)

    def step(self, now: float, *, key: bool) -> None:
        """One picture of each layer, as the plane handles it."""
        for layer in self.layers:
            packets = layer.shoot(now, key=key)
            if layer.stream is self.delivery.stream:
                self.send(self.delivery.live(packets, now), now)
            if self.delivery.target is layer.stream and key and self.delivery.may_cross(now):
                self.delivery.cross(now)
            self.delivery.consider(now)
            self.send(self.delivery.replay(1000), now)

    def check(self) -> None:
        numbers = [number for number, _, _, _ in self.sent]
        assert numbers == list(range(100, 100 + len(numbers)))
        assert all(later >= earlier for (_, earlier, _, _), (_, later, _, _) in pairwise(self.sent))
        pictures = [found for _, _, payload, _ in self.sent if (found := picture_numbers(payload)) is not None]
        steps = {
            ((b.picture - a.picture) % (1 << 15), ((b.base or 0) - (a.base or 0)) % 256) for a, b in pairwise(pictures)
        }
        assert steps <= {(0, 0), (1, 1)}


@given(st.integers(0, 1 << 30), st.booleans())
def test_numbers_and_pictures_go_on_over_any_changes(seed: int, reported: bool) -> None:
    dice = random.Random(seed)
    layers = [Layer(dice) for _ in range(3)]
    watch, now = Watch(layers), 1.0
    for layer in layers:
        if reported:
            layer.report(now)
    for step in range(120):
        now += 1 / 30
        if step and dice.random() < 0.1:
            watch.delivery.aim(dice.choice(layers).stream, now)
        watch.step(now, key=step == 0 or dice.random() < 0.15)
    watch.check()
    assert len(watch.sent) >= 2 * 120
    assert [layer.stream.watchers for layer in layers].count(0) >= 1
    watch.delivery.leave()
    assert [layer.stream.watchers for layer in layers] == [0, 0, 0]


@pytest.mark.parametrize("lag", [0.0, 0.012, 0.2])
def test_the_clock_goes_on_as_the_publishers_reports_have_it(lag: float) -> None:
    """The upper layer arrives later by `lag`; by arrival alone its pictures would come to late a time."""
    dice = random.Random(5)
    layers = [Layer(dice), Layer(dice)]
    for layer in layers:
        layer.report(1.0)
    watch = Watch(layers)
    for step in range(10):
        watch.step(1.0 + step / 30, key=step == 0)
    last = 1.0 + 9 / 30
    watch.delivery.aim(layers[1].stream, last)
    shot = last + 1 / 30
    for first in layers[1].shoot(shot, key=True):
        first.arrived = shot + lag
    watch.delivery.cross(shot + lag)
    watch.send(watch.delivery.replay(10), shot + lag)
    passed = watch.sent[-1][1] - next(at for _, at, _, now in watch.sent if now == last)
    assert abs(passed / RATE - 1 / 30) < 0.001


def test_without_reports_the_clock_goes_on_with_the_arrivals() -> None:
    dice = random.Random(6)
    watch = Watch([Layer(dice), Layer(dice)])
    for step in range(10):
        watch.step(1.0 + step / 30, key=step in (0, 8))
        if step == 5:
            watch.delivery.aim(watch.layers[1].stream, 1.0)
    watch.check()
    seconds = [(at - watch.sent[0][1]) / RATE - (now - watch.sent[0][3]) for _, at, _, now in watch.sent]
    assert max(map(abs, seconds)) < 0.01


def test_nothing_changes_before_the_other_layers_key_frame_which_is_asked_for_once_a_while() -> None:
    dice = random.Random(7)
    layers = [Layer(dice), Layer(dice)]
    watch = Watch(layers)
    watch.step(1.0, key=True)
    watch.delivery.aim(layers[1].stream, 1.01)
    assert layers[1].stream.requests.due(1.01)
    assert not layers[1].stream.requests.due(1.1)
    watch.step(1.2, key=False)
    assert watch.delivery.stream is layers[0].stream
    watch.step(1.3, key=True)
    assert watch.delivery.stream is layers[1].stream
    watch.check()


def test_a_layer_that_fell_silent_is_left_for_what_the_other_has() -> None:
    dice = random.Random(8)
    layers = [Layer(dice), Layer(dice)]
    watch = Watch(layers)
    watch.step(1.0, key=True)
    layers[1].shoot(1.1, key=False)
    watch.delivery.aim(layers[1].stream, 1.5)
    assert not watch.delivery.may_cross(1.5), "its own still goes on: better to wait for a new key frame"
    assert watch.delivery.may_cross(9.0)


def test_who_has_not_begun_waits_with_the_layer_aimed_at() -> None:
    dice = random.Random(9)
    layers = [Layer(dice), Layer(dice)]
    watch = Watch(layers)
    watch.delivery.aim(layers[1].stream, 1.0)
    assert watch.delivery.may_cross(1.0)
    watch.delivery.cross(1.0)
    assert watch.delivery.mode is Mode.WAITING
    watch.step(1.1, key=True)
    assert len(watch.sent) == 2
    watch.check()


def test_what_was_lost_before_the_change_is_still_sent_again() -> None:
    dice = random.Random(10)
    layers = [Layer(dice), Layer(dice)]
    watch = Watch(layers)
    for step in range(20):
        watch.step(1.0 + step / 30, key=step % 5 == 0)
        if step == 7:
            watch.delivery.aim(layers[1].stream, 1.0)
    assert watch.delivery.stream is layers[1].stream
    found = watch.delivery.nacked([number for number, _, _, _ in watch.sent], 3.0)
    again = []
    for one, epoch in found:
        rendered = epoch.shape.render(one)
        assert rendered is not None
        again.append((one.sequence + epoch.shift, epoch.time(one), parse(rendered).payload))
    assert again == [(number, at, payload) for number, at, payload, _ in watch.sent]


def test_a_viewer_in_a_hurry_gets_nothing_more_of_what_it_leaves() -> None:
    dice = random.Random(3)
    layers = [Layer(dice), Layer(dice)]
    watch = Watch(layers)
    watch.step(1.0, key=True)
    watch.step(1.04, key=False)
    watch.delivery.aim(layers[1].stream, 1.05)
    watch.delivery.hurry(400_000, 0.2, 1.05)
    before = len(watch.sent)
    lost = [number & 0xFFFF for number, _, _, _ in watch.sent]
    watch.step(1.08, key=True)
    assert (len(watch.sent), watch.delivery.nacked(lost, 1.1)) == (before, []), "its link drains"
    watch.step(1.3, key=True)
    watch.step(1.34, key=False)
    assert len(watch.sent) > before
    assert watch.delivery.nacked(lost, 1.4) == [], "nor anything again that was before the change"
    watch.check()


def test_a_viewer_in_a_hurry_that_stays_after_all_begins_anew() -> None:
    dice = random.Random(3)
    layers = [Layer(dice), Layer(dice)]
    watch = Watch(layers)
    watch.step(1.0, key=True)
    watch.delivery.aim(layers[1].stream, 1.05)
    watch.delivery.hurry(400_000, 0.2, 1.05)
    watch.step(1.04, key=False)
    watch.delivery.aim(None, 1.08)
    watch.step(1.12, key=False)
    assert watch.delivery.mode is Mode.LIVE
    watch.check()


def hurried(answered: bool | None, age: float) -> tuple[Crossing, Layer]:
    """On the way to a layer whose last key frame came so long before second 10."""
    layer = Layer(random.Random(1))
    layer.shoot(10.0 - age, key=True)
    layer.stream.requests.answered = answered
    return Crossing(layer.stream, 10.0), layer


def crosses_at(crossing: Crossing, layer: Layer, key_at: float | None) -> float:
    """When it goes over: 50 turns a second, a new key frame at `key_at`."""
    for turn in range(200):
        now = 10.0 + turn / 50
        if key_at is not None and now >= key_at:
            layer.shoot(now, key=True)
            key_at = None
        if crossing.is_possible(otherwise_still=False, now=now):
            return now - 10.0
    raise AssertionError("never")


@pytest.mark.parametrize(
    ("answered", "age", "key_at", "crosses"),
    [
        (True, 0.05, None, DRAINING),  # no need to wait for another one
        (True, 5.0, 10.06, DRAINING),  # what waits on the link comes first
        (True, 5.0, 10.4, 0.4),
        (True, 1.5, None, PATIENCE),  # the cached one is better than none
        (False, 1.5, None, DRAINING),  # this publisher is not asked in vain
        (True, 5.0, None, LONGEST_HURRY),
    ],
)
def test_a_viewer_in_a_hurry_begins_as_soon_as_its_link_can_take_it(
    answered: bool, age: float, key_at: float | None, crosses: float
) -> None:
    crossing, layer = hurried(answered, age)
    assert crossing.hurry(400_000, 0.2, 10.0)
    assert crosses_at(crossing, layer, key_at) == pytest.approx(crosses, abs=0.021)


def test_there_is_no_hurry_towards_a_key_frame_that_may_be_long_in_coming() -> None:
    crossing, layer = hurried(False, 3.0)
    assert not crossing.hurry(400_000, 0.2, 10.0)
    assert crosses_at(crossing, layer, 13.0) == pytest.approx(3.0, abs=0.021)


def test_there_is_no_pause_for_a_link_on_which_nothing_waits() -> None:
    crossing, layer = hurried(True, 0.05)
    assert crossing.hurry(400_000, 0.015, 10.0)
    assert crosses_at(crossing, layer, None) == pytest.approx(0.02, abs=0.001)


def test_a_hurry_towards_a_layer_that_never_sends_a_key_frame_ends_where_it_began() -> None:
    dice = random.Random(3)
    layers = [Layer(dice), Layer(dice)]
    watch = Watch(layers[:1])
    watch.step(1.0, key=True)
    watch.delivery.aim(layers[1].stream, 1.05)
    watch.delivery.hurry(400_000, 0.2, 1.05)
    for turn in range(60):
        watch.delivery.check(1.05 + turn / 50)
        watch.step(1.05 + turn / 50, key=False)
    assert watch.delivery.mode is Mode.LIVE
    watch.check()


def test_it_catches_up_as_fast_as_its_link_allows() -> None:
    crossing, layer = hurried(True, 0.1)
    packets = list(layer.stream.cache.walk(layer.stream.cache.lowest))
    assert crossing.pace(packets) is None
    crossing.hurry(400_000, 0.2, 10.0)
    paced = crossing.pace(packets)
    assert paced is not None
    assert paced * 8 * (AROUND + len(packets[0].payload)) == pytest.approx(400_000, rel=0.1)
