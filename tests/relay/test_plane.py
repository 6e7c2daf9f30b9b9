"""The media plane whole: a publisher's SRTP in, viewers' SRTP out of a real socket, feedback both ways."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from podium.relay import rtcp
from podium.relay.media import Section
from podium.relay.plane import MediaPlane
from tests.relay.compiler import PATHS, library
from tests.relay.media import (
    CONTINUED,
    DELTA,
    H264,
    KEY,
    OPUS,
    VP8,
    audio_section,
    inbound,
    video_section,
    wire,
)
from tests.relay.stage import PATIENCE, Stage, pictures


@pytest.fixture(params=PATHS)
async def stage(udp: socket.socket, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    plane = MediaPlane(udp, library=library(request.param))
    made = Stage(plane)
    yield made
    plane.close()
    made.end()


async def test_a_viewer_gets_the_publishers_packets_in_its_own_numbers(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewing, _ = stage.play(Section("video", "0", (H264, VP8), {}, (0xABCD,)))
    pictures(far, publisher, 65530, 20)
    await viewing.until(lambda: len(viewing.rtp) == 20)
    got = viewing.of(0xABCD)
    assert [packet.payload for packet in got] == [KEY, CONTINUED] + [DELTA] * 18
    assert got[0].sequence < 32768
    assert [packet.sequence for packet in got] == list(range(got[0].sequence, got[0].sequence + 20))
    assert {packet.payload_type for packet in got} == {96}


async def test_a_late_joiner_starts_at_the_last_key_frame_and_goes_on_live(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    pictures(far, publisher, 100, 50)
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    await viewing.until(lambda: len(viewing.rtp) == 50)
    publisher.receive(far.seal(wire(150, 3000 * 150, DELTA, marker=True)))
    await viewing.until(lambda: len(viewing.rtp) == 51)
    first = viewing.rtp[0].sequence
    assert [packet.sequence for packet in viewing.rtp] == list(range(first, first + 51))
    assert viewing.rtp[0].payload == KEY
    replayed = (viewing.rtp[49].timestamp - viewing.rtp[0].timestamp) & 0xFFFFFFFF
    assert replayed == 48 * 90, "49 cached pictures follow each other by a millisecond"
    assert (viewing.rtp[50].timestamp - viewing.rtp[49].timestamp) & 0xFFFFFFFF == 3000
    assert viewer.stats()["replays"] == 1


async def test_without_a_cached_key_frame_the_publisher_is_asked_once(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    for _ in range(5):
        stage.play(video_section(ssrcs=(7,)))
    publisher.receive(far.seal(wire(1, 3000, DELTA)))
    await far.until(lambda: rtcp.KeyFrameRequest in map(type, far.control))
    asked = [message for message in far.control if isinstance(message, rtcp.KeyFrameRequest)]
    assert [request.media for request in asked] == [0x1111]
    assert stage.plane.counters()["key_frame_requests_out"] == 1


async def test_a_lost_packet_is_sent_again_byte_for_byte(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    pictures(far, publisher, 1, 10)
    await viewing.until(lambda: len(viewing.rtp) == 10)
    lost = viewing.rtp[4]
    viewing._in = inbound(viewing.key + b"down")  # one that has not seen it
    viewer.receive(viewing.seal_control(rtcp.Nack(1, 7, (lost.sequence, 40000))))
    await viewing.until(lambda: len(viewing.rtp) == 11)
    assert viewing.rtp[10] == lost


async def test_what_the_publisher_lost_is_asked_for_and_passed_on(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewing, _ = stage.play(video_section(ssrcs=(7,)))
    pictures(far, publisher, 1, 3)
    publisher.receive(far.seal(wire(5, 15000, DELTA, marker=True)))
    await far.until(lambda: rtcp.Nack in map(type, far.control))
    asked = next(message for message in far.control if isinstance(message, rtcp.Nack))
    assert (asked.media, asked.lost) == (0x1111, (4,))
    publisher.receive(far.seal(wire(4, 12000, DELTA, marker=True)))
    await viewing.until(lambda: len(viewing.rtp) == 5)
    first = viewing.rtp[0].sequence
    assert [packet.sequence - first for packet in viewing.rtp] == [0, 1, 2, 4, 3]


async def test_viewers_keep_their_numbers_when_the_publisher_reconnects(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewing, _ = stage.play(video_section(ssrcs=(7,)))
    pictures(far, publisher, 60000, 5)
    await viewing.until(lambda: len(viewing.rtp) == 5)
    publisher.close()
    assert stage.plane.feed("hall/programme").live is False
    back, again = stage.publish(video_section())
    again.receive(back.seal(wire(7, 1, DELTA, ssrc=0x2222)))  # not yet a key frame
    pictures(back, again, 8, 5, ssrc=0x2222)
    await viewing.until(lambda: len(viewing.rtp) == 10)
    first = viewing.rtp[0].sequence
    assert [packet.sequence - first for packet in viewing.rtp] == list(range(10))
    assert {packet.ssrc for packet in viewing.rtp} == {7}
    assert viewing.rtp[5].payload == KEY
    forward = (viewing.rtp[5].timestamp - viewing.rtp[4].timestamp) & 0xFFFFFFFF
    assert 0 < forward < 90000 * PATIENCE
    assert stage.closed == []


async def test_a_feed_that_nobody_needs_any_more_keeps_no_memory(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    _, viewer = stage.play(video_section(ssrcs=(7,)))
    pictures(far, publisher, 1, 5)
    publisher.close()
    assert "hall/programme" in stage.plane.feeds(), "its viewers wait for the publisher to come back"
    viewer.close()
    assert dict(stage.plane.feeds()) == {}


async def test_a_second_publisher_takes_over(stage: Stage) -> None:
    stage.publish(video_section())
    stage.publish(video_section())
    assert stage.closed == ["taken over"]
    assert stage.plane.feed("hall/programme").live is True


async def test_a_viewer_that_cannot_take_the_new_codec_is_told(stage: Stage) -> None:
    far, publisher = stage.publish(video_section(H264))
    stage.play(video_section(VP8, ssrcs=(7,)))
    publisher.receive(far.seal(wire(1, 3000, b"\x65idr", payload_type=102)))
    async with asyncio.timeout(PATIENCE):
        while not stage.closed:
            await asyncio.sleep(0)
    assert stage.closed == ["codec changed"]
    assert stage.plane.feed("hall/programme").viewers == 0


async def test_sender_reports_tie_each_viewers_sound_to_its_picture(stage: Stage) -> None:
    far, publisher = stage.publish(video_section(), audio_section())
    viewing, _ = stage.play(video_section(ssrcs=(7,)), audio_section(ssrcs=(8,)))
    sound = {"ssrc": 0x3333, "payload_type": OPUS.payload_type}
    publisher.receive(far.seal(wire(1, 90_000, KEY, marker=True)))
    publisher.receive(far.seal(wire(1, 48_000, b"opus", **sound)))
    instant = 0xE000_0000 << 32
    publisher.receive(
        far.seal_control(
            rtcp.SenderReport(0x1111, instant, 90_000, 1, 1), rtcp.SenderReport(0x3333, instant, 48_000, 1, 1)
        )
    )
    await viewing.until(lambda: sum(isinstance(m, rtcp.SenderReport) for m in viewing.control) >= 2)
    offsets = []
    for ssrc, rate in ((7, 90_000), (8, 48_000)):
        report = next(m for m in viewing.control if isinstance(m, rtcp.SenderReport) and m.ssrc == ssrc)
        shown = viewing.of(ssrc)[0].timestamp
        since = ((report.timestamp - shown) & 0xFFFFFFFF) / rate
        offsets.append((report.ntp - instant) / 2**32 - since)
    assert abs(offsets[0] - offsets[1]) < 0.001


async def test_a_publisher_hears_how_it_arrives_and_what_it_may_send(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    pictures(far, publisher, 1, 10)
    await far.until(lambda: rtcp.Remb in map(type, far.control))
    report = next(m for m in far.control if isinstance(m, rtcp.ReceiverReport) and m.reports)
    assert (report.reports[0].ssrc, report.reports[0].highest, report.reports[0].lost) == (0x1111, 10, 0)
    remb = next(m for m in far.control if isinstance(m, rtcp.Remb))
    assert remb.media == (0x1111,)
    assert remb.bitrate > 5_000_000


async def test_noise_is_counted_and_changes_nothing(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    publisher.receive(b"\x80\x60" + bytes(30))
    publisher.receive(b"\x80\xc8" + bytes(30))
    publisher.receive(bytes([0x80, 96]) + bytes(4000))
    publisher.receive(far.seal(wire(1, 1, KEY, payload_type=77)))
    viewer.receive(far.seal(wire(1, 1, KEY)))
    viewer.receive(viewing.seal_control(rtcp.Nack(1, 9999, (1, 2)), rtcp.KeyFrameRequest(1, 9999)))
    counters = stage.plane.counters()
    assert counters["dropped_srtp"] == 3
    assert counters["dropped_rtp_unknown"] == 2
    pictures(far, publisher, 10, 4)
    await viewing.until(lambda: len(viewing.rtp) == 4)


async def test_a_viewer_that_moves_gets_its_media_at_the_new_address(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    moved = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    moved.setblocking(False)
    moved.bind(("127.0.0.1", 0))
    viewing.udp.close()
    viewing.udp = moved
    viewer.address = viewing.address
    pictures(far, publisher, 1, 6)
    await viewing.until(lambda: len(viewing.rtp) == 6)


async def test_a_viewer_whose_request_brings_no_key_frame_starts_over_from_the_cache(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    pictures(far, publisher, 1, 10)
    await viewing.until(lambda: len(viewing.rtp) == 10)
    viewer.receive(viewing.seal_control(rtcp.KeyFrameRequest(1, 7)))
    await viewing.until(lambda: len(viewing.rtp) == 20)
    first = viewing.rtp[0].sequence
    assert [packet.sequence - first for packet in viewing.rtp] == list(range(20))
    assert viewing.rtp[10].payload == KEY
    later = (viewing.rtp[10].timestamp - viewing.rtp[9].timestamp) & 0xFFFFFFFF
    assert 0 < later < 90000 * PATIENCE
