"""A publisher's end: which SSRC is which section, and what is asked of it."""

from __future__ import annotations

import socket
from collections import Counter

import pytest

from podium.relay import rtcp
from podium.relay.cache import Packet
from podium.relay.fanout import Fanout
from podium.relay.feed import Feed
from podium.relay.intake import MOST_SOURCES
from podium.relay.media import MID, Codec, Section
from podium.relay.publisher import Publisher
from podium.relay.rtp import Kind, classify
from podium.relay.source import MOST_MISSING
from podium.relay.srtp import MOST_SENDERS
from podium.relay.told import REPORT_INTERVAL
from tests.relay.far import Far
from tests.relay.media import DELTA, KEY, OPUS, VP8, audio_section


def test_payload_types_tell_sections_apart(far: Far) -> None:
    far.send(1, 1, KEY, ssrc=5)
    far.send(1, 1, b"opus", ssrc=6, payload_type=OPUS.payload_type)
    assert [kind for kind, _ in far.delivered] == ["video", "audio"]


def test_the_mid_extension_goes_before_the_payload_type() -> None:
    far = Far(
        Section("audio", "a", (Codec(111, "opus", 48000, 2),), {4: MID}),
        Section("video", "v", (VP8, Codec(111, "VP8", 90000)), {4: MID}),
    )
    far.send(1, 1, KEY, ssrc=5, payload_type=111, extensions=((4, b"v"),))
    assert [kind for kind, _ in far.delivered] == ["video"]
    far.send(1, 1, KEY, ssrc=6, payload_type=111, extensions=((4, b"\xff?"),))
    assert far.counters["dropped_rtp_unknown"] == 1
    far.udp.close()
    far.peer.close()


def test_announced_ssrcs_go_before_all() -> None:
    far = Far(Section("audio", "a", (OPUS,)), Section("video", "v", (Codec(111, "VP8", 90000),), {}, (77,)))
    far.send(1, 1, KEY, ssrc=77, payload_type=111)
    assert [kind for kind, _ in far.delivered] == ["video"]
    far.udp.close()
    far.peer.close()


def test_a_flood_of_ssrcs_is_bounded(far: Far) -> None:
    for ssrc in range(1000, 1100):
        far.send(1, 1, KEY, ssrc=ssrc)
    assert far.counters["dropped_rtp_unknown"] == MOST_SENDERS - MOST_SOURCES
    assert far.counters["dropped_srtp"] == 100 - MOST_SENDERS


def test_a_new_ssrc_supersedes_the_old_one(far: Far) -> None:
    far.send(1, 1, KEY, ssrc=5)
    far.send(9, 9, KEY, ssrc=6)
    far.send(2, 2, DELTA, ssrc=5)
    assert [packet.payload for _, packet in far.delivered] == [KEY, KEY]
    assert far.counters["dropped_rtp_superseded"] == 1


def test_a_loss_too_long_to_repair_ends_in_a_key_frame_request_at_once(far: Far) -> None:
    far.send(1, 1, KEY)
    far.send(MOST_MISSING + 100, 3, DELTA)
    assert any(isinstance(message, rtcp.KeyFrameRequest) for message in far.turn(0.02))


def test_packets_that_never_come_end_in_a_key_frame_request(far: Far) -> None:
    far.send(1, 1, KEY)
    far.send(3, 3, DELTA)
    heard = [message for _ in range(80) for message in far.turn(0.02)]
    assert any(isinstance(message, rtcp.Nack) and message.lost == (2,) for message in heard)
    assert any(isinstance(message, rtcp.KeyFrameRequest) for message in heard)
    assert far.publisher.stats()["video_given_up"] == 1


def test_without_negotiated_repair_nothing_is_asked_for() -> None:
    far = Far(audio_section())
    far.send(1, 1, b"opus", payload_type=OPUS.payload_type)
    far.send(9, 9, b"opus", payload_type=OPUS.payload_type)
    assert not any(isinstance(message, rtcp.Nack | rtcp.Remb) for _ in range(20) for message in far.turn(0.1))
    far.udp.close()
    far.peer.close()


def test_closing_leaves_the_feed_to_its_viewers_and_is_idempotent(far: Far) -> None:
    far.send(1, 1, KEY)
    far.publisher.close()
    far.publisher.close()
    far.publisher.dismiss("too late")
    assert far.closed == []
    assert far.feed.streams["video"].source is None
    assert len(far.feed.streams["video"].cache) == 1
    far.send(2, 2, DELTA)
    assert far.counters["dropped_unconnected"] == 1
    assert far.turn(10.0) == []


def test_a_publisher_that_moves_is_answered_at_its_new_address(far: Far) -> None:
    moved = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    moved.setblocking(False)
    moved.bind(("127.0.0.1", 0))
    far.peer.close()
    far.peer = moved
    far.publisher.address = moved.getsockname()
    far.send(1, 1, KEY)
    assert far.turn(1.0)


def test_a_shadow_sees_what_its_publisher_gets_and_passes_wishes_on(far: Far) -> None:
    wishes: list[tuple[int, ...]] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        delivered: list[Packet] = []
        shadow = Publisher(
            Feed("hall/programme"),
            far.publisher.sections,
            udp.family,
            None,
            fanout=Fanout(udp),
            counters=Counter(),
            deliver=lambda stream, packets: delivered.extend(packets),
            clock=lambda: far.now,
            on_closed=far.closed.append,
            detach=lambda publisher: None,
        )
        shadow.shadow(wishes.append)
        far.publisher.tap = lambda clear: (shadow.accept_control if classify(clear) is Kind.RTCP else shadow.accept)(
            clear
        )
        far.send(1, 3000, DELTA)
        assert not delivered, "a shadow begins at a key frame, too"
        assert wishes == [(0x1111,)]
        far.send(2, 6000, KEY)
        report = rtcp.build([rtcp.SenderReport(0x1111, 7 << 32, 6000, 1, 1)])
        far.publisher.receive(far.sealing.protect_rtcp(report))
    assert [packet.payload for packet in delivered] == [KEY]
    assert shadow.feed.live
    clocks = [one.feed.streams["video"].clock(far.now) for one in (far, shadow)]
    assert clocks[0] is not None
    assert clocks[1] is not None
    assert clocks[0][1] == clocks[1][1]
    assert abs(clocks[0][0] - clocks[1][0]) / 2**32 < 0.01


def test_a_wish_from_a_sibling_becomes_a_request(far: Far) -> None:
    far.send(1, 3000, KEY)
    far.turn(1.0)
    far.publisher.want_key_frames((0x1111, 0x9999))
    assert [m.media for m in far.turn() if isinstance(m, rtcp.KeyFrameRequest)] == [0x1111]


def test_the_round_trip_is_measured_by_extended_reports(far: Far) -> None:
    far.send(1, 0, KEY, ssrc=0x1111)
    assert far.publisher.report() is not None
    [asked] = [message for message in far.turn(REPORT_INTERVAL) if isinstance(message, rtcp.ReferenceTime)]
    far.now += 0.25  # of which the publisher kept it 0.2 s
    answer = rtcp.Delay(0x1111, asked.ssrc, asked.ntp >> 16 & 0xFFFFFFFF, round(0.2 * 65536))
    far.publisher.receive(far.sealing.protect_rtcp(rtcp.build([rtcp.ReceiverReport(0x1111), answer])))
    report = far.publisher.report()
    assert report is not None
    assert report.round_trip == pytest.approx(0.05, abs=0.001)


def test_an_answer_to_somebody_else_measures_nothing(far: Far) -> None:
    far.send(1, 0, KEY, ssrc=0x1111)
    for answer in (rtcp.Delay(0x1111, 0x2222, 5, 0), rtcp.Delay(0x1111, far.publisher._told.ssrc, 0, 0)):
        far.publisher.receive(far.sealing.protect_rtcp(rtcp.build([rtcp.ReceiverReport(0x1111), answer])))
    report = far.publisher.report()
    assert report is not None
    assert report.round_trip is None


def test_a_publisher_that_answers_no_extended_report_has_the_round_trip_of_its_repairs(far: Far) -> None:
    for number in (1, 2, 4, 5, 6, 7, 8, 9, 10):
        far.send(number, 0, KEY, ssrc=0x1111)
    assert any(isinstance(message, rtcp.Nack) for message in far.turn(0.03))
    far.now += 0.04
    far.send(3, 0, KEY, ssrc=0x1111)
    report = far.publisher.report()
    assert report is not None
    assert report.video is not None
    assert report.video.repaired == 1
    assert report.round_trip is not None
