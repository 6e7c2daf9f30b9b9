"""Where a key frame begins, told from the first bytes of an RTP payload. One function per codec; others are opaque."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

Detector = Callable[[bytes], bool]

_H264_IDR = 5
_H264_SPS = 7
_H264_STAP_A = 24
_H264_FU_A = 28

_H265_RANDOM_ACCESS = range(16, 24)  # BLA, IDR, CRA and the types reserved for their like
_H265_OPENING = frozenset({*_H265_RANDOM_ACCESS, 32, 33})  # or a video or sequence parameter set before them
_H265_AP = 48
_H265_FU = 49

_AV1_SEQUENCE_HEADER = 1


def begins_vp8(payload: bytes) -> bool:
    """The first packet of a VP8 key frame (RFC 7741 section 4.2 descriptor, section 4.3 payload header)."""
    if len(payload) < 2 or payload[0] & 0x17 != 0x10:  # S bit set, partition 0
        return False
    position = 1
    if payload[0] & 0x80:
        extended = payload[1]
        position = 2
        if extended & 0x80:  # PictureID of one or two bytes
            if len(payload) <= position:
                return False
            position += 2 if payload[position] & 0x80 else 1
        position += bool(extended & 0x40) + bool(extended & 0x30)
    return len(payload) > position and not payload[position] & 0x01


def begins_vp9(payload: bytes) -> bool:
    """The first packet of a VP9 picture that no other is needed for (RFC 9628 section 4.2: B set, P clear, SID 0)."""
    if not payload or payload[0] & 0x48 != 0x08:
        return False
    position = 1
    if payload[0] & 0x80:  # PictureID of one or two bytes
        if len(payload) <= position:
            return False
        position += 2 if payload[position] & 0x80 else 1
    if payload[0] & 0x20:  # layer indices: a higher spatial layer of the same picture needs the lower ones
        return len(payload) > position + 1 and not payload[position] & 0x0E
    return len(payload) > position


def begins_av1(payload: bytes) -> bool:
    """The first packet of an AV1 coded video sequence (RTP payload format for AV1, section 4.4).

    Told by N of the aggregation header; by a sequence header in front when a sender does not set it.
    """
    if len(payload) < 2 or payload[0] & 0x80:  # Z: continues an OBU
        return False
    if payload[0] & 0x08:
        return True
    position = 1
    if payload[0] & 0x30 != 0x10:  # a length in LEB128 goes before the first OBU, unless it is the only one
        while position < len(payload) and payload[position] & 0x80:
            position += 1
        position += 1
    return len(payload) > position and payload[position] >> 3 & 0x0F == _AV1_SEQUENCE_HEADER


def begins_h264(payload: bytes) -> bool:
    """A packet that opens an H.264 key picture: a sequence parameter set or an IDR slice (RFC 6184 section 5)."""
    if not payload:
        return False
    unit = payload[0] & 0x1F
    if unit == _H264_STAP_A:
        return any(one[0] & 0x1F in (_H264_IDR, _H264_SPS) for one in aggregated(payload, 1))
    if unit == _H264_FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F in (_H264_IDR, _H264_SPS)
    return unit in (_H264_IDR, _H264_SPS)


def begins_h265(payload: bytes) -> bool:
    """A packet that opens an H.265 random access picture or its parameter sets (RFC 7798 section 4.4)."""
    if len(payload) < 3:
        return False
    unit = payload[0] >> 1 & 0x3F
    if unit == _H265_AP:
        return any(one[0] >> 1 & 0x3F in _H265_OPENING for one in aggregated(payload, 2))
    if unit == _H265_FU:
        return bool(payload[2] & 0x80) and payload[2] & 0x3F in _H265_OPENING
    return unit in _H265_OPENING


def aggregated(payload: bytes, header: int) -> Iterator[bytes]:
    """The units of an aggregation packet: each behind its length in two bytes, the first after `header` bytes.

    What is cut ends the list.
    """
    position = header
    while position + 2 < len(payload):
        end = position + 2 + int.from_bytes(payload[position : position + 2], "big")
        if not position + 2 < end <= len(payload):
            return
        yield payload[position + 2 : end]
        position = end


_DETECTORS: dict[str, Detector] = {
    "vp8": begins_vp8,
    "vp9": begins_vp9,
    "av1": begins_av1,
    "h264": begins_h264,
    "h265": begins_h265,
}


@functools.lru_cache(64)
def detector(codec_name: str) -> Detector | None:
    """The test for this codec (name of `a=rtpmap`, any case); None when its packets are opaque to the relay."""
    return _DETECTORS.get(codec_name.lower())
