"""RTCP, by round trip, by samples from the wire and by noise."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.rtcp import (
    MOST_LOST,
    Delay,
    Goodbye,
    KeyFrameRequest,
    Message,
    Nack,
    ReceiverReport,
    ReferenceTime,
    Remb,
    Report,
    SenderReport,
    build,
    description,
    parse,
)

words = st.integers(0, 0xFFFFFFFF)
reports = st.builds(
    Report,
    ssrc=words,
    fraction=st.integers(0, 255),
    lost=st.integers(-(1 << 23), (1 << 23) - 1),
    highest=words,
    jitter=words,
    last_report=words,
    delay=words,
)
report_lists = st.lists(reports, max_size=31).map(tuple)
messages = st.one_of(
    st.builds(
        SenderReport,
        ssrc=words,
        ntp=st.integers(0, (1 << 64) - 1),
        timestamp=words,
        packets=words,
        octets=words,
        reports=report_lists,
    ),
    st.builds(ReceiverReport, ssrc=words, reports=report_lists),
    st.builds(Goodbye, ssrcs=st.lists(words, max_size=31).map(tuple)),
    st.builds(KeyFrameRequest, ssrc=words, media=words),
    st.builds(ReferenceTime, ssrc=words, ntp=st.integers(0, (1 << 64) - 1)),
    st.builds(Delay, ssrc=words, receiver=words, last_reference=words, delay=words),
    st.builds(
        Remb,
        ssrc=words,
        bitrate=st.integers(0, (1 << 18) - 1),
        media=st.lists(words, max_size=20).map(tuple),
    ),
)


@given(st.lists(messages, max_size=10))
def test_what_is_built_is_read_back(sent: list[Message]) -> None:
    assert parse(build(sent)) == (sent, 0)


@given(st.lists(st.integers(0, 0xFFFF), max_size=100, unique=True))
def test_a_nack_names_exactly_what_is_lost(lost: list[int]) -> None:
    (read,), unread = parse(build([Nack(1, 2, tuple(lost))]))
    assert isinstance(read, Nack)
    assert unread == 0
    assert sorted(read.lost) == sorted(lost)


def test_neighbours_share_an_entry_over_the_wrap() -> None:
    written = build([Nack(1, 2, (65535, 0, 15))])
    assert written[12:] == struct.pack("!HH", 65535, 1 | 1 << 15)


@given(st.integers(0, (1 << 40)))
def test_remb_keeps_eighteen_bits_of_the_rate(bitrate: int) -> None:
    (read,), _ = parse(build([Remb(1, bitrate, (2,))]))
    assert isinstance(read, Remb)
    assert bitrate * (1 - 2**-17) <= read.bitrate <= bitrate


@given(st.binary(max_size=300))
def test_noise_never_raises(noise: bytes) -> None:
    for kind in (200, 201, 203, 205, 206):
        for first in (0x81, 0x84, 0x8F, 0xA1):
            length = max(0, len(noise) // 4)
            parse(struct.pack("!BBH", first, kind, length) + noise)
    parse(noise)


@given(messages, st.data())
def test_a_cut_packet_is_counted(message: Message, data: st.DataObject) -> None:
    whole = build([message])
    cut = data.draw(st.integers(4, len(whole) - 1)) if len(whole) > 4 else 4
    read, unread = parse(whole[:cut])
    assert (read, unread) == (([], 1) if cut < len(whole) else ([message], 0))


def test_a_description_is_padded_to_words_and_passed_over() -> None:
    for name in ("a", "ab", "abc", "abcd", "podium"):
        block = description(7, name)
        assert len(block) % 4 == 0
        assert name.encode() + b"\x00" in block
        assert parse(build([ReceiverReport(7)]) + block) == ([ReceiverReport(7)], 0)


def test_a_full_intra_request_asks_for_a_key_frame() -> None:
    request = struct.pack("!BBHIIIBBHIBBH", 0x84, 206, 6, 1, 0, 77, 1, 0, 0, 78, 1, 0, 0)
    assert parse(request) == ([KeyFrameRequest(1, 77), KeyFrameRequest(1, 78)], 0)


def test_a_flood_of_lost_numbers_is_bounded() -> None:
    (read,), _ = parse(build([Nack(1, 2, tuple(range(0, 40000, 17)))]))
    assert isinstance(read, Nack)
    assert len(read.lost) == MOST_LOST
    several, _ = parse(build(Nack(1, 2, tuple(range(at, at + 300))) for at in range(0, 3000, 300)))
    assert sum(len(each.lost) for each in several if isinstance(each, Nack)) == MOST_LOST, "in how many blocks ever"


@pytest.mark.parametrize("cut", ["80", "80c8ffff", "c0c80000", "81c9000100000001"])
def test_samples_that_contradict_themselves_are_counted(cut: str) -> None:
    assert parse(bytes.fromhex(cut)) == ([], 1)


def test_padding_of_the_last_block_is_not_read() -> None:
    padded = struct.pack("!BBHI", 0xA0, 201, 2, 9) + b"\x00\x00\x00\x04"
    assert parse(padded) == ([ReceiverReport(9)], 0)
