"""What a publisher said about its H.264 stream, kept for those who join later."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.parametersets import ParameterSets

SPS, PPS, IDR = b"\x67sequence", b"\x68picture", b"\x65slice"
TOGETHER = b"\x78" + b"\x00\x09" + SPS + b"\x00\x08" + PPS


def test_sets_are_learned_from_single_packets() -> None:
    sets = ParameterSets()
    assert sets.learn(SPS) is True
    assert sets.payload() is None, "one is not enough"
    assert sets.learn(PPS) is False
    assert sets.payload() == TOGETHER


def test_sets_are_learned_from_an_aggregate() -> None:
    sets = ParameterSets()
    assert sets.learn(TOGETHER + b"\x00\x06" + IDR) is True
    assert sets.payload() == TOGETHER


def test_sets_are_learned_from_the_sdp_and_the_newest_count() -> None:
    sets = ParameterSets(",".join(base64.b64encode(unit).decode() for unit in (SPS, PPS)))
    assert sets.payload() == TOGETHER
    sets.learn(b"\x68other")
    assert sets.payload() == b"\x78" + b"\x00\x09" + SPS + b"\x00\x06" + b"\x68other"


def test_other_packets_say_nothing() -> None:
    sets = ParameterSets("not base64, Z")
    assert not sets.learn(IDR)
    assert not sets.learn(b"\x67" + bytes(2000)) or sets.payload() is None


@given(st.binary(max_size=64), st.text(max_size=64))
def test_noise_raises_nothing(noise: bytes, text: str) -> None:
    sets = ParameterSets(text)
    sets.learn(noise)
    sets.learn(b"\x78" + noise)
    sets.payload()
