"""Numbers of any width, one after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.bits import Bits, Exhausted, unescaped


def golomb(value: int) -> str:
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def packed(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big") if bits else b""


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, (1 << 40) - 1))))
def test_numbers_come_back_in_their_widths(numbers: list[tuple[int, int]]) -> None:
    wanted = [(width, value % (1 << width)) for width, value in numbers]
    bits = Bits(packed("".join(f"{value:0{width}b}" for width, value in wanted)))
    assert [bits.unsigned(width) for width, _ in wanted] == [value for _, value in wanted]


@given(st.lists(st.integers(0, (1 << 32) - 2), max_size=20))
def test_exponential_numbers_come_back(numbers: list[int]) -> None:
    bits = Bits(packed("".join(map(golomb, numbers))))
    assert [bits.exponential() for _ in numbers] == numbers


@pytest.mark.parametrize(("code", "value"), [(0, 0), (1, 1), (2, -1), (3, 2), (4, -2), (5, 3)])
def test_signed_numbers_alternate(code: int, value: int) -> None:
    assert Bits(packed(golomb(code))).signed_exponential() == value


@pytest.mark.parametrize("data", [b"", b"\x00" * 3, b"\x00" * 9])
def test_what_goes_on_behind_the_end_is_told(data: bytes) -> None:
    with pytest.raises(Exhausted):
        Bits(data).exponential()


def test_emulation_prevention_is_taken_out() -> None:
    assert unescaped(bytes.fromhex("0000 0301 0000 0300 0003")) == bytes.fromhex("0000 0100 0000 00")
    assert unescaped(b"\x00\x03\x00") == b"\x00\x03\x00"
