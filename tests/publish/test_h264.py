"""H.264 as it is in files, made fit for a live stream."""

from podium.publish.h264 import annex_b, length_size, nal_units, parameter_sets, profile_level_id, with_parameter_sets

SPS, PPS = bytes.fromhex("6742c01fda014016ec"), bytes.fromhex("68ce3c80")
IDR, SLICE = b"\x65\x88\x84", b"\x41\x9a\x02"
CODE = b"\0\0\0\1"
AVCC = b"\1\x42\xc0\x1f\xff\xe1" + len(SPS).to_bytes(2, "big") + SPS + b"\1" + len(PPS).to_bytes(2, "big") + PPS


def test_nal_units_lie_between_start_codes_of_either_length() -> None:
    assert list(nal_units(CODE + SPS + b"\0\0\1" + PPS + CODE + IDR + b"\0\0")) == [SPS, PPS, IDR]
    assert list(nal_units(b"")) == []


def test_parameter_sets_come_from_either_form_of_extradata() -> None:
    wanted = CODE + SPS + CODE + PPS
    assert parameter_sets(AVCC) == wanted
    assert parameter_sets(b"\0\0\1" + SPS + b"\0\0\1" + PPS) == wanted
    assert parameter_sets(b"") == b""
    assert parameter_sets(AVCC[:6]) == b""


def test_packets_of_files_become_annex_b() -> None:
    assert length_size(AVCC) == 4
    assert length_size(CODE + SPS) is None
    packet = len(SLICE).to_bytes(4, "big") + SLICE + len(IDR).to_bytes(4, "big") + IDR
    assert annex_b(packet, 4) == CODE + SLICE + CODE + IDR


def test_key_frames_get_the_parameter_sets_they_lack() -> None:
    sets = CODE + SPS + CODE + PPS
    assert with_parameter_sets(CODE + IDR, sets) == sets + CODE + IDR
    assert with_parameter_sets(sets + CODE + IDR, sets) == sets + CODE + IDR
    assert with_parameter_sets(CODE + SLICE, sets) == CODE + SLICE


def test_the_profile_is_that_of_the_sps() -> None:
    assert profile_level_id(parameter_sets(AVCC)) == "42c01f"
    assert profile_level_id(b"") is None
