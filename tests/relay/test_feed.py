"""What a feed says of itself."""

from __future__ import annotations

from podium.relay.feed import Feed
from podium.relay.media import Section
from podium.relay.source import Source
from tests.relay.media import H264, KEY, OPUS, RED, VP8, packet


def test_a_feed_names_the_codec_that_is_really_sent() -> None:
    feed = Feed("hall/programme")
    assert feed.section("video") is None
    feed.sections = (Section("video", "0", (H264, VP8)),)
    assert feed.section("video") == feed.sections[0]
    stream = feed.streams["video"]
    stream.attach(Source(1, 90000, repairs=True), feed.sections[0])
    stream.take(packet(1, 1, KEY), 0.0)
    section = feed.section("video")
    assert section is not None
    assert section.codecs == (VP8,)


def test_red_stays_beside_the_codec_that_is_sent() -> None:
    feed = Feed("hall/programme")
    feed.sections = (Section("audio", "0", (RED, OPUS)),)
    stream = feed.streams["audio"]
    stream.attach(Source(1, 48000, repairs=False), feed.sections[0])
    stream.take(packet(1, 1, b"\x6fopus", payload_type=RED.payload_type), 0.0)
    section = feed.section("audio")
    assert section is not None
    assert section.codecs == (OPUS, RED)
