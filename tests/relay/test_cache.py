"""The kept packets: what is found, and that nothing grows without bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.cache import Packet, PacketCache
from tests.relay.media import VP8


def kept(sequence: int, *, key: bool = False, arrived: float = 0.0, size: int = 10, time: int | None = None) -> Packet:
    return Packet(
        sequence=sequence,
        timestamp=sequence if time is None else time,
        codec=VP8,
        marker=False,
        payload=bytes(size),
        arrived=arrived,
        begins_key_frame=key,
    )


def test_recent_packets_are_found_and_old_ones_are_gone() -> None:
    cache = PacketCache(recent=10)
    for number in range(100):
        cache.add(kept(number))
    assert [number for number in range(120) if cache.get(number)] == list(range(90, 100))
    assert [packet.sequence for packet in cache.walk(95)] == [95, 96, 97, 98, 99]


def test_the_newest_group_of_pictures_is_kept_whole() -> None:
    cache = PacketCache(recent=10)
    for number in range(100):
        cache.add(kept(number, key=number in (0, 40)))
    assert cache.key_frame == 40
    assert [packet.sequence for packet in cache.walk(0)] == list(range(40, 100))


def test_all_renderings_count_and_go_before_the_group_of_pictures() -> None:
    """Eight kinds of viewers: the bound holds for what is in memory, and late joiners still see at once."""
    cache = PacketCache(recent=10, most_bytes=1_000_000)
    for number in range(400):
        packet = kept(number, key=number == 0, size=1_000)
        if number == 0:
            packet.preface = kept(-1)
        if number % 2:
            packet.primary = kept(number)
        cache.add(packet)
        for part in packet.parts:
            for kind in range(8):
                part.remember(kind, bytes(1_000))
        held = sum(
            len(part.payload) + sum(len(each or b"") for each in part.rendered.values())
            for packet in cache.walk(0)
            for part in packet.parts
        )
        assert held < cache.bytes < 1_000_000 + 2 * 10_000, "what is rendered now is forgotten with the next packet"
    assert cache.key_frame == 0
    assert len(cache) == 400
    again = cache.get(3)
    assert again is not None
    cache.clear()
    again.remember("late", bytes(1_000))
    assert cache.bytes == 0, "a viewer that still holds a packet costs the cache nothing"


def test_a_late_packet_fills_its_hole_once() -> None:
    cache = PacketCache(recent=10)
    assert [cache.add(kept(number)) for number in (0, 2, 1, 1)] == [True, True, True, False]
    assert [packet.sequence for packet in cache.walk(0)] == [0, 1, 2]


def test_a_packet_older_than_all_that_is_kept_is_refused() -> None:
    cache = PacketCache(recent=4)
    for number in range(10):
        cache.add(kept(number))
    assert cache.add(kept(2)) is False


def test_parameter_sets_and_slices_of_one_picture_are_one_key_frame() -> None:
    cache = PacketCache()
    for number in range(3):
        cache.add(kept(number, key=True, time=7))
    assert cache.key_frame == 0
    cache.add(kept(3, key=True, time=8))
    assert cache.key_frame == 3


def test_a_group_longer_than_its_time_is_given_up() -> None:
    cache = PacketCache(recent=4, most_seconds=12.0)
    cache.add(kept(0, key=True))
    cache.add(kept(1, arrived=12.0))
    assert cache.key_frame == 0
    cache.add(kept(2, arrived=12.1))
    assert cache.key_frame is None


def test_clearing_keeps_old_numbers_refused() -> None:
    cache = PacketCache()
    cache.add(kept(5, key=True))
    cache.clear()
    assert (len(cache), cache.bytes, cache.key_frame) == (0, 0, None)
    assert cache.add(kept(5)) is False
    assert cache.add(kept(6)) is True


arrivals = st.lists(st.tuples(st.integers(-20, 40), st.booleans(), st.integers(0, 1500), st.floats(0, 1)), max_size=200)


@given(arrivals)
def test_bounds_hold_for_any_arrival(steps: list[tuple[int, bool, int, float]]) -> None:
    cache = PacketCache(recent=16, most_bytes=40_000, most_seconds=5.0)
    newest, now, added = 1000, 0.0, 0.0
    for ahead, key, size, passed in steps:
        now += passed
        if cache.add(kept(max(0, newest + ahead), key=key, arrived=now, size=size)):
            added = now  # what comes twice changes nothing
        newest = max(newest, newest + ahead)
        everything = list(cache.walk(0))
        assert len(everything) == len(cache)
        assert sum(packet.size for packet in everything) == cache.bytes
        assert cache.bytes <= 40_000 or len(cache) == 1
        if cache.key_frame is None:
            assert len(cache) <= 16
        else:
            opening = cache.get(cache.key_frame)
            assert opening is not None
            assert opening.begins_key_frame
            assert added - opening.arrived <= 5.0
