"""The newest sound in a redundant packet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.redundancy import primary


def red(blocks: list[bytes], payload_type: int = 111) -> bytes:
    """RFC 2198: a header of four bytes per older block, one byte for the newest, then the blocks."""
    heads = b"".join(
        bytes((0x80 | payload_type,)) + (960 << 10 | len(block)).to_bytes(3, "big") for block in blocks[:-1]
    )
    return heads + bytes((payload_type,)) + b"".join(blocks)


@given(st.lists(st.binary(max_size=200), max_size=4), st.binary(max_size=400))
def test_the_last_block_is_the_newest_sound(older: list[bytes], newest: bytes) -> None:
    assert primary(red([*older, newest])) == (111, newest)


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=3), st.data())
def test_what_is_cut_within_the_older_blocks_has_no_newest(older: list[bytes], data: st.DataObject) -> None:
    whole = red([*older, b""])
    assert primary(whole[: data.draw(st.integers(0, len(whole) - 1))]) is None


@given(st.binary(max_size=64))
def test_noise_raises_nothing(noise: bytes) -> None:
    found = primary(noise)
    assert found is None or noise.endswith(found[1])
