"""Viewers that are not yet live: how they catch up and go over, on a clock whose hands the test turns."""

from __future__ import annotations

import gc
import weakref

import pytest

from podium.relay import underway
from podium.relay.delivery import Delivery
from podium.relay.pace import REPLAY_SECONDS
from podium.relay.underway import LONGEST_REPLAY_TURN, REPLAY_TURN
from tests.relay.hands import Hands
from tests.relay.media import DELTA, audio_section, video_section, wire
from tests.relay.stage import Layered, Remote, Stage, pictures

KEPT = 200
RATE = KEPT / REPLAY_SECONDS
EACH = round(RATE * REPLAY_TURN)


def arrived(*remotes: Remote) -> list[int]:
    """How many packets each has got so far."""
    for remote in remotes:
        remote.read()
    return [len(remote.rtp) for remote in remotes]


def test_a_late_joiner_catches_up_at_an_even_pace(timed: Stage, hands: Hands) -> None:
    far, publisher = timed.publish(video_section())
    pictures(far, publisher, 1, KEPT)
    hands.run()
    viewing, _ = timed.play(video_section(ssrcs=(7,)))
    assert arrived(viewing) == [EACH], "the first turn is at once"
    hands.run(REPLAY_TURN)
    assert arrived(viewing) == [2 * EACH]
    hands.hang(1.0)
    most = round(RATE * LONGEST_REPLAY_TURN)
    assert arrived(viewing) == [2 * EACH + most], "a late turn makes up for it, but not for all of it at once"
    hands.run(1.0)
    assert arrived(viewing) == [KEPT]


def test_late_joiners_share_a_turn_and_who_came_first_is_ready_first(
    timed: Stage, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(underway, "REPLAY_SHARE", EACH + 1)
    far, publisher = timed.publish(video_section())
    pictures(far, publisher, 1, KEPT)
    hands.run()
    first, _ = timed.play(video_section(ssrcs=(7,)))
    second, _ = timed.play(video_section(ssrcs=(8,)))
    assert arrived(first, second) == [EACH, 0]
    hands.run(REPLAY_TURN)
    assert arrived(first, second) == [2 * EACH, 1]
    hands.run(1.0)
    assert arrived(first, second) == [KEPT, KEPT]


def test_a_storm_of_late_joiners_ends_with_everybody_live(
    timed: Stage, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(underway, "REPLAY_SHARE", 16)
    far, publisher = timed.publish(video_section())
    pictures(far, publisher, 1, 20)
    viewing = [timed.play(video_section(ssrcs=(7,)))[0] for _ in range(8)]
    for number in range(21, 200):
        publisher.receive(far.seal(wire(number, 3000 * number, DELTA, marker=True)))
        hands.run()
    hands.run(1.0)
    for remote in viewing:
        remote.read()
        first = remote.rtp[0].sequence
        assert [packet.sequence - first for packet in remote.rtp] == list(range(199))


def test_a_viewer_that_leaves_while_it_waits_for_a_layer_is_forgotten(timed: Stage, hands: Hands) -> None:
    layers = Layered(timed, hands.now)
    layers.shoot(2, key=True)
    remote, viewer = timed.play(video_section(ssrcs=(7,)))
    hands.run(0.1)
    assert viewer.choose(rid="q")
    viewer.close()
    layers.shoot(2, key=True)
    hands.run(0.1)
    before = arrived(remote)
    layers.shoot(2, key=True)
    hands.run(0.1)
    assert arrived(remote) == before


def test_layers_of_a_publisher_that_has_gone_take_no_memory(timed: Stage, hands: Hands) -> None:
    layers = Layered(timed, hands.now)
    layers.shoot(2, key=True)
    _, viewer = timed.play(video_section(ssrcs=(7,)))
    hands.run(0.1)
    for name in ("q", "h"):
        assert viewer.choose(rid=name)
        layers.shoot(2, key=True)
        hands.run(0.1)
        assert viewer.layer == name
    kept = [weakref.ref(stream) for stream in timed.plane.feed("hall/programme").encodings.values()]
    plain, publisher = timed.publish(video_section())
    pictures(plain, publisher, 1, 4)
    hands.run(0.1)
    viewer.close()
    del layers, viewer
    gc.collect()
    assert sum(stream() is not None for stream in kept) == 1, "the one that goes on with the new publisher"


def test_who_waits_for_a_picture_where_there_is_none_costs_nothing_until_it_comes(
    timed: Stage, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    consider = Delivery.consider

    def counted(delivery: Delivery, now: float) -> None:
        looks.append(now)
        consider(delivery, now)

    monkeypatch.setattr(Delivery, "consider", counted)
    far, publisher = timed.publish(audio_section(), video_section())
    viewing, _ = timed.play(audio_section(ssrcs=(6,)), video_section(ssrcs=(7,)))
    first = len(looks)
    for number in range(50):
        publisher.receive(far.seal(wire(number, 960 * number, b"opus", payload_type=111, ssrc=5)))
        hands.run(0.02)
    assert len(looks) == first
    assert arrived(viewing) == [50]
    pictures(far, publisher, 1, 4)
    hands.run(0.1)
    viewing.read()
    assert len(viewing.of(7)) == 4, "the camera goes on"


def test_nobody_begins_with_the_picture_of_a_publisher_that_has_left(timed: Stage, hands: Hands) -> None:
    far, before = timed.publish(video_section())
    pictures(far, before, 1, 4)
    watching, _ = timed.play(video_section(ssrcs=(7,)))
    hands.run(0.1)
    before.close()
    hands.run(10.0)
    back, publisher = timed.publish(audio_section(), video_section())
    publisher.receive(back.seal(wire(1, 960, b"opus", payload_type=111, ssrc=5)))
    newcomer, _ = timed.play(audio_section(ssrcs=(6,)), video_section(ssrcs=(7,)))
    hands.run(1.0)
    newcomer.read()
    assert newcomer.of(7) == [], "whose camera is off now, and who has not been here then"
    pictures(back, publisher, 9, 4, ssrc=0x2222)
    hands.run(0.1)
    newcomer.read()
    assert arrived(watching) == [8]
    assert len(newcomer.of(7)) == 4
