"""A stream's own number line: unbroken over loss, reorder, restarts and publishers."""

from __future__ import annotations

import base64
import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.keyframe import aggregated
from podium.relay.media import AUDIO_LEVEL, MID, Codec, Section
from podium.relay.rtcp import SenderReport
from podium.relay.source import Source
from podium.relay.stream import Stream
from tests.relay.media import CONTINUED, DELTA, H264, KEY, OPUS, RED, VP8, audio_section, packet, video_section

AV1 = Codec(45, "AV1", 90000)
H265_SETS = {"sprop-vps": b"\x40\x01v", "sprop-sps": b"\x42\x01s", "sprop-pps": b"\x44\x01p"}


def video(*, section: Section | None = None) -> Stream:
    stream = Stream("video")
    stream.attach(Source(0x1111, 90000, repairs=True), section or video_section())
    return stream


def test_nothing_is_passed_on_before_a_key_frame_which_is_asked_for() -> None:
    stream = video()
    assert stream.take(packet(1, 1, DELTA), 0.0) == []
    assert stream.waiting
    assert stream.requests.due(0.0)
    assert [kept.payload for kept in stream.take(packet(2, 2, KEY), 0.1)] == [KEY]
    assert not stream.waiting


def test_audio_begins_with_any_packet() -> None:
    stream = Stream("audio")
    stream.attach(Source(1, 48000, repairs=False), audio_section())
    assert len(stream.take(packet(1, 1, b"opus", payload_type=111), 0.0)) == 1


def test_a_key_frame_whose_packets_overtook_each_other_is_whole() -> None:
    stream = video()
    assert stream.take(packet(6, 100, CONTINUED), 0.0) == []
    assert stream.take(packet(4, 99, DELTA), 0.0) == []
    assert [kept.payload for kept in stream.take(packet(5, 100, KEY), 0.0)] == [KEY, CONTINUED]


def test_a_payload_type_that_was_not_agreed_on_is_refused() -> None:
    stream = video()
    assert stream.take(packet(1, 1, KEY, payload_type=100), 0.0) == []
    assert stream.refused == 1


def test_what_is_kept_can_be_told_as_the_publisher_sent_it() -> None:
    stream = video()
    sent = [
        packet(0xFFFE + n & 0xFFFF, 3000 * n, payload) for n, payload in enumerate([KEY, DELTA, KEY, CONTINUED, DELTA])
    ]
    for arrived in sent:
        stream.take(arrived, 0.0)
    assert stream.kept() == sent[2:]
    stream.attach(Source(0x2222, 90000, repairs=True), video_section())
    assert stream.kept() == [], "that was another's"
    stream.take(packet(7, 1, DELTA, ssrc=0x2222), 0.1)
    assert stream.kept() == []
    begun = packet(8, 1, KEY, ssrc=0x2222)
    stream.take(begun, 0.2)
    assert stream.kept() == [begun]


def test_the_next_publisher_continues_at_its_key_frame() -> None:
    stream = video()
    before = [stream.take(packet(n, 3000 * n, KEY), n / 30)[0] for n in range(5)]
    stream.detach()
    stream.attach(Source(0x2222, 90000, repairs=True), video_section())
    assert stream.take(packet(60000, 5, DELTA), 10.0) == []
    (resumed,) = stream.take(packet(60001, 3005, KEY), 10.0)
    assert resumed.sequence == before[-1].sequence + 1
    assert resumed.timestamp - before[-1].timestamp == round((10.0 - 4 / 30) * 90000)
    (following,) = stream.take(packet(60002, 6005, DELTA), 10.03)
    assert following.timestamp - resumed.timestamp == 3000


def test_another_codec_starts_an_empty_cache_on_the_same_line() -> None:
    stream = video()
    (before,) = stream.take(packet(1, 1, KEY), 0.0)
    stream.attach(Source(2, 90000, repairs=True), video_section(H264))
    (after,) = stream.take(packet(1, 1, b"\x65idr", payload_type=102), 1.0)
    assert after.sequence == before.sequence + 1
    assert list(stream.cache.walk(0)) == [after]


def test_picture_numbers_are_of_vp8_alone() -> None:
    """AV1 and VP9 have bits in the same places, which mean something else."""
    both = Section("video", "0", (VP8, AV1))
    stream = video(section=both)
    for number, key in enumerate((b"\x90\x80\x05\x10k", b"\x90\x80\x44\x10k")):
        stream.attach(Source(number, 90000, repairs=True), both)
        (moved,) = stream.take(packet(1, 1, key, ssrc=number), float(number))
    assert moved.payload == b"\x90\x80\x06\x10k"
    opening, continued = b"\x18\x0akey", b"\x90\x80\x44\x10continued"
    (switched,) = stream.take(packet(2, 2, continued, ssrc=1, payload_type=45), 1.5)
    assert switched.payload == continued, "the same publisher goes on in another codec"
    stream.attach(Source(2, 90000, repairs=True), both)
    taken = [
        *stream.take(packet(1, 1, opening, payload_type=45), 2.0),
        *stream.take(packet(2, 1, continued, payload_type=45), 2.0),
    ]
    assert [kept.payload for kept in taken] == [opening, continued]


def test_a_sender_that_restarts_its_numbers_is_spliced_on() -> None:
    stream = video()
    (before,) = stream.take(packet(1, 1, KEY), 0.0)
    assert stream.take(packet(30000, 7, DELTA), 0.1) == []
    assert stream.take(packet(30001, 7, DELTA), 0.1) == []
    (after,) = stream.take(packet(30002, 9, KEY), 0.2)
    assert after.sequence == before.sequence + 1
    assert after.timestamp > before.timestamp


@given(
    start=st.integers(0, 0xFFFF),
    clock=st.integers(0, 0xFFFFFFFF),
    seed=st.integers(0, 1 << 30),
    loss=st.floats(0, 0.5),
    count=st.integers(2, 150),
)
def test_distances_are_kept_and_nothing_is_passed_on_twice(
    start: int, clock: int, seed: int, loss: float, count: int
) -> None:
    """Loss, duplicates, reordering within ten and both wraps: numbers differ as the sender's do."""
    dice = random.Random(seed)
    numbers = [0] + [n for n in range(1, count) if dice.random() > loss]
    numbers = numbers[:1] + sorted(numbers[1:] * 2, key=lambda n: n + dice.randrange(10))
    stream = video()
    passed = []
    for n in numbers:
        passed += [(n, k) for k in stream.take(packet(start + n, clock + 3000 * n, DELTA if n else KEY), n / 30)]
    opening = passed[0][1]
    assert [n for n, _ in passed] == list(dict.fromkeys(numbers))
    assert all(kept.sequence - opening.sequence == n for n, kept in passed)
    assert all(kept.timestamp - opening.timestamp == 3000 * n for n, kept in passed)


@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 2)), min_size=1, max_size=8), st.randoms())
def test_numbers_are_contiguous_over_any_publishers(sessions: list[tuple[int, float]], dice: random.Random) -> None:
    stream = Stream("video")
    passed, now = [], 0.0
    for count, pause in sessions:
        now += pause
        first, clock = dice.randrange(1 << 16), dice.randrange(1 << 32)
        stream.attach(Source(dice.randrange(1 << 32), 90000, repairs=True), video_section())
        for n in range(count):
            now += 1 / 30
            passed += stream.take(packet(first + n, clock + 3000 * n, DELTA if n else KEY), now)
        stream.detach()
    assert [kept.sequence for kept in passed] == [passed[0].sequence + n for n in range(len(passed))]
    times = [kept.timestamp for kept in passed]
    assert all(later > earlier for earlier, later in pairwise(times))


def test_extensions_are_known_by_name_and_those_of_one_hop_are_left_behind() -> None:
    stream = Stream("audio")
    stream.attach(Source(1, 48000, repairs=False), Section("audio", "a", (OPUS,), {3: AUDIO_LEVEL, 4: MID}))
    elements = ((3, b"\x7f"), (4, b"a"), (5, b"?"))
    (kept,) = stream.take(packet(1, 1, b"opus", payload_type=111, extensions=elements), 0.0)
    assert kept.extensions == ((AUDIO_LEVEL, b"\x7f"),)


def test_the_clock_is_the_senders_brought_forward() -> None:
    stream = video()
    source = stream.source
    assert source is not None
    (kept,) = stream.take(packet(1, 0xFFFFFFFF, KEY), 0.0)
    assert stream.clock(1.0) is None
    source.sender_report = SenderReport(0x1111, 5 << 32, 44_999, 0, 0), 1.0
    clock = stream.clock(1.5)
    assert clock is not None
    ntp, timestamp = clock
    assert ntp == (5 << 32) + (1 << 31)
    assert timestamp == kept.timestamp + 45_000 + 45_000


def h265_of_sdp() -> Section:
    """A publisher that has its parameter sets in its SDP."""
    sets = ";".join(f"{name}={base64.b64encode(unit).decode()}" for name, unit in H265_SETS.items())
    return video_section(Codec(104, "H265", 90000, parameters=f"level-id=93;{sets}"))


def test_sets_that_came_in_the_sdp_alone_go_to_everybody_before_the_first_key_frame_after_a_takeover() -> None:
    stream = video(section=h265_of_sdp())
    (before,) = stream.take(packet(1, 1, b"\x26\x01idr", payload_type=104), 0.0)
    stream.attach(Source(2, 90000, repairs=True), h265_of_sdp())
    sets, key = stream.take(packet(7, 1, b"\x26\x01idr", payload_type=104), 1.0)
    assert list(aggregated(sets.payload, 2)) == list(H265_SETS.values())
    assert [sets.sequence, key.sequence] == [before.sequence + 1, before.sequence + 2]
    assert sets.timestamp == key.timestamp > before.timestamp
    (following,) = stream.take(packet(8, 3001, b"\x02\x01p", payload_type=104), 1.03)
    assert following.sequence == key.sequence + 1
    assert stream.cache.key_frame == key.sequence, "who begins later gets them before it, too"

    stream.attach(Source(3, 90000, repairs=True), h265_of_sdp())
    own = b"\x60\x01" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in H265_SETS.values())
    assert [kept.payload for kept in stream.take(packet(1, 1, own, payload_type=104), 2.0)] == [own]


def test_sets_that_came_in_the_sdp_alone_go_before_a_key_frame_of_h265() -> None:
    stream = video(section=h265_of_sdp())
    (kept,) = stream.take(packet(1, 1, b"\x26\x01idr", payload_type=104), 0.0)
    assert kept.preface is not None
    assert list(aggregated(kept.preface.payload, 2)) == list(H265_SETS.values())
    assert kept.preface.sequence == kept.sequence - 1


def test_redundant_sound_is_kept_with_and_without_its_redundancy() -> None:
    stream = Stream("audio")
    stream.attach(Source(1, 48000, repairs=False), Section("audio", "1", (OPUS, RED)))
    redundant = b"\xef\x0f\x00\x03\x6f" + b"old" + b"new"
    (kept,) = stream.take(packet(1, 1, redundant, payload_type=RED.payload_type), 0.0)
    assert (kept.codec, kept.payload) == (RED, redundant)
    assert kept.primary is not None
    assert (kept.primary.codec, kept.primary.payload, kept.primary.sequence) == (OPUS, b"new", kept.sequence)
    assert stream.codec == OPUS
    (cut,) = stream.take(packet(2, 2, redundant[:3], payload_type=RED.payload_type), 0.0)
    assert cut.primary is None
