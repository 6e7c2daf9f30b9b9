"""What a live H.264 stream needs: Annex B form, and the parameter sets before each key frame (RFC 6184)."""

from collections.abc import Iterator

START_CODE = b"\0\0\0\1"
SPS, PPS, IDR = 7, 8, 5


def nal_units(stream: bytes) -> Iterator[bytes]:
    """The NAL units between the start codes, without trailing zeros."""
    start = stream.find(b"\0\0\1")
    while start != -1:
        following = stream.find(b"\0\0\1", start + 3)
        end = len(stream) if following == -1 else following
        if unit := stream[start + 3 : end].rstrip(b"\0"):
            yield unit
        start = following


def kind(unit: bytes) -> int:
    """The NAL unit type."""
    return unit[0] & 0x1F


def parameter_sets(extradata: bytes) -> bytes:
    """SPS and PPS in Annex B form, from the extradata of a stream (avcC, ISO/IEC 14496-15, or Annex B)."""
    if extradata[:1] != b"\1":
        units = [unit for unit in nal_units(extradata) if kind(unit) in (SPS, PPS)]
    else:
        units = _avcc_units(extradata)
    return b"".join(START_CODE + unit for unit in units)


def length_size(extradata: bytes) -> int | None:
    """How many bytes say the length of a NAL unit in the packets of a stream; None if they are in Annex B form."""
    return (extradata[4] & 3) + 1 if extradata[:1] == b"\1" and len(extradata) > 4 else None


def annex_b(packet: bytes, size: int) -> bytes:
    """A packet whose NAL units each follow their length, of `size` bytes, in Annex B form."""
    units = []
    position = 0
    while position + size < len(packet):
        begin = position + size
        position = begin + int.from_bytes(packet[position:begin], "big")
        units.append(START_CODE + packet[begin:position])
    return b"".join(units)


def with_parameter_sets(access_unit: bytes, sets: bytes) -> bytes:
    """The access unit with `sets` before it, if it is a key frame without its own."""
    kinds = {kind(unit) for unit in nal_units(access_unit)}
    return sets + access_unit if IDR in kinds and SPS not in kinds else access_unit


def profile_level_id(sets: bytes) -> str | None:
    """The profile-level-id (RFC 6184 section 8.1) of the first SPS, six hexadecimal digits."""
    sps = next((unit for unit in nal_units(sets) if kind(unit) == SPS and len(unit) > 3), None)
    return sps[1:4].hex() if sps else None


def _avcc_units(avcc: bytes) -> list[bytes]:
    units: list[bytes] = []
    position = 5
    for mask in (0x1F, 0xFF):
        if position >= len(avcc):
            break
        count = avcc[position] & mask
        position += 1
        for _ in range(count):
            length = int.from_bytes(avcc[position : position + 2], "big")
            units.append(avcc[position + 2 : position + 2 + length])
            position += 2 + length
    return [unit for unit in units if unit]
