"""Reading bit by bit, as the headers of video codecs are written (ITU-T H.264 section 9.1, AV1 section 4.10)."""

from __future__ import annotations


class Exhausted(ValueError):
    """The header goes on behind the last byte that is there."""


#: More leading zeros than this is no number that a header holds.
LONGEST_EXPONENT = 32


class Bits:
    """A position in bytes, `left` bits before their end. Reads past the end raise `Exhausted`."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self.left = 8 * len(data)

    def unsigned(self, width: int) -> int:
        """The next `width` bits, most significant first."""
        if width > self.left:
            raise Exhausted(f"{width} bits wanted, {self.left} left")
        self.left -= width
        return self._value >> self.left & (1 << width) - 1

    def flag(self) -> bool:
        """The next bit."""
        return bool(self.unsigned(1))

    def exponential(self) -> int:
        """An unsigned Exp-Golomb number, `ue(v)`; AV1 calls it `uvlc()`."""
        zeros = 0
        while not self.unsigned(1):
            zeros += 1
            if zeros > LONGEST_EXPONENT:
                raise Exhausted("no number is that long")
        return (1 << zeros) - 1 + self.unsigned(zeros)

    def signed_exponential(self) -> int:
        """A signed Exp-Golomb number, `se(v)`."""
        code = self.exponential()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def unescaped(unit: bytes) -> bytes:
    """A NAL unit without its emulation prevention bytes (ITU-T H.264 section 7.4.1, H.265 section 7.4.2)."""
    return unit.replace(b"\x00\x00\x03", b"\x00\x00")
