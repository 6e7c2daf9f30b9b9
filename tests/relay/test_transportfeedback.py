"""Transport-wide feedback, read by a decoder written from the draft."""

from __future__ import annotations

import random
import struct

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.transportfeedback import MOST_PACKETS, TransportFeedback

TICK = 0.000_250
#: The reference time counts 64 ms in 24 bits.
WRAP = 0.064 * (1 << 24)


def read(message: bytes) -> tuple[int, int, dict[int, float | None]]:
    """Message counter, words, and arrival time (None: lost) by 16-bit number (sections 3.1 to 3.1.5)."""
    first, kind, words, ssrc, media, base, count = struct.unpack_from("!BBHIIHH", message)
    assert (first & 0xDF, kind, ssrc, media) == (0x80 | 15, 205, 1, 2)
    assert len(message) == 4 * (words + 1)
    ticks = int.from_bytes(message[16:19], "big") * 256
    position, symbols = 20, []
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", message, position)
        position += 2
        if chunk & 0x8000:
            assert chunk & 0x4000, "only two-bit vectors are written"
            symbols += [chunk >> 12 - 2 * at & 3 for at in range(7)]
        else:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
    found: dict[int, float | None] = {}
    for at, symbol in enumerate(symbols[:count]):
        if symbol == 0:
            found[base + at & 0xFFFF] = None
            continue
        size = symbol
        ticks += int.from_bytes(message[position : position + size], "big", signed=size == 2)
        position += size
        found[base + at & 0xFFFF] = ticks * TICK
    padding = message[-1] if first & 0x20 else 0
    assert position == len(message) - padding
    return message[19], words, found


def collected(feedback: TransportFeedback) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    for message in feedback.messages(1, 2):
        found |= read(message)[2]
    return found


@given(
    start=st.integers(0, 0xFFFF),
    began=st.floats(0, 4_000_000),
    seed=st.integers(0, 1 << 30),
    loss=st.floats(0, 0.9),
    count=st.integers(1, 900),
    longest=st.sampled_from([0.0, 0.001, 0.05, 9.0]),
)
def test_every_arrival_is_told_to_a_quarter_millisecond(
    start: int, began: float, seed: int, loss: float, count: int, longest: float
) -> None:
    dice = random.Random(seed)
    feedback, now, arrived = TransportFeedback(), began, {}
    for n in range(count):
        now += dice.random() * longest
        if n == 0 or dice.random() >= loss:
            feedback.arrived(start + n & 0xFFFF, now)
            arrived[start + n & 0xFFFF] = now
            highest = n
    messages = [read(message) for message in feedback.messages(1, 2)]
    assert [number for number, _, _ in messages] == list(range(len(messages)))
    assert all(4 * words < 1200 for _, words, _ in messages)
    told = {number: at for _, _, found in messages for number, at in found.items()}
    assert list(told) == [start + n & 0xFFFF for n in range(highest + 1)]
    for number, at in told.items():
        assert (at is not None) == (number in arrived)
        if at is not None:
            assert abs((at - arrived[number] + WRAP / 2) % WRAP - WRAP / 2) <= TICK


def test_what_is_late_is_told_among_its_neighbours() -> None:
    feedback = TransportFeedback()
    for number in (10, 11, 13, 14):
        feedback.arrived(number, 1.0 + number / 1000)
    assert [number for number, at in collected(feedback).items() if at is None] == [12]
    assert feedback.messages(1, 2) == [], "nothing new, nothing to say"
    feedback.arrived(12, 1.1)
    feedback.arrived(15, 1.2)
    again = collected(feedback)
    assert list(again) == [12, 13, 14, 15]
    assert None not in again.values()


def test_a_loss_between_two_messages_is_told() -> None:
    feedback = TransportFeedback()
    feedback.arrived(1, 1.0)
    collected(feedback)
    feedback.arrived(4, 1.0)
    assert {number for number, at in collected(feedback).items() if at is None} == {2, 3}


def test_duplicates_and_old_numbers_say_nothing() -> None:
    feedback = TransportFeedback()
    feedback.arrived(5000, 1.0)
    collected(feedback)
    feedback.arrived(5000, 2.0)
    feedback.arrived(5000 - 1025, 2.0)
    assert feedback.messages(1, 2) == []


def test_a_leap_makes_bounded_messages() -> None:
    feedback = TransportFeedback()
    feedback.arrived(1, 1.0)
    feedback.arrived(30000, 1.0)
    messages = [read(message) for message in feedback.messages(1, 2)]
    assert sum(len(found) for _, _, found in messages) <= 2048
    assert all(len(found) <= MOST_PACKETS for _, _, found in messages)
    assert messages[-1][2][30000] is not None


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.floats(0, 1e6)), max_size=200))
def test_noise_raises_nothing(noise: list[tuple[int, float]]) -> None:
    feedback = TransportFeedback()
    for number, now in noise:
        feedback.arrived(number, now)
    collected(feedback)
