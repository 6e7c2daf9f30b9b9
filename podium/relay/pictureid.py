"""VP8 picture numbers, which decoders' jitter buffers follow: read, and moved by a constant (RFC 7741 section 4.2)."""

from __future__ import annotations

from typing import NamedTuple

#: Base layer numbers (TL0PICIDX) have eight bits.
_BASE_NUMBERS = 1 << 8


class PictureNumbers(NamedTuple):
    """PictureID with its range (2**7 or 2**15), and TL0PICIDX; None where the payload has none."""

    picture: int
    pictures: int
    base: int | None


class PictureShift(NamedTuple):
    """What is added to both numbers, modulo their range."""

    picture: int = 0
    base: int = 0


UNMOVED = PictureShift()


def picture_numbers(payload: bytes) -> PictureNumbers | None:
    """The numbers in a VP8 payload descriptor; None when it has no PictureID or is cut."""
    if len(payload) < 4 or not payload[0] & 0x80 or not payload[1] & 0x80:
        return None
    position = 3
    picture, pictures = payload[2], 1 << 7
    if picture & 0x80:
        picture, pictures = (picture & 0x7F) << 8 | payload[3], 1 << 15
        position = 4
    if not payload[1] & 0x40:
        return PictureNumbers(picture, pictures, None)
    return PictureNumbers(picture, pictures, payload[position]) if position < len(payload) else None


def following(before: bytes, before_shift: PictureShift, after: bytes) -> PictureShift:
    """The shift that makes the picture of payload `after` the next one after that of `before`, as it was shifted."""
    last, first = picture_numbers(before), picture_numbers(after)
    if last is None or first is None:
        return UNMOVED
    picture = (last.picture + before_shift.picture + 1 - first.picture) % first.pictures
    if last.base is None or first.base is None:
        return PictureShift(picture)
    return PictureShift(picture, (last.base + before_shift.base + 1 - first.base) % _BASE_NUMBERS)


def shifted(payload: bytes, shift: PictureShift) -> bytes:
    """A copy of the payload with its numbers moved; the payload itself when it has none."""
    numbers = picture_numbers(payload)
    if numbers is None:
        return payload
    picture = (numbers.picture + shift.picture) % numbers.pictures
    moved = bytearray(payload)
    if numbers.pictures == 1 << 7:
        moved[2] = picture
        position = 3
    else:
        moved[2:4] = (picture | 0x8000).to_bytes(2, "big")
        position = 4
    if numbers.base is not None:
        moved[position] = (numbers.base + shift.base) % _BASE_NUMBERS
    return bytes(moved)
