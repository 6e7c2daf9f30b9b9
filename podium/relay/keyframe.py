"""Where a key frame begins, told from the first bytes of an RTP payload. One function per codec; others are opaque."""

from __future__ import annotations

from collections.abc import Callable

Detector = Callable[[bytes], bool]

_H264_IDR = 5
_H264_SPS = 7
_H264_STAP_A = 24
_H264_FU_A = 28


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


def begins_h264(payload: bytes) -> bool:
    """A packet that opens an H.264 key picture: a sequence parameter set or an IDR slice (RFC 6184 section 5)."""
    if not payload:
        return False
    unit = payload[0] & 0x1F
    if unit == _H264_STAP_A:
        position = 1
        while position + 2 < len(payload):
            if payload[position + 2] & 0x1F in (_H264_IDR, _H264_SPS):
                return True
            position += 2 + int.from_bytes(payload[position : position + 2], "big")
        return False
    if unit == _H264_FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F in (_H264_IDR, _H264_SPS)
    return unit in (_H264_IDR, _H264_SPS)


_DETECTORS: dict[str, Detector] = {"vp8": begins_vp8, "h264": begins_h264}


def detector(codec_name: str) -> Detector | None:
    """The test for this codec (name of `a=rtpmap`, any case); None when its packets are opaque to the relay."""
    return _DETECTORS.get(codec_name.lower())
