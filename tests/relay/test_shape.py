"""Packets in a viewer's payload types and extension ids."""

from __future__ import annotations

from podium.relay.cache import Packet
from podium.relay.media import AUDIO_LEVEL, Codec, Section
from podium.relay.rtp import parse
from podium.relay.shape import shape_of
from tests.relay.media import OPUS, ORIENTATION, RED, VP8


def kept(codec: Codec = VP8) -> Packet:
    return Packet(
        sequence=5,
        timestamp=6,
        codec=codec,
        marker=True,
        payload=b"media\x00\x02",
        arrived=0.0,
        csrcs=b"\x00\x00\x00\x09",
        extensions=((AUDIO_LEVEL, b"\x7f"), (ORIENTATION, b"\x01")),
        padding=True,
    )


def test_the_payload_is_untouched_and_numbers_are_the_viewers() -> None:
    viewer = shape_of(Section("video", "0", (Codec(120, "vp8", 90000),), {12: ORIENTATION}))
    rendered = viewer.render(kept())
    assert rendered is not None
    read = parse(rendered)
    assert (read.payload_type, read.marker, read.padding) == (120, True, True)
    assert (read.payload, read.csrcs) == (b"media\x00\x02", b"\x00\x00\x00\x09")
    assert read.extensions == ((12, b"\x01"),)
    assert (read.sequence, read.timestamp, read.ssrc) == (0, 0, 0)


def test_viewers_alike_share_one_rendering() -> None:
    packet = kept()
    first = shape_of(Section("video", "0", (VP8,), {1: ORIENTATION, 2: AUDIO_LEVEL}))
    second = shape_of(Section("video", "v", (VP8,), {2: AUDIO_LEVEL, 1: ORIENTATION}, (99,)))
    assert first == second
    assert first.render(packet) is second.render(packet)


def test_a_codec_that_was_not_agreed_on_has_no_form() -> None:
    assert shape_of(Section("video", "0", (VP8,))).render(kept(OPUS)) is None


def test_sound_without_redundancy_is_for_those_who_know_no_red() -> None:
    packet = kept(RED)
    packet.primary = kept(OPUS)
    packet.primary.payload = b"newest\x00\x01"
    with_red = shape_of(Section("audio", "0", (OPUS, RED))).render(packet)
    without = shape_of(Section("audio", "0", (OPUS,))).render(packet)
    assert with_red is not None
    assert without is not None
    assert (parse(with_red).payload_type, parse(with_red).payload) == (63, b"media\x00\x02")
    assert (parse(without).payload_type, parse(without).payload) == (111, b"newest\x00\x01")
