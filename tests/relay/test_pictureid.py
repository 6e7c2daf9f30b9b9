"""VP8 picture numbers read and moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.keyframe import begins_vp8
from podium.relay.pictureid import UNMOVED, PictureNumbers, PictureShift, following, picture_numbers, shifted


def vp8(
    picture: int, base: int | None = None, *, wide: bool = True, first: int = 0x10, body: bytes = b"\x00pic"
) -> bytes:
    """A payload with a descriptor as RFC 7741 section 4.2 draws it."""
    flags = 0x80 | (0x40 if base is not None else 0) | 0x20
    number = (0x8000 | picture).to_bytes(2, "big") if wide else bytes((picture,))
    return bytes((0x80 | first, flags)) + number + (b"" if base is None else bytes((base,))) + b"\x40" + body


@pytest.mark.parametrize(
    ("payload", "numbers"),
    [
        (vp8(5, 7), PictureNumbers(5, 1 << 15, 7)),
        (vp8(0x7FFF), PictureNumbers(0x7FFF, 1 << 15, None)),
        (vp8(127, 255, wide=False), PictureNumbers(127, 128, 255)),
        (b"\x10\x00pic", None),  # no extension bits
        (b"\x90\x20\x40\x00", None),  # a temporal layer, but no PictureID
        (b"\x90\x80", None),
        (b"\x90\xc0\x85\x05", None),  # cut before TL0PICIDX
        (b"", None),
    ],
)
def test_numbers_are_read(payload: bytes, numbers: PictureNumbers | None) -> None:
    assert picture_numbers(payload) == numbers


@given(
    picture=st.integers(0, 0x7FFF), base=st.none() | st.integers(0, 255), wide=st.booleans(),
    by=st.integers(0, 0x7FFF), base_by=st.integers(0, 255),
)  # fmt: skip
def test_only_the_numbers_move(picture: int, base: int | None, wide: bool, by: int, base_by: int) -> None:
    before = vp8(picture if wide else picture & 0x7F, base, wide=wide)
    after = shifted(before, PictureShift(by, base_by))
    numbers = picture_numbers(after)
    assert numbers is not None
    assert numbers.picture == ((picture + by) % 0x8000 if wide else ((picture & 0x7F) + by) % 0x80)
    assert numbers.base == (None if base is None else (base + base_by) % 256)
    assert (len(after), after[-5:], begins_vp8(after)) == (len(before), before[-5:], begins_vp8(before))


@given(st.lists(st.tuples(st.integers(0, 0x7FFF), st.integers(0, 255), st.integers(1, 5)), min_size=2, max_size=6))
def test_numbers_go_on_without_a_hole_over_any_layers(stretches: list[tuple[int, int, int]]) -> None:
    shift, last, sent = UNMOVED, b"", []
    for picture, base, count in stretches:
        pictures = [vp8((picture + n) % 0x8000, (base + n) % 256) for n in range(count)]
        if last:
            shift = following(last, shift, pictures[0])
        sent += [picture_numbers(shifted(payload, shift)) for payload in pictures]
        last = pictures[-1]
    first = sent[0]
    assert first is not None
    assert first.base is not None
    assert sent == [
        PictureNumbers((first.picture + n) % 0x8000, 0x8000, (first.base + n) % 256) for n in range(len(sent))
    ]


def test_without_numbers_nothing_moves() -> None:
    assert following(b"\x10\x00pic", UNMOVED, vp8(5)) == UNMOVED
    assert following(vp8(5), PictureShift(3, 0), b"\x10\x00pic") == UNMOVED
    assert shifted(b"\x10\x00pic", PictureShift(5, 5)) == b"\x10\x00pic"


@given(st.binary(max_size=40), st.integers(0, 0x7FFF))
def test_noise_raises_nothing(noise: bytes, by: int) -> None:
    assert len(shifted(noise, PictureShift(by, by & 0xFF))) == len(noise)
    following(noise, UNMOVED, noise)
