"""Which SSRC is which: sections, layers of a simulcast, retransmissions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from podium.relay.feed import Feed
from podium.relay.intake import MOST_SOURCES, Intake
from podium.relay.media import MID, REPAIRED_RID, RID, Section
from podium.relay.rtp import RtpPacket
from tests.relay.media import DELTA, KEY, VP8, audio_section, packet, video_section

REPAIRED = replace(VP8, feedback=frozenset({"nack"}))
SIMULCAST = Section("video", "0", (REPAIRED,), {1: MID, 2: RID, 3: REPAIRED_RID}, (), {96: 97}, (), ("q", "h", "f"))


def layered() -> Intake:
    """A publisher whose three layers have sent one packet each."""
    feed = Feed("hall/programme")
    feed.begin([SIMULCAST])
    intake = Intake(feed, [SIMULCAST])
    for ssrc, layer in ((10, b"q"), (20, b"h"), (30, b"f")):
        inlet = intake.place(packet(1, 1, KEY, ssrc=ssrc, extensions=((2, layer),)))
        assert inlet is not None
        inlet.stream.take(packet(1, 1, KEY, ssrc=ssrc), 0.0)
    return intake


def again(original: int, *, ssrc: int, layer: bytes = b"", payload: bytes = DELTA) -> RtpPacket:
    extensions = ((3, layer),) if layer else ()
    body = original.to_bytes(2, "big") + payload
    return packet(700, 3, body, ssrc=ssrc, payload_type=97, extensions=extensions)


def test_layers_are_streams_of_one_feed_and_keep_their_ssrc() -> None:
    intake = layered()
    streams = list(intake.feed.encodings.values())
    assert list(intake.feed.encodings) == ["q", "h", "f"]
    assert len(set(map(id, streams))) == 3
    assert intake.feed.streams["video"] is streams[0]
    later = intake.place(packet(2, 2, ssrc=20))
    assert later is not None
    assert later.layer == "h"


def test_a_packet_of_a_simulcast_that_names_no_layer_of_the_offer_has_no_place() -> None:
    intake = layered()
    assert intake.place(packet(1, 1, ssrc=40)) is None
    assert intake.place(packet(1, 1, ssrc=40, extensions=((2, b"x"),))) is None


def test_layers_told_apart_by_ssrc_alone_are_numbered() -> None:
    section = Section("video", "0", (VP8,), {}, (5, 6, 7))
    intake = Intake(Feed("hall/programme"), [section])
    inlets = [intake.place(packet(1, 1, ssrc=ssrc)) for ssrc in (7, 5)]
    assert [inlet.layer for inlet in inlets if inlet is not None] == ["2", "0"]


def test_the_next_publisher_goes_on_where_its_layers_have_the_same_names() -> None:
    intake = layered()
    before = dict(intake.feed.encodings)
    intake.close()
    intake.feed.begin([replace(SIMULCAST, layers=("h", "f"))])
    assert intake.feed.encodings == {"h": before["h"], "f": before["f"]}
    intake.feed.begin([video_section()])
    assert intake.feed.pictures() == (before["q"],)


def test_a_retransmission_belongs_to_the_layer_that_it_names() -> None:
    intake = layered()
    restored = intake.restore(again(5, ssrc=99, layer=b"h"))
    assert restored is not None
    assert (restored.ssrc, restored.payload_type, restored.sequence, restored.payload) == (20, 96, 5, DELTA)
    without = intake.restore(again(6, ssrc=99))
    assert without is not None
    assert without.ssrc == 20, "once known, the name is not needed any more"


def test_a_retransmission_belongs_to_its_announced_partner() -> None:
    section = Section("video", "0", (VP8,), {}, (5, 6), {96: 97}, (50, 60))
    intake = Intake(Feed("hall/programme"), [section])
    for ssrc in (5, 6):
        intake.place(packet(1, 1, ssrc=ssrc))
    restored = intake.restore(again(9, ssrc=60))
    assert restored is not None
    assert restored.ssrc == 6


def test_a_retransmission_belongs_to_the_layer_that_misses_it() -> None:
    intake = layered()
    for inlet in intake.inlets.values():
        inlet.stream.take(packet(8 if inlet.layer == "f" else 2, 3, ssrc=inlet.source.ssrc), 0.0)
    assert intake.restore(again(900, ssrc=99)) is None, "nobody misses that one"
    restored = intake.restore(again(5, ssrc=99))
    assert restored is not None
    assert restored.ssrc == 30


def test_the_only_picture_needs_no_name() -> None:
    section = replace(video_section(), retransmissions={96: 97})
    intake = Intake(Feed("hall/programme"), [section, audio_section()])
    assert intake.restore(again(5, ssrc=99)) is None, "its stream is not known yet"
    intake.place(packet(1, 1, ssrc=5))
    restored = intake.restore(again(5, ssrc=99))
    assert restored is not None
    assert restored.ssrc == 5


@pytest.mark.parametrize("kind", ["media", "repair"])
def test_a_flood_of_ssrcs_is_bounded(kind: str) -> None:
    section = replace(video_section(), retransmissions={96: 97})
    intake = Intake(Feed("hall/programme"), [section])
    intake.place(packet(1, 1, ssrc=5))
    if kind == "media":
        taken = [intake.place(packet(1, 1, ssrc=ssrc)) for ssrc in range(100, 200)]
        assert sum(inlet is not None for inlet in taken) == MOST_SOURCES - 1
    else:
        restored = [intake.restore(again(5, ssrc=ssrc)) for ssrc in range(100, 200)]
        assert sum(one is not None for one in restored) == MOST_SOURCES
