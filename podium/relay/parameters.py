"""What the sequence headers of H.264, H.265 and AV1 say about the pictures: size, profile and level.

Sources: ITU-T H.264 section 7.3.2.1.1 and RFC 6184 table 5, ITU-T H.265 section 7.3.2.2, AV1 section 5.5.
All take the bytes of one unit and return None when it is cut short or is something else.
"""

from __future__ import annotations

from dataclasses import dataclass

from podium.relay.bits import Bits, Exhausted, unescaped

#: Nothing that is sent live is larger; what says so is damaged.
LARGEST_SIDE = 16_384


@dataclass(frozen=True, slots=True)
class Picture:
    """A video's width and height in pixels; profile and level as people call them, "" where the codec has none."""

    width: int
    height: int
    profile: str = ""
    level: str = ""


def picture(width: int, height: int, profile: str = "", level: str = "") -> Picture | None:
    """A `Picture` of a size that is possible."""
    if 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE:
        return Picture(width, height, profile, level)
    return None


_H264_NAMES = {
    66: "Baseline",
    77: "Main",
    88: "Extended",
    100: "High",
    110: "High 10",
    122: "High 4:2:2",
    244: "High 4:4:4 Predictive",
}
#: Profiles whose SPS tells the chroma format.
_H264_CHROMA = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
_DECODES: dict[str, frozenset[str]] = {
    "Baseline": frozenset({"Constrained Baseline"}),
    "Extended": frozenset({"Constrained Baseline", "Baseline"}),
    "Main": frozenset({"Constrained Baseline"}),
    "Constrained High": frozenset({"Constrained Baseline"}),
    "High": frozenset({"Constrained Baseline", "Main", "Constrained High"}),
}


def h264_profile(profile_idc: int, constraints: int) -> str:
    """The profile's name from `profile_idc` and the byte of constraint flags (RFC 6184 table 5)."""
    if profile_idc in (66, 77, 88) and _is_constrained(profile_idc, constraints):
        return "Constrained Baseline"
    if profile_idc == 88 and constraints & 0x80:
        return "Baseline"
    if profile_idc == 100 and constraints & 0x0C == 0x0C:
        return "Constrained High"
    return _H264_NAMES.get(profile_idc, f"profile {profile_idc}")


def _is_constrained(profile_idc: int, constraints: int) -> bool:
    wanted = {66: 0x40, 77: 0x80, 88: 0xC0}[profile_idc]
    return constraints & wanted == wanted


def h264_announced(profile_level_id: str) -> str:
    """The profile's name from SDP's `profile-level-id`; "" when it is not three bytes in hexadecimal digits."""
    try:
        profile_idc, constraints, _level = bytes.fromhex(profile_level_id)
    except ValueError:
        return ""
    return h264_profile(profile_idc, constraints)


def is_decodable(profile: str, announced: str) -> bool:
    """Whether a decoder for the announced H.264 profile has to understand this one."""
    return profile == announced or profile in _DECODES.get(announced, frozenset())


def h264(unit: bytes) -> Picture | None:
    """From a sequence parameter set, its header byte included."""
    try:
        return _h264(Bits(unescaped(unit))) if unit[:1] and unit[0] & 0x1F == 7 else None
    except Exhausted:
        return None


def _h264(bits: Bits) -> Picture | None:
    bits.unsigned(8)
    profile_idc, constraints, level_idc = bits.unsigned(8), bits.unsigned(8), bits.unsigned(8)
    bits.exponential()  # seq_parameter_set_id
    chroma_format, separate = 1, False
    if profile_idc in _H264_CHROMA:
        chroma_format = bits.exponential()
        separate = chroma_format == 3 and bits.flag()
        bits.exponential()  # bit_depth_luma_minus8
        bits.exponential()  # bit_depth_chroma_minus8
        bits.flag()  # qpprime_y_zero_transform_bypass_flag
        if bits.flag():
            _skip_scaling(bits, 12 if chroma_format == 3 else 8)
    bits.exponential()  # log2_max_frame_num_minus4
    _skip_picture_order(bits)
    bits.exponential()  # max_num_ref_frames
    bits.flag()  # gaps_in_frame_num_value_allowed_flag
    width, height = 16 * (bits.exponential() + 1), 16 * (bits.exponential() + 1)
    frames_only = bits.flag()
    if not frames_only:
        height *= 2
        bits.flag()  # mb_adaptive_frame_field_flag
    bits.flag()  # direct_8x8_inference_flag
    if bits.flag():
        planes = 0 if separate else chroma_format
        across, down = (2 if planes in (1, 2) else 1), (2 if planes == 1 else 1) * (1 if frames_only else 2)
        width -= across * (bits.exponential() + bits.exponential())
        height -= down * (bits.exponential() + bits.exponential())
    is_1b = level_idc == 11 and constraints & 0x10 and profile_idc in (66, 77, 88)
    level = "1b" if is_1b else f"{level_idc / 10:.1f}"
    return picture(width, height, h264_profile(profile_idc, constraints), level)


def _skip_picture_order(bits: Bits) -> None:
    kind = bits.exponential()
    if kind == 0:
        bits.exponential()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.flag()
        bits.signed_exponential()
        bits.signed_exponential()
        for _ in range(min(bits.exponential(), 255)):
            bits.signed_exponential()


def _skip_scaling(bits: Bits, lists: int) -> None:
    for number in range(lists):
        if not bits.flag():
            continue
        last = following = 8
        for _ in range(16 if number < 6 else 64):
            if following:
                following = (last + bits.signed_exponential()) % 256
            last = following or last


_H265_NAMES = {1: "Main", 2: "Main 10", 3: "Main Still Picture", 4: "Range Extensions"}


def h265(unit: bytes) -> Picture | None:
    """From a sequence parameter set, its header of two bytes included."""
    try:
        return _h265(Bits(unescaped(unit))) if unit[:1] and unit[0] >> 1 & 0x3F == 33 else None
    except Exhausted:
        return None


def _h265(bits: Bits) -> Picture | None:
    bits.unsigned(16 + 4)  # NAL unit header, sps_video_parameter_set_id
    sub_layers = bits.unsigned(3)
    bits.flag()  # sps_temporal_id_nesting_flag
    bits.unsigned(3)  # general_profile_space, general_tier_flag
    profile_idc = bits.unsigned(5)
    bits.unsigned(32 + 48)  # compatibility and constraint flags
    level_idc = bits.unsigned(8)
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers)]
    if sub_layers:
        bits.unsigned(2 * (8 - sub_layers))
    for has_profile, has_level in present:
        bits.unsigned(88 * has_profile + 8 * has_level)
    bits.exponential()  # sps_seq_parameter_set_id
    chroma_format = bits.exponential()
    separate = chroma_format == 3 and bits.flag()
    width, height = bits.exponential(), bits.exponential()
    if bits.flag():  # conformance_window_flag
        planes = 0 if separate else chroma_format
        width -= (2 if planes in (1, 2) else 1) * (bits.exponential() + bits.exponential())
        height -= (2 if planes == 1 else 1) * (bits.exponential() + bits.exponential())
    name = _H265_NAMES.get(profile_idc, f"profile {profile_idc}")
    return picture(width, height, name, f"{level_idc / 30:.1f}")


_AV1_NAMES = {0: "Main", 1: "High", 2: "Professional"}


def av1(sequence: bytes) -> Picture | None:
    """From the payload of a sequence header OBU, without the OBU's own header."""
    try:
        return _av1(Bits(sequence))
    except Exhausted:
        return None


def _av1(bits: Bits) -> Picture | None:
    profile = bits.unsigned(3)
    bits.flag()  # still_picture
    is_reduced = bits.flag()  # reduced_still_picture_header
    level = bits.unsigned(5) if is_reduced else _av1_operating_points(bits)
    width_bits, height_bits = bits.unsigned(4) + 1, bits.unsigned(4) + 1
    width, height = bits.unsigned(width_bits) + 1, bits.unsigned(height_bits) + 1
    name = _AV1_NAMES.get(profile, f"profile {profile}")
    return picture(width, height, name, "" if level == 31 else f"{2 + level // 4}.{level % 4}")


def _av1_operating_points(bits: Bits) -> int:
    """Skip timing and decoder model; the level of the first operating point, which is the whole stream."""
    delay_bits = 0
    if bits.flag():  # timing_info_present_flag
        bits.unsigned(64)
        if bits.flag():
            bits.exponential()
        if bits.flag():  # decoder_model_info_present_flag
            delay_bits = bits.unsigned(5) + 1
            bits.unsigned(32 + 5 + 5)
    has_display_delay = bits.flag()
    levels: list[int] = []
    for _ in range(bits.unsigned(5) + 1):
        bits.unsigned(12)  # operating_point_idc
        levels.append(bits.unsigned(5))
        if levels[-1] > 7:
            bits.flag()  # seq_tier
        if delay_bits and bits.flag():
            bits.unsigned(2 * delay_bits + 1)
        if has_display_delay and bits.flag():
            bits.unsigned(4)
    return levels[0]
