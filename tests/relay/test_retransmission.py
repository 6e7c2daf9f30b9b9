"""Packets sent again on a line of their own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.retransmission import RepairLine, unwrap
from podium.relay.rtp import RtpPacket, build, parse

packets = st.builds(
    RtpPacket,
    payload_type=st.just(96),
    marker=st.booleans(),
    sequence=st.integers(0, 0xFFFF),
    timestamp=st.integers(0, 0xFFFFFFFF),
    ssrc=st.just(7),
    payload=st.binary(min_size=1, max_size=1400),
    csrcs=st.lists(st.binary(min_size=4, max_size=4), max_size=3).map(b"".join),
    extensions=st.lists(st.tuples(st.integers(1, 14), st.binary(min_size=1, max_size=8)), max_size=2).map(tuple),
    padding=st.just(False),
)


@given(packets, st.integers(0, 1 << 20))
def test_what_is_wrapped_comes_out_as_it_was(packet: RtpPacket, number: int) -> None:
    line = RepairLine(8, {96: 97}, 4)
    wrapped = line.wrap(build(packet), number)
    assert wrapped is not None
    assert wrapped[1] == 5
    sent = parse(wrapped[0])
    assert (sent.payload_type, sent.payload[:2]) == (97, (number & 0xFFFF).to_bytes(2, "big"))
    assert unwrap(sent, 7, 96) == packet._replace(sequence=number & 0xFFFF)


def test_each_goes_out_under_the_next_number() -> None:
    line = RepairLine(8, {96: 97}, 9)
    packet = build(RtpPacket(96, False, 1, 2, 3, b"media"))
    assert [line.wrap(packet, 1) for _ in range(3)] == [(line.wrap(packet, 1)[0], n) for n in (10, 11, 12)]  # type: ignore[index]


def test_a_payload_type_without_retransmission_stays_as_it_is() -> None:
    assert RepairLine(8, {96: 97}, 9).wrap(build(RtpPacket(98, False, 1, 2, 3, b"media")), 1) is None


def test_padding_and_noise_repeat_nothing() -> None:
    assert unwrap(RtpPacket(97, False, 1, 2, 8, b"\x00\x00\x03", padding=True), 7, 96) is None
    assert unwrap(RtpPacket(97, False, 1, 2, 8, b"\x00\x01"), 7, 96) is None
    assert unwrap(RtpPacket(97, False, 1, 2, 8, b""), 7, 96) is None
