"""Which codecs fit each other and which extensions survive."""

from __future__ import annotations

import pytest

from podium.relay.media import Codec, Section, common, counterpart
from tests.relay.media import H264, OPUS, VP8


@pytest.mark.parametrize(
    ("offered", "fits"),
    [
        (Codec(35, "h264", 90000, parameters="packetization-mode=1;profile-level-id=42001f"), True),
        (Codec(35, "H264", 90000, parameters="profile-level-id=42E034; packetization-mode=1"), True),
        (Codec(35, "H264", 90000, parameters="packetization-mode=0;profile-level-id=42e01f"), False),
        (Codec(35, "H264", 90000, parameters="profile-level-id=42e01f"), False),
        (Codec(35, "H264", 90000, parameters="packetization-mode=1;profile-level-id=4d001f"), False),
        (Codec(35, "VP8", 90000), False),
    ],
)
def test_h264_fits_by_profile_and_packetization(offered: Codec, fits: bool) -> None:
    assert H264.matches(offered) is fits


def test_common_keeps_the_viewers_numbers_in_the_senders_order() -> None:
    theirs = (Codec(97, "h264", 90000, parameters=H264.parameters), Codec(98, "vp8", 90000))
    found = common(Section("video", "0", (VP8, H264)), Section("video", "0", theirs))
    assert [codec.payload_type for codec in found] == [98, 97]
    assert common(Section("audio", "0", (OPUS,)), Section("video", "0", theirs)) == ()


def test_h264_of_another_profile_is_taken_when_there_is_no_better() -> None:
    high = Codec(96, "H264", 90000, parameters="packetization-mode=1;profile-level-id=64001f")
    single = Codec(98, "H264", 90000, parameters="packetization-mode=0;profile-level-id=64001f")
    exact = Codec(99, "h264", 90000, parameters="packetization-mode=1;profile-level-id=640c2a")
    assert counterpart(high, (VP8, single, H264, exact)) is exact
    assert counterpart(high, (VP8, single, H264)) is H264
    assert counterpart(high, (VP8, single)) is single
    assert counterpart(high, (VP8,)) is None


def test_profiles_of_vp9_av1_and_h265_must_agree() -> None:
    assert Codec(1, "VP9", 90000).matches(Codec(2, "vp9", 90000, parameters="profile-id=0"))
    assert not Codec(1, "VP9", 90000).matches(Codec(2, "VP9", 90000, parameters="profile-id=2"))
    assert not Codec(1, "AV1", 90000, parameters="profile=1").matches(Codec(2, "AV1", 90000))
    assert not Codec(1, "H265", 90000).matches(Codec(2, "H265", 90000, parameters="level-id=93;profile-id=2"))
