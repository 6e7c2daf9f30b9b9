"""How large the pictures of a stream are, told from the RTP payload that opens a key frame; and whether its order
of showing is another one than that of sending.

Sources: RFC 7741 and RFC 6386 section 9.1 (VP8), RFC 9628 and the VP9 bitstream section 6.2, the RTP payload format for
AV1 section 4, RFC 6184 (H.264), RFC 7798 (H.265). Other codecs are opaque, and so is what is cut short: None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from podium.relay import parameters
from podium.relay.bits import Bits, Exhausted, unescaped
from podium.relay.keyframe import aggregated
from podium.relay.parameters import Picture, picture

_AV1_SEQUENCE_HEADER = 1
_AV1_FRAME_HEADER = 3
_SRGB = 7
_B_SLICE = 1
#: A slice header begins with two numbers, which fit into this many bytes.
_SLICE_START = 12


def _vp8(payload: bytes) -> Picture | None:
    if len(payload) < 2:
        return None
    position = 1
    if payload[0] & 0x80:
        extended = payload[1]
        position = 2
        if extended & 0x80:
            position += 2 if payload[2:3] >= b"\x80" else 1
        position += bool(extended & 0x40) + bool(extended & 0x30)
    header = payload[position : position + 10]
    if len(header) < 10 or header[0] & 1 or header[3:6] != b"\x9d\x01\x2a":
        return None
    width, height = (int.from_bytes(header[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return picture(width, height)


def _vp9(payload: bytes) -> Picture | None:
    try:
        descriptor = Bits(payload)
        has_id, _predicted, has_layers, is_flexible, _b, _e, has_structure, _z = (descriptor.flag() for _ in range(8))
        length = 1
        if has_id:
            is_long = descriptor.flag()
            descriptor.unsigned(15 if is_long else 7)
            length += 2 if is_long else 1
        if has_layers:
            descriptor.unsigned(8 if is_flexible else 16)
            length += 1 if is_flexible else 2
        if not has_structure:
            return _vp9_header(Bits(payload[length:]))
        return _vp9_structure(descriptor) or _vp9_header(Bits(payload[-descriptor.left // 8 :]))
    except Exhausted:
        return None


def _vp9_structure(bits: Bits) -> Picture | None:
    """The scalability structure: the largest of the spatial layers; None, and it is skipped, when it has no sizes."""
    layers = bits.unsigned(3) + 1
    has_sizes, has_group = bits.flag(), bits.flag()
    bits.unsigned(3)
    sizes = [(bits.unsigned(16), bits.unsigned(16)) for _ in range(layers)] if has_sizes else []
    for _ in range(bits.unsigned(8) if has_group else 0):
        bits.unsigned(4)
        references = bits.unsigned(2)
        bits.unsigned(2 + 8 * references)
    return picture(*max(sizes)) if sizes else None


def _vp9_header(bits: Bits) -> Picture | None:
    if bits.unsigned(2) != 2:
        return None
    profile = bits.unsigned(1) | bits.unsigned(1) << 1
    if profile == 3:
        bits.flag()
    shows_existing, is_inter = bits.flag(), bits.flag()
    bits.unsigned(2)  # show_frame, error_resilient_mode
    if shows_existing or is_inter or bits.unsigned(24) != 0x498342:
        return None
    if profile >= 2:
        bits.flag()  # ten_or_twelve_bit
    is_srgb = bits.unsigned(3) == _SRGB
    bits.unsigned((not is_srgb) + (profile in (1, 3)) * (1 if is_srgb else 3))
    return picture(bits.unsigned(16) + 1, bits.unsigned(16) + 1, f"profile {profile}")


def _av1(payload: bytes) -> Picture | None:
    for unit in _av1_units(payload):
        if unit[0] >> 3 & 0x0F == _AV1_SEQUENCE_HEADER:
            start = 1 + bool(unit[0] & 0x04)
            if unit[0] & 0x02:
                _size, start = _leb128(unit, start)
            return parameters.av1(unit[start:])
    return None


def _av1_units(payload: bytes) -> Iterator[bytes]:
    """The OBU elements of a packet; the last one has no length when the aggregation header counts them."""
    count = payload[0] >> 4 & 3 if payload else 0
    position, number = 1, 1
    while position < len(payload):
        size = len(payload) - position
        if number != count:
            size, position = _leb128(payload, position)
        unit = payload[position : position + size]
        if unit:
            yield unit
        position += size
        number += 1


def _leb128(data: bytes, position: int) -> tuple[int, int]:
    """A number of AV1 section 4.10.5, and where it ends."""
    value = 0
    for at, byte in enumerate(data[position : position + 8]):
        value |= (byte & 0x7F) << 7 * at
        if not byte & 0x80:
            return value, position + at + 1
    return 0, len(data)


def _h264(payload: bytes) -> Picture | None:
    return _first(map(parameters.h264, _h264_units(payload)))


def _h264_units(payload: bytes) -> Iterator[bytes]:
    kind = payload[0] & 0x1F if payload else 0
    return aggregated(payload, 1) if kind == 24 else iter((payload,))


def _h265(payload: bytes) -> Picture | None:
    kind = payload[0] >> 1 & 0x3F if payload else 0
    units = aggregated(payload, 2) if kind == 48 else iter((payload,))
    return _first(map(parameters.h265, units))


def _first(found: Iterator[Picture | None]) -> Picture | None:
    return next((one for one in found if one is not None), None)


_READERS: dict[str, Callable[[bytes], Picture | None]] = {
    "vp8": _vp8,
    "vp9": _vp9,
    "av1": _av1,
    "h264": _h264,
    "h265": _h265,
}


def picture_of(codec_name: str, payload: bytes) -> Picture | None:
    """The picture that this payload (without padding) of a key frame describes; None when it tells nothing."""
    reader = _READERS.get(codec_name.lower())
    return reader(payload) if reader is not None else None


def is_reordered(codec_name: str, payload: bytes) -> bool:
    """Whether the first payload of a picture says that pictures are not sent in the order in which they are shown.

    H.265 is not asked: encoders without delay code their P pictures as B slices too, so only the order of times tells.
    """
    asked = _REORDERED.get(codec_name.lower())
    return asked is not None and asked(payload)


def _shows_earlier(payload: bytes) -> bool:
    """AV1: nothing but the word to show a picture that was sent before (`show_existing_frame`, AV1 section 5.9.2).

    The hidden picture shares the time of another one; browsers hand them to the decoder apart, and the picture stands.
    """
    for unit in () if payload[:1] >= b"\x80" else _av1_units(payload):  # Z: continues an OBU
        if unit[0] >> 3 & 0x0F == _AV1_FRAME_HEADER:
            start = 1 + bool(unit[0] & 0x04)
            if unit[0] & 0x02:
                _size, start = _leb128(unit, start)
            return unit[start : start + 1] >= b"\x80"
    return False


def _has_b_slice(payload: bytes) -> bool:
    """H.264: a B slice begins here (ITU-T H.264 section 7.3.3, table 7-6)."""
    if not payload:
        return False
    kind = payload[0] & 0x1F
    if kind == 28:
        begins = len(payload) > 2 and payload[1] & 0x9F == 0x81
        return begins and _is_b(payload[2:])
    return any(unit[0] & 0x1F == 1 and _is_b(unit[1:]) for unit in _h264_units(payload))


def _is_b(slice_header: bytes) -> bool:
    bits = Bits(unescaped(slice_header[:_SLICE_START]))
    try:
        bits.exponential()  # first_mb_in_slice
        return bits.exponential() % 5 == _B_SLICE
    except Exhausted:
        return False


_REORDERED: dict[str, Callable[[bytes], bool]] = {"av1": _shows_earlier, "h264": _has_b_slice}
