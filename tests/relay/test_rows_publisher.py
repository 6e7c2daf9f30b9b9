"""The media-plane rows of the checklist between the publisher and the relay, by their identifiers."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from itertools import pairwise

import pytest

from podium.relay import rtcp
from podium.relay.media import Section
from podium.relay.requests import REQUEST_INTERVAL
from podium.relay.rtp import ONE_BYTE, TWO_BYTE, build
from podium.relay.source import FIRST_ROUND_TRIP, MISSING_AGE
from tests.relay.far import Far
from tests.relay.media import (
    DELTA,
    H264,
    KEY,
    LEVEL,
    OPUS,
    VP8,
    audio_section,
    packet,
    video_section,
    wire,
)
from tests.relay.stage import PATIENCE, Stage, pictures

REPAIRED = Section("video", "0", (VP8,), {}, (), {96: 97})


def asked(heard: list[rtcp.Message]) -> list[int]:
    return [number for message in heard if isinstance(message, rtcp.Nack) for number in message.lost]


def test_mp_03_what_is_lost_on_the_way_in_is_asked_for_again_each_round_trip_until_it_comes() -> None:
    far = Far(REPAIRED)
    far.send(1, 3000, KEY)
    for number in (3, 4, 5, 7):
        far.send(number, 3000 * number, DELTA)
    times = [far.now for _ in range(15) if 2 in asked(far.turn(0.02))]
    assert len(times) >= 2
    assert all(later - earlier >= FIRST_ROUND_TRIP for earlier, later in pairwise(times))
    far.send(2, 6000, DELTA)
    assert all(2 not in asked(far.turn(0.02)) for _ in range(20))
    far.now += MISSING_AGE
    far.turn(0.02)
    assert asked(far.turn(1.0)) == [], "6 is too old to be of use"
    far.close()


def test_mp_03_the_round_trip_of_the_publishers_reports_is_asked_by() -> None:
    far = Far(REPAIRED)
    far.send(1, 3000, KEY)
    [reference] = [message for message in far.turn(1.0) if isinstance(message, rtcp.ReferenceTime)]
    far.now += 0.3
    answer = rtcp.Delay(0x1111, reference.ssrc, reference.ntp >> 16 & 0xFFFFFFFF, 0)
    far.publisher.receive(far.sealing.protect_rtcp(rtcp.build([rtcp.ReceiverReport(0x1111), answer])))
    far.send(3, 9000, DELTA)
    times = [far.now for _ in range(45) if 2 in asked(far.turn(0.02))]
    assert [round(later - earlier, 2) for earlier, later in pairwise(times)] == [pytest.approx(0.46, abs=0.03)]
    far.close()


def test_mp_03_a_short_round_trip_is_measured_and_asked_by() -> None:
    far = Far(REPAIRED)
    far.send(0, 0, KEY)
    number = 0
    for _ in range(30):  # each second packet is lost, and comes 10 ms after it was asked for
        number += 2
        far.send(number, 0, DELTA)
        far.now += 0.02
        for lost in asked(far.turn(0.02)):
            far.now += 0.01
            far.send(lost, 0, DELTA)
    far.send(number + 2, 0, DELTA)
    times = [far.now for _ in range(20) if number + 1 in asked(far.turn(0.01))]
    assert 0.019 < times[1] - times[0] < FIRST_ROUND_TRIP
    far.close()


async def test_mp_04_a_retransmission_takes_its_original_place(stage: Stage) -> None:
    far, publisher = stage.publish(REPAIRED)
    viewing, _ = stage.play(video_section(ssrcs=(7,)))
    pictures(far, publisher, 1, 3)
    await viewing.until(lambda: len(viewing.rtp) == 3)
    publisher.receive(far.seal(wire(5, 15_000, DELTA, marker=True)))
    again = b"\x00\x04" + b"\x10\x01the lost one"
    publisher.receive(far.seal(wire(900, 12_000, again, ssrc=0x9999, payload_type=97, marker=True)))
    publisher.receive(far.seal(wire(901, 12_000, again, ssrc=0x9999, payload_type=97, marker=True)))
    await viewing.until(lambda: len(viewing.rtp) == 5)
    got = sorted(viewing.rtp, key=lambda one: one.sequence)
    assert [one.sequence - got[0].sequence for one in got] == list(range(5))
    assert (got[3].payload, got[3].payload_type) == (again[2:], 96)
    assert (got[4].timestamp - got[3].timestamp) & 0xFFFFFFFF == 3000


async def test_mp_05_a_hundred_wishes_for_a_key_frame_become_one(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewers = [stage.play(video_section(ssrcs=(7,))) for _ in range(100)]
    pictures(far, publisher, 1, 3)
    for remote, viewer in viewers:
        await remote.until(lambda remote=remote: len(remote.rtp) == 3)  # type: ignore[misc]
        viewer.receive(remote.seal_control(rtcp.KeyFrameRequest(1, 7)))
    assert stage.plane.counters()["key_frame_requests_in"] == 100
    began = asyncio.get_running_loop().time()
    await far.until(lambda: sum(isinstance(message, rtcp.KeyFrameRequest) for message in far.control) >= 2)
    passed = asyncio.get_running_loop().time() - began
    requests = sum(isinstance(message, rtcp.KeyFrameRequest) for message in far.control)
    assert requests <= 2 + passed / REQUEST_INTERVAL


async def test_mp_09_a_publisher_that_comes_back_is_the_same_to_its_viewers(stage: Stage) -> None:
    far, publisher = stage.publish(video_section(), audio_section())
    viewing, _ = stage.play(video_section(ssrcs=(7,)), audio_section(ssrcs=(8,)))
    sound = {"payload_type": OPUS.payload_type}
    pictures(far, publisher, 60_000, 5)
    publisher.receive(far.seal(wire(9, 960, b"opus", ssrc=0x5555, **sound)))
    await viewing.until(lambda: len(viewing.rtp) == 6)
    publisher.close()
    back, again = stage.publish(video_section(), audio_section())
    again.receive(back.seal(wire(40_000, 1, b"opus again", ssrc=0x6666, **sound)))
    again.receive(back.seal(wire(7, 1, DELTA, ssrc=0x2222)))
    pictures(back, again, 8, 5, ssrc=0x2222)
    await viewing.until(lambda: len(viewing.rtp) == 12)
    for ssrc, count in ((7, 10), (8, 2)):
        got = viewing.of(ssrc)
        assert [one.sequence - got[0].sequence for one in got] == list(range(count))
        steps = [(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in pairwise(got)]
        assert all(step < 90_000 * PATIENCE for step in steps)
    assert viewing.of(7)[5].payload == KEY
    assert stage.closed == []


async def test_mp_10_a_publisher_with_another_codec_is_passed_on_or_the_viewer_is_told(stage: Stage) -> None:
    far, publisher = stage.publish(video_section(VP8))
    both, _ = stage.play(Section("video", "0", (VP8, H264), {}, (7,)))
    stage.play(video_section(VP8, ssrcs=(7,)))
    pictures(far, publisher, 1, 3)
    await both.until(lambda: len(both.rtp) == 3)
    publisher.close()
    back, again = stage.publish(video_section(H264))
    again.receive(back.seal(wire(1, 3000, b"\x65idr", payload_type=102, ssrc=0x2222, marker=True)))
    await both.until(lambda: len(both.rtp) == 4)
    assert (both.rtp[3].payload_type, both.rtp[3].payload) == (102, b"\x65idr")
    assert both.rtp[3].sequence == both.rtp[2].sequence + 1
    assert stage.closed == ["codec changed"]


def test_mp_11_what_overtakes_by_five_is_no_loss_and_doubles_pass_once() -> None:
    far = Far(REPAIRED)
    far.send(0, 0, KEY)
    dice = random.Random(7)
    order = sorted([*range(1, 100), *range(1, 100)], key=lambda number: number + dice.random() * 5)
    heard: list[rtcp.Message] = []
    for number in order:
        far.send(number, 3000 * number, DELTA)
        heard += far.turn(0.0005)
    assert asked(heard) == []
    sent = [kept.sequence for _, kept in far.delivered]
    assert sorted(sent) == list(range(sent[0], sent[0] + 100))
    far.close()


@pytest.mark.parametrize("late", [False, True])
async def test_mp_12_numbers_and_times_wrap_and_late_joiners_decrypt(
    stage: Stage, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podium.relay.viewer.secrets.randbelow", lambda below: below - 1)
    far, publisher = stage.publish(video_section())
    if not late:
        stage.play(video_section(ssrcs=(6,)))
    number, at, sent = 65_000, 0xFFFFF000, []
    for _ in range(30):  # leaps within what counts as a loss carry both lines over 65535
        publisher.receive(far.seal(wire(number, at, KEY, marker=True)))
        sent.append((number, at))
        number, at = number + 2900, at + 3000
    viewing, _ = stage.play(video_section(ssrcs=(7,)))
    for _ in range(30):
        publisher.receive(far.seal(wire(number, at, KEY, marker=True)))
        sent.append((number, at))
        number, at = number + 2900, at + 3000
        await asyncio.sleep(0)
    await viewing.until(lambda: len(viewing.rtp) >= 30)
    numbers = [one.sequence for one in viewing.rtp]
    assert max(numbers) > 60_000
    assert numbers[-1] < 60_000, "its own numbers wrapped too"
    steps = [(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(viewing.rtp)]
    assert set(steps) == {2900}


@pytest.mark.parametrize("size", [1, 2, 700, 1200, 1400, 1460])
async def test_mp_13_payloads_of_any_size_and_dress_arrive_bit_by_bit(stage: Stage, size: int) -> None:
    dice = random.Random(size)
    section = Section("audio", "1", (OPUS,), {3: LEVEL, 200: "urn:3gpp:video-orientation"})
    far, publisher = stage.publish(section)
    viewing, _ = stage.play(Section("audio", "a", (replace(OPUS, payload_type=100),), {9: LEVEL}, (8,)))
    dressed = packet(1, 1, dice.randbytes(size), ssrc=0x5555, payload_type=111)
    for number, one in enumerate(
        (
            dressed,
            dressed._replace(csrcs=b"\x00\x00\x00\x01\x00\x00\x00\x02"),
            dressed._replace(payload=dressed.payload + b"\x00\x00\x03", padding=True),
            dressed._replace(extensions=((3, b"\x7f"),)),
            dressed._replace(extensions=((3, b"\x7f"), (200, b"a value that is longer than sixteen"))),
        )
    ):
        publisher.receive(far.seal(build(one._replace(sequence=number))))
    await viewing.until(lambda: len(viewing.rtp) == 5)
    assert [one.media for one in viewing.rtp] == [dressed.payload] * 5
    assert {one.payload_type for one in viewing.rtp} == {100}
    assert viewing.rtp[1].csrcs == b"\x00\x00\x00\x01\x00\x00\x00\x02"
    assert viewing.rtp[2].padding
    assert [one.extensions for one in viewing.rtp[2:]] == [(), ((9, b"\x7f"),), ((9, b"\x7f"),)]
    assert build(dressed._replace(extensions=((3, b"\x7f"),)))[12:14] == ONE_BYTE.to_bytes(2, "big")
    assert build(dressed._replace(extensions=((200, bytes(20)),)))[12:14] == TWO_BYTE.to_bytes(2, "big")


async def test_mp_24_a_repeated_datagram_is_dropped_and_a_late_original_taken_once(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    viewing, _ = stage.play(video_section(ssrcs=(7,)))
    pictures(far, publisher, 1, 3)
    lost = far.seal(wire(4, 12_000, b"\x10\x01late", marker=True))
    publisher.receive(far.seal(wire(5, 15_000, DELTA, marker=True)))
    for _ in range(3):
        publisher.receive(lost)
    await viewing.until(lambda: len(viewing.rtp) == 5)
    publisher.receive(far.seal(wire(6, 18_000, DELTA, marker=True)))
    await viewing.until(lambda: len(viewing.rtp) == 6)
    assert [one.payload for one in viewing.rtp].count(b"\x10\x01late") == 1
    assert stage.plane.counters()["dropped_srtp"] == 2
