"""The size of a picture from the packet that opens its key frame, and B slices, in bytes of real encoders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.parameters import Picture
from podium.relay.picture import is_reordered, picture_of
from tests.relay.test_parameters import BASELINE, HEVC_720, HIGH

VP8 = "501c029d012a8002680104c7"
VP9 = "824983420035501df61838241c184a10"
AV1 = "0a0b0000002d4cffb3c4af9004"
CONSTRAINED = Picture(640, 360, "Constrained Baseline", "3.0")


@pytest.mark.parametrize(
    ("codec", "payload", "found"),
    [
        ("VP8", "10" + VP8, Picture(640, 360)),
        ("VP8", "90808105" + VP8, Picture(640, 360)),  # PictureID of 15 bits
        ("vp8", "90e085050120" + VP8, Picture(640, 360)),  # and TL0PICIDX and TID
        ("VP8", "10b143001c11fc001eb08b36ca", None),  # no key frame
        ("VP8", "10" + VP8[:10], None),
        ("VP9", "08" + VP9, Picture(854, 480, "profile 0")),
        ("VP9", "888123" + VP9, Picture(854, 480, "profile 0")),  # PictureID of 15 bits
        ("VP9", "a805 0000" + VP9, Picture(854, 480, "profile 0")),  # 7 bits, layer indices
        ("VP9", "0a 10 0280 0168" + VP9, Picture(640, 360)),  # scalability structure with one size
        ("VP9", "0a 30 0140 00b4 0280 0168" + VP9, Picture(640, 360)),  # with two
        ("VP9", "0a 08 02 14 01 50" + VP9, Picture(854, 480, "profile 0")),  # of times only
        ("VP9", "0886004092f191400403a66f", None),  # no key frame
        ("VP9", "8a", None),
        ("AV1", "18" + AV1, Picture(1280, 720, "Main", "3.1")),  # one OBU, no length
        ("AV1", "08 0d" + AV1, Picture(1280, 720, "Main", "3.1")),
        ("AV1", "28 02 1200" + AV1, Picture(1280, 720, "Main", "3.1")),  # a temporal delimiter before it
        ("AV1", "18 32cbbe0410", None),  # a frame
        ("AV1", "08 8d", None),
        ("H264", BASELINE, CONSTRAINED),
        ("H264", "78 0018" + BASELINE + "0004 68ce3880", CONSTRAINED),  # STAP-A
        ("H264", "6588843a0c60", None),  # an IDR slice tells no size
        ("H265", HEVC_720, Picture(1280, 720, "Main", "3.1")),
        ("H265", "6001 002a" + HEVC_720, Picture(1280, 720, "Main", "3.1")),  # AP
        ("H266", "00", None),
        ("VP8", "", None),
        ("VP9", "", None),
        ("AV1", "", None),
        ("H264", "", None),
        ("H265", "", None),
    ],
)
def test_the_picture(codec: str, payload: str, found: Picture | None) -> None:
    assert picture_of(codec, bytes.fromhex(payload)) == found


@pytest.mark.parametrize(
    ("payload", "b"),
    [
        ("019e41790d3ffe54", True),  # x264, -bf 2
        ("01003989e41790c3fffd", True),  # its second slice
        ("419a2269e9c0fc60", False),  # P
        ("41003989a2269e9c0f", False),
        ("6588840028ff4c92", False),  # I
        ("1c81 9e41790d3ffe", True),  # FU-A, first fragment
        ("1c01 9e41790d3ffe", False),  # FU-A, later fragment
        ("5c81 9a2269e9c0fc", False),
        ("18 0002 09f0 0008 019e41790d3ffe54", True),  # STAP-A
        ("01", False),
        ("0100", False),
        ("", False),
    ],
)
def test_b_slices(payload: str, b: bool) -> None:
    assert is_reordered("H264", bytes.fromhex(payload)) is b
    assert not is_reordered("H265", bytes.fromhex(payload))


@pytest.mark.parametrize(
    ("payload", "reordered"),
    [
        ("68100a0e0000000cc4ff6712be440404049032bb8201", False),  # OBS 30.2 with SVT-AV1: sequence header, key frame
        ("50329441287000249249390c01020810405f79f0", False),  # a frame
        ("101a01e8", True),  # one that was sent before is shown
        ("001202001a01e8", False),  # cut short
        ("20021200" + "1a01e8", True),  # behind a temporal delimiter
        ("101ee8", False),  # an extension byte, and nothing behind it
        ("901a01e8", False),  # Z: the middle of an OBU
        ("101a0168", False),  # a frame header with its tiles in other OBUs
        ("", False),
    ],
)
def test_av1_pictures_that_were_hidden_at_first(payload: str, reordered: bool) -> None:
    assert is_reordered("AV1", bytes.fromhex(payload)) is reordered


@given(st.sampled_from(["VP8", "VP9", "AV1", "H264", "H265"]), st.binary(max_size=60))
def test_whatever_comes_is_read_without_an_accident(codec: str, payload: bytes) -> None:
    found = picture_of(codec, payload)
    assert found is None or found.width > 0
    assert is_reordered(codec, payload) in (True, False)


@pytest.mark.parametrize(("codec", "payload"), [("VP9", "08" + VP9), ("AV1", "18" + AV1), ("H264", HIGH)])
def test_a_cut_header_tells_nothing(codec: str, payload: str) -> None:
    whole = bytes.fromhex(payload)
    assert all(picture_of(codec, whole[:length]) is None for length in range(8))
