"""Inputs made from good ones: bits turned, pieces cut, doubled, swapped between samples, numbers at their limits."""

import random
from collections.abc import Callable, Iterator, Sequence

LONGEST = 16 * 1024
"""Bytes of an input; what is longer is cut."""

_EDGES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\x00\x00", b"\xff\xff", b"\x80\x00", b"\xff\xff\xff\xff", bytes(8))


def inputs(samples: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Without end: first the samples themselves, then what becomes of them. The same seed yields the same."""
    yield from samples
    chance = random.Random(seed)
    while True:
        data = bytearray(chance.choice(samples))
        for _ in range(1 << chance.randrange(4)):
            chance.choice(_CHANGES)(data, chance, samples)
        yield bytes(data[:LONGEST])


def _turn_a_bit(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _set_a_byte(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def _put_an_edge(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    edge = chance.choice(_EDGES)
    at = chance.randrange(len(data) + 1)
    data[at : at + len(edge)] = edge


def _cut(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    first, last = _piece(data, chance)
    del data[first:last]


def _cut_the_end(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _double(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    first, last = _piece(data, chance)
    data[last:last] = data[first:last] * (1 << chance.randrange(5))
    del data[LONGEST:]


def _splice(data: bytearray, chance: random.Random, samples: Sequence[bytes]) -> None:
    other = chance.choice(samples)
    first, last = _piece(other, chance)
    at = chance.randrange(len(data) + 1)
    data[at:at] = other[first:last]


def _add_noise(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.randbytes(1 << chance.randrange(6))


def _swap_lines(data: bytearray, chance: random.Random, samples: Sequence[bytes]) -> None:
    lines = data.split(b"\n")
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(chance.choice(samples).split(b"\n")))
    del lines[chance.randrange(len(lines))]
    data[:] = b"\n".join(lines)


def _write_a_number(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    places = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if places:
        at = chance.choice(places)
        data[at : at + 1] = str(chance.choice((-1, 0, 127, 128, 65536, 2**31, 2**64, 10**30))).encode()


def _piece(data: bytes | bytearray, chance: random.Random) -> tuple[int, int]:
    first = chance.randrange(len(data) + 1)
    return first, min(len(data), first + (1 << chance.randrange(9)))


_CHANGES: tuple[Callable[[bytearray, random.Random, Sequence[bytes]], None], ...] = (
    _turn_a_bit,
    _set_a_byte,
    _put_an_edge,
    _cut,
    _cut_the_end,
    _double,
    _splice,
    _add_noise,
    _swap_lines,
    _write_a_number,
)
