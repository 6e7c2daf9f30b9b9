"""The time strip: every time can be read back, and nothing else passes for one."""

from hypothesis import given
from hypothesis import strategies as st

from podium.publish.timecode import BLOCK_SIZE, BLOCKS, LEFT, MODULUS, TOP, bits_of, read, time_of


@given(st.integers(0, 1 << 44))
def test_every_time_can_be_read_back(milliseconds: int) -> None:
    assert time_of(bits_of(milliseconds)) == milliseconds % MODULUS


@given(st.integers(0, MODULUS - 1), st.integers(0, BLOCKS - 1))
def test_one_wrong_block_is_noticed(milliseconds: int, block: int) -> None:
    bits = list(bits_of(milliseconds))
    bits[block] ^= 1
    assert time_of(bits) is None


@given(st.integers(0, MODULUS - 1), st.integers(0, 100), st.integers(20, 100))
def test_brightness_may_have_any_scale(milliseconds: int, dark: int, contrast: int) -> None:
    bits = bits_of(milliseconds)

    def brightness(x: int, y: int) -> float:
        assert TOP <= y < TOP + BLOCK_SIZE
        return dark + contrast * bits[(x - LEFT) // BLOCK_SIZE]

    assert read(brightness) == milliseconds


def test_a_picture_without_a_strip_has_no_time() -> None:
    assert read(lambda x, y: 16.0) is None
