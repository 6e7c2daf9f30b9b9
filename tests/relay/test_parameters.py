"""Sequence headers as x264, x265 and SVT-AV1 write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.parameters import Picture, av1, h264, h264_announced, h265, is_decodable

BASELINE = "6742c01eda0280bfe584000003000400000300c83c58ba80"
MAIN = "674d401feca02802dd080000030008000003019078c18cb0"
HIGH = "67640028acd940780227e584000003000400000300c83c60c658"
INTERLACED_444 = "67f4001f919b281b0f78be1000000300100000030321f162d960"
HEVC_720 = "42010101600000030090000003000003005da00280802d165959a4932b9a020000030002000003003210"
HEVC_480 = "42010101600000030090000003000003005aa006b201e1d796566924cae68080000003008000000c84"


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        (BASELINE, Picture(640, 360, "Constrained Baseline", "3.0")),
        (MAIN, Picture(1280, 720, "Main", "3.1")),
        (HIGH, Picture(1920, 1080, "High", "4.0")),
        (INTERLACED_444, Picture(854, 480, "High 4:4:4 Predictive", "3.1")),
        ("68ce3880", None),  # a picture parameter set
        (HIGH[:16], None),
        ("", None),
    ],
)
def test_h264(unit: str, found: Picture | None) -> None:
    assert h264(bytes.fromhex(unit)) == found


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        (HEVC_720, Picture(1280, 720, "Main", "3.1")),
        (HEVC_480, Picture(854, 480, "Main", "3.0")),
        (HEVC_480[:30], None),
        (BASELINE, None),
        ("", None),
    ],
)
def test_h265(unit: str, found: Picture | None) -> None:
    assert h265(bytes.fromhex(unit)) == found


@pytest.mark.parametrize(
    ("sequence", "found"),
    [
        ("0000002d4cffb3c4af9004", Picture(1280, 720, "Main", "3.1")),
        ("000000043ea7bc4af90040", Picture(426, 240, "Main", "2.0")),
        ("0000002d4c", None),
        ("", None),
    ],
)
def test_av1(sequence: str, found: Picture | None) -> None:
    assert av1(bytes.fromhex(sequence)) == found


@pytest.mark.parametrize(
    ("announced", "name"),
    [
        ("42e01f", "Constrained Baseline"),
        ("42c01f", "Constrained Baseline"),
        ("42001f", "Baseline"),
        ("4d801f", "Constrained Baseline"),
        ("4d001f", "Main"),
        ("64001f", "High"),
        ("640c1f", "Constrained High"),
        ("58801f", "Baseline"),
        ("f4001f", "High 4:4:4 Predictive"),
        ("2c001f", "profile 44"),
        ("", ""),
        ("42e0", ""),
        ("nonsense", ""),
    ],
)
def test_the_profile_that_sdp_announces(announced: str, name: str) -> None:
    assert h264_announced(announced) == name


@pytest.mark.parametrize(
    ("profile", "announced", "decodable"),
    [
        ("Constrained Baseline", "Constrained Baseline", True),
        ("Constrained Baseline", "High", True),
        ("Main", "High", True),
        ("Baseline", "Main", False),
        ("High", "Constrained Baseline", False),
        ("High", "Main", False),
    ],
)
def test_a_decoder_for_one_profile_understands_its_subsets(profile: str, announced: str, decodable: bool) -> None:
    assert is_decodable(profile, announced) is decodable


@given(st.binary(max_size=80))
def test_whatever_comes_is_a_possible_picture_or_none(data: bytes) -> None:
    for found in (h264(b"\x67" + data), h265(b"\x42\x01" + data), av1(data)):
        assert found is None or (0 < found.width <= 16_384 and 0 < found.height <= 16_384)
