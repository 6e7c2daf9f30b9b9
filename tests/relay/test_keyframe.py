"""Where key frames begin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.keyframe import begins_h264, begins_vp8, detector


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


@given(st.binary(max_size=64))
def test_noise_never_raises(payload: bytes) -> None:
    for name in ("VP8", "h264"):
        test = detector(name)
        assert test is not None
        assert test(payload) in (True, False)


def test_other_codecs_are_opaque() -> None:
    assert detector("opus") is None
