"""Where key frames begin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.keyframe import begins_av1, begins_h264, begins_h265, begins_vp8, begins_vp9, detector


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        ("10 00", True),  # start of partition 0, key frame
        ("10 01", False),  # inter frame
        ("00 00", False),  # continuation
        ("11 00", False),  # partition 1
        ("90 80 05 00", True),  # PictureID of 7 bits
        ("90 80 85 05 00", True),  # PictureID of 15 bits
        ("90 80 85 05 01", False),
        ("90 e0 85 05 01 20 00", True),  # PictureID, TL0PICIDX and TID
        ("90 f0 85 05 01 20 00", True),
        ("90 f0 85 05 01 20 01", False),
        ("90 20 40 00", True),  # TID alone
        ("90 80", False),
        ("90 80 85 05", False),
        ("10", False),
        ("", False),
    ],
)
def test_vp8(payload: str, begins: bool) -> None:
    assert begins_vp8(bytes.fromhex(payload)) is begins


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        ("67 42", True),  # SPS
        ("65 88", True),  # IDR slice
        ("68 ce", False),  # PPS
        ("61 9a", False),  # slice of another picture
        ("09 f0", False),  # access unit delimiter
        ("78 0002 0910 0003 674200 0002 68ce", True),  # STAP-A: AUD, SPS, PPS
        ("78 0002 68ce 0002 419a", False),
        ("78 0002 68ce 0002 658a", True),
        ("78 0002", False),
        ("7c 85 88", True),  # FU-A, first fragment of an IDR slice
        ("7c 05 88", False),  # FU-A, later fragment
        ("7c 81 88", False),  # FU-A of another slice
        ("7c", False),
        ("", False),
    ],
)
def test_h264(payload: str, begins: bool) -> None:
    assert begins_h264(bytes.fromhex(payload)) is begins


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        ("08 82", True),  # B: the first packet, P clear
        ("48 82", False),  # P: predicted from another picture
        ("00 82", False),  # not the first packet
        ("88 05 82", True),  # PictureID of 7 bits
        ("88 85 05 82", True),  # PictureID of 15 bits
        ("a8 85 05 00 12 82", True),  # base layer
        ("a8 85 05 02 12 82", False),  # SID 1: the upper layer of the same picture
        ("b8 85 05 10 82", True),  # flexible mode, temporal layer bits do not matter
        ("28 00", False),
        ("88", False),
        ("08", False),
        ("", False),
    ],
)
def test_vp9(payload: str, begins: bool) -> None:
    assert begins_vp9(bytes.fromhex(payload)) is begins


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        ("18 0a 0b 00", True),  # N, one OBU: a sequence header
        ("08 05 0a 0b 00", True),  # N, behind a length
        ("28 0b 0a 0b", True),  # N, two OBUs
        ("98 0a 0b 00", False),  # Z: goes on with a fragment
        ("10 32 00", False),  # a frame without a sequence header
        ("10 08 00", True),  # no N, but a sequence header in front
        ("20 02 0a 00 32 00", True),  # the same behind its length
        ("00 82 01 0a 00", True),  # a length of two bytes
        ("20 02 32 00", False),
        ("00 ff", False),
        ("10", False),
        ("", False),
    ],
)
def test_av1(payload: str, begins: bool) -> None:
    assert begins_av1(bytes.fromhex(payload)) is begins


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        ("40 01 0c", True),  # VPS
        ("42 01 01", True),  # SPS
        ("44 01 c1", False),  # PPS
        ("26 01 af", True),  # IDR_W_RADL
        ("28 01 af", True),  # IDR_N_LP
        ("2a 01 af", True),  # CRA
        ("02 01 d0", False),  # TRAIL_R
        ("46 01 50", False),  # access unit delimiter
        ("62 01 93 af", True),  # FU, first fragment of an IDR
        ("62 01 13 af", False),  # FU, later fragment
        ("62 01 81 d0", False),  # FU of another slice
        ("60 01 0003 460150 0003 420101", True),  # AP: AUD, SPS
        ("60 01 0003 4401c1 0003 0201d0", False),
        ("60 01 0003", False),
        ("26 01", False),
        ("", False),
    ],
)
def test_h265(payload: str, begins: bool) -> None:
    assert begins_h265(bytes.fromhex(payload)) is begins


@given(st.binary(max_size=64))
def test_noise_never_raises(payload: bytes) -> None:
    for name in ("VP8", "h264", "VP9", "AV1", "H265"):
        test = detector(name)
        assert test is not None
        assert test(payload) in (True, False)


def test_other_codecs_are_opaque() -> None:
    assert detector("opus") is None
