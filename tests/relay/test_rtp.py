"""RTP packets and the sorting of datagrams, by table and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.rtp import Kind, Malformed, RtpPacket, build, build_extensions, classify, parse


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (0, 1, Kind.STUN),
        (3, 0, Kind.STUN),
        (4, 0, Kind.UNKNOWN),
        (20, 254, Kind.DTLS),
        (63, 254, Kind.DTLS),
        (64, 0, Kind.TURN_CHANNEL),
        (79, 0, Kind.TURN_CHANNEL),
        (127, 0, Kind.UNKNOWN),
        (128, 96, Kind.RTP),
        (191, 191, Kind.RTP),
        (128, 192, Kind.RTCP),
        (129, 200, Kind.RTCP),
        (143, 223, Kind.RTCP),
        (128, 224, Kind.RTP),
        (192, 0, Kind.UNKNOWN),
    ],
)
def test_datagrams_are_sorted_by_their_first_bytes(first: int, second: int, kind: Kind) -> None:
    assert classify(bytes([first, second, 0, 0])) is kind


@pytest.mark.parametrize("datagram", [b"", b"\x80"])
def test_a_datagram_too_short_to_tell_is_unknown(datagram: bytes) -> None:
    assert classify(datagram) is Kind.UNKNOWN


payloads = st.binary(max_size=1400)
one_byte = st.tuples(st.integers(1, 14), st.binary(min_size=1, max_size=16))
two_byte = st.tuples(st.integers(1, 255), st.binary(max_size=255))
extension_lists = st.one_of(st.lists(one_byte, max_size=5), st.lists(two_byte, max_size=5)).map(tuple)


@st.composite
def packets(draw: st.DrawFn) -> RtpPacket:
    padding = draw(st.booleans())
    body = draw(payloads)
    if padding:
        count = draw(st.integers(1, 255))
        body += bytes(count - 1) + bytes([count])
    return RtpPacket(
        payload_type=draw(st.integers(0, 127)),
        marker=draw(st.booleans()),
        sequence=draw(st.integers(0, 0xFFFF)),
        timestamp=draw(st.integers(0, 0xFFFFFFFF)),
        ssrc=draw(st.integers(0, 0xFFFFFFFF)),
        payload=body,
        csrcs=draw(st.integers(0, 15).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n))),
        extensions=draw(extension_lists),
        padding=padding,
    )


@given(packets())
def test_what_is_built_is_read_back(packet: RtpPacket) -> None:
    assert parse(build(packet)) == packet


@given(st.binary(max_size=120))
def test_noise_is_a_packet_or_malformed(noise: bytes) -> None:
    for datagram in (noise, b"\x90" + noise, b"\xbf" + noise):
        try:
            packet = parse(datagram)
        except Malformed:
            continue
        assert len(packet.media) <= len(packet.payload) <= len(datagram)


def test_media_is_the_payload_without_its_padding() -> None:
    packet = parse(bytes.fromhex("a0600001 00000002 00000003") + b"media\x00\x00\x03")
    assert packet.media == b"media"
    assert packet.payload == b"media\x00\x00\x03"


@pytest.mark.parametrize(
    ("cut", "why"),
    [
        ("80600001000000020000", "shorter than the RTP header"),
        ("40600001000000020000000300", "not RTP version 2"),
        ("82600001000000020000000300000004", "contributing sources"),
        ("906000010000000200000003bede", "extension header"),
        ("906000010000000200000003bede0002aabbccdd", "header extensions"),
        ("a06000010000000200000003", "padding"),
        ("a0600001000000020000000300", "padding"),
        ("a060000100000002000000030009", "padding"),
    ],
)
def test_contradictions_are_malformed(cut: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        parse(bytes.fromhex(cut))


def test_the_reserved_one_byte_id_ends_the_list() -> None:
    block = bytes.fromhex("10aa f0bb 20cc 0000")
    header = bytes.fromhex("906000010000000200000003bede0002")
    assert parse(header + block).extensions == ((1, b"\xaa"),)


def test_an_unknown_extension_profile_is_passed_over() -> None:
    header = bytes.fromhex("906000010000000200000003aaaa0001")
    packet = parse(header + b"1234" + b"media")
    assert (packet.extensions, packet.payload) == ((), b"media")


def test_long_or_high_extensions_take_the_two_byte_form() -> None:
    assert build_extensions([(1, b"a")])[:2] == b"\xbe\xde"
    assert build_extensions([(15, b"a")])[:2] == b"\x10\x00"
    assert build_extensions([(1, b"")])[:2] == b"\x10\x00"
    assert build_extensions([(1, b"a" * 17)])[:2] == b"\x10\x00"
