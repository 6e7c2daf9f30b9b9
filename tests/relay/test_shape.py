"""Packets in a viewer's payload types and extension ids."""

from __future__ import annotations

from podium.relay.cache import Packet
from podium.relay.media import AUDIO_LEVEL, Codec, Section
from podium.relay.rtp import parse
from podium.relay.shape import shape_of
from tests.relay.media import OPUS, ORIENTATION, VP8


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
