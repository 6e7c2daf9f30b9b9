"""The time strip of the test card: the moment a picture was drawn, readable by a machine.

The strip is one row of 48 square blocks in a picture of 1280 x 720 pixels. Block `i` covers 16 x 16 pixels,
its left edge at x = 64 + 16 * i, its upper edge at y = 688. A bright block is 1, a dark one 0:

    blocks 0 to 3    1 0 1 0: a mark. Half way between the brightness of blocks 0 and 1 is the threshold
    blocks 4 to 43   milliseconds since 1970-01-01 00:00 UTC modulo 2**40, highest bit first
    blocks 44 to 47  the exclusive or of the ten 4-bit groups of the time: a check

Read each block at its centre (8 x 8 pixels, averaged); in a scaled picture, scale the geometry. Glass-to-glass
latency in milliseconds is `(now - time) mod 2**40` on a machine with the same clock.
"""

from collections.abc import Callable, Sequence

BLOCKS = 48
BLOCK_SIZE = 16
LEFT = 64
TOP = 688
MARK = (1, 0, 1, 0)
TIME_BITS = 40
MODULUS = 1 << TIME_BITS


def bits_of(milliseconds: int) -> tuple[int, ...]:
    """The 48 bits that show `milliseconds` (since the epoch; reduced modulo 2**40)."""
    time = milliseconds % MODULUS
    return (*MARK, *_bits(time, TIME_BITS), *_bits(_check(time), 4))


def time_of(bits: Sequence[int]) -> int | None:
    """The time in milliseconds modulo 2**40 that 48 bits show, or None when mark or check do not fit."""
    if len(bits) != BLOCKS or tuple(bits[: len(MARK)]) != MARK:
        return None
    time = _number(bits[len(MARK) : len(MARK) + TIME_BITS])
    return time if _number(bits[-4:]) == _check(time) else None


def read(brightness: Callable[[int, int], float]) -> int | None:
    """Read the strip from a picture of 1280 x 720.

    `brightness(x, y)` is the brightness of the pixel at x, y on any scale. Returns the time in milliseconds
    modulo 2**40, or None when there is no valid strip.
    """
    levels = [_block_level(brightness, block) for block in range(BLOCKS)]
    threshold = (levels[0] + levels[1]) / 2
    return time_of([int(level > threshold) for level in levels])


def _block_level(brightness: Callable[[int, int], float], block: int) -> float:
    left = LEFT + BLOCK_SIZE * block + 4
    return sum(brightness(left + x, TOP + 4 + y) for x in range(8) for y in range(8)) / 64


def _check(time: int) -> int:
    check = 0
    while time:
        check ^= time & 0xF
        time >>= 4
    return check


def _bits(number: int, count: int) -> tuple[int, ...]:
    return tuple(number >> shift & 1 for shift in range(count - 1, -1, -1))


def _number(bits: Sequence[int]) -> int:
    number = 0
    for bit in bits:
        number = number << 1 | bit
    return number
