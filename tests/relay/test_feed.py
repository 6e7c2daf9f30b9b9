"""What a feed says of itself."""

from __future__ import annotations

from podium.relay.feed import Feed
from podium.relay.media import Section
from podium.relay.source import Source
from podium.relay.stream import Stream
from tests.relay.media import DELTA, H264, KEY, OPUS, RED, VP8, packet


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


def simulcast() -> tuple[Feed, dict[str, Stream]]:
    feed = Feed("hall/programme")
    feed.begin([Section("video", "0", (VP8,), layers=("h", "q"))])
    for number, (name, size) in enumerate((("h", 900), ("q", 100)), start=1):
        stream = feed.stream("video", name)
        stream.attach(Source(number, 90000, repairs=True), feed.sections[0])
        for at in range(150):
            payload = (KEY if at == 0 else DELTA)[:2] + bytes(size - 2)
            stream.take(packet(at, 3600 * at, payload), at / 25)
            if at % 12 == 0:
                stream.measure(at / 25)
    feed.measure(6.0)
    return feed, feed.encodings


def test_layers_are_told_by_what_arrives_of_them_the_smallest_first() -> None:
    feed, _ = simulcast()
    assert [layer.name for layer in feed.layers()] == ["q", "h"]
    low, high = feed.layers()
    assert abs(low.bitrate - 8 * 100 * 25) < 2000
    assert abs(high.bitrate - 8 * 900 * 25) < 10_000
    assert abs(low.frame_rate - 25) < 2


def test_a_layer_that_pauses_alone_is_none() -> None:
    feed, streams = simulcast()
    for at in range(150, 190):
        streams["q"].take(packet(at, 3600 * at, DELTA), at / 25)
        if at % 12 == 0:
            feed.measure(at / 25)
    feed.measure(190 / 25)
    assert [layer.name for layer in feed.layers()] == ["q"]


def test_a_still_picture_is_no_pause() -> None:
    feed, _ = simulcast()
    feed.measure(30.0)
    assert len(feed.layers()) == 2


def test_the_next_publisher_has_no_layers_before_they_are_measured() -> None:
    feed, streams = simulcast()
    first = streams["h"]
    feed.begin([Section("video", "0", (VP8,))])
    assert feed.layers() == ()
    assert feed.layer_of(first) == ""
    assert feed.layer_of(streams["q"]) is None
