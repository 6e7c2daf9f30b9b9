"""What a publisher said about its H.264 stream, kept for those who join later."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.media import Codec
from podium.relay.parametersets import ParameterSets, parameter_sets

SPS, PPS, IDR = b"\x67sequence", b"\x68picture", b"\x65slice"


def h264(announced: str = "") -> ParameterSets:
    sets = parameter_sets(Codec(96, "H264", 90000, parameters=f"sprop-parameter-sets={announced}"))
    assert sets is not None
    return sets


TOGETHER = b"\x78" + b"\x00\x09" + SPS + b"\x00\x08" + PPS


def test_sets_are_learned_from_single_packets() -> None:
    sets = h264()
    assert sets.learn(SPS) is True
    assert sets.payload() is None, "one is not enough"
    assert sets.learn(PPS) is False
    assert sets.payload() == TOGETHER


def test_sets_are_learned_from_an_aggregate() -> None:
    sets = h264()
    assert sets.learn(TOGETHER + b"\x00\x06" + IDR) is True
    assert sets.payload() == TOGETHER


def test_sets_are_learned_from_the_sdp_and_the_newest_count() -> None:
    sets = h264(",".join(base64.b64encode(unit).decode() for unit in (SPS, PPS)))
    assert sets.payload() == TOGETHER
    sets.learn(b"\x68other")
    assert sets.payload() == b"\x78" + b"\x00\x09" + SPS + b"\x00\x06" + b"\x68other"


def test_other_packets_say_nothing() -> None:
    sets = h264("not base64, Z")
    assert not sets.learn(IDR)
    assert sets.payload() is None


def test_a_set_larger_than_any_is_not_kept() -> None:
    sets = h264(",".join(base64.b64encode(unit).decode() for unit in (SPS, PPS)))
    sets.learn(b"\x67" + bytes(2000))
    assert sets.payload() == TOGETHER


@given(st.binary(max_size=64), st.text(max_size=64))
def test_noise_raises_nothing(noise: bytes, text: str) -> None:
    sets = h264(text.replace(";", ""))
    sets.learn(noise)
    sets.learn(b"\x78" + noise)
    sets.payload()


def test_h265_needs_three_sets() -> None:
    sets = parameter_sets(Codec(96, "h265", 90000))
    assert sets is not None
    units = [b"\x40\x01video", b"\x42\x01sequence", b"\x44\x01picture"]
    assert [sets.learn(unit) for unit in units[:2]] == [False, True]
    assert sets.payload() is None
    sets.learn(b"\x60\x01" + len(units[2]).to_bytes(2, "big") + units[2])
    assert sets.payload() == b"\x60\x01" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def test_other_codecs_have_none() -> None:
    assert parameter_sets(Codec(96, "VP8", 90000)) is None
