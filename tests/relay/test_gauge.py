"""What a publisher sends, read from the packets that its feed keeps."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from podium.relay.feed import Feed
from podium.relay.gauge import Gauge
from podium.relay.media import VIDEO_CONTENT_TYPE, Codec, Section
from podium.relay.report import FeedReport, Warned, remarks
from podium.relay.source import Source
from tests.relay.media import DELTA, H264, LEVEL, OPUS, VP8, packet
from tests.relay.test_parameters import BASELINE, MAIN
from tests.relay.test_picture import VP8 as VP8_HEADER

KEY = bytes.fromhex("10" + VP8_HEADER) + b"k" * 60
SPS, IDR, P_SLICE, B_SLICE = (
    bytes.fromhex(unit) for unit in (MAIN, "6588840028ff4c92", "419a2269e9c0fc60", "019e41790d3ffe54")
)
RED = Codec(63, "red", 48000, 2)


class Studio:
    """A feed with sources attached, fed by the second of a clock of its own."""

    def __init__(self, codec: Codec = VP8, *, audio: tuple[Codec, ...] = (OPUS,), began: float = 100.0) -> None:
        self.feed = Feed("room/programme")
        self.codec, self.now, self.sequence, self.audio_sequence = codec, began, 0, 0
        sections = (
            Section("video", "0", (codec,), {4: VIDEO_CONTENT_TYPE}),
            Section("audio", "1", audio, {10: LEVEL}),
        )
        self.feed.begin(sections)
        for section, ssrc in zip(sections, (1, 2), strict=True):
            source = Source(ssrc, section.codecs[0].clock_rate, repairs=True)
            self.feed.streams[section.kind].attach(source, section)
        self.gauge = Gauge(self.feed, began)

    def video(self, payload: bytes, seconds: float, *, screen: bool = False, lost: bool = False) -> None:
        """One packet, which is one picture, shown `seconds` after the start."""
        extensions = ((4, b"\x01"),) if screen else ()
        sent = packet(
            self.sequence,
            round(seconds * 90_000),
            payload,
            ssrc=1,
            payload_type=self.codec.payload_type,
            marker=True,
            extensions=extensions,
        )
        self.sequence += 1
        if not lost:
            self.feed.streams["video"].take(sent, self.now)

    def audio(self, level: int | None, codec: Codec = OPUS) -> None:
        extensions = () if level is None else ((10, bytes((0x80 | level,))),)
        sent = packet(
            self.audio_sequence,
            960 * self.audio_sequence,
            b"o" * 80,
            ssrc=2,
            payload_type=codec.payload_type,
            extensions=extensions,
        )
        self.audio_sequence += 1
        self.feed.streams["audio"].take(sent, self.now)

    def seconds(self, count: int, *, level: int | None = 20, key_every: int = 50, rate: int = 25) -> FeedReport:
        """So many seconds of picture and sound, with a report at the end of each; the last of them."""
        report = self.gauge.read(self.now, None)
        for _ in range(count):
            for turn in range(50):
                self.now += 0.02
                self.audio(level)
                if turn * rate // 50 != (turn + 1) * rate // 50:
                    self.video(KEY if self.sequence % key_every == 0 else DELTA, self.now - 100)
            report = self.gauge.read(self.now, None)
        return report

    def pictures(self, payloads: list[tuple[bytes, float]]) -> FeedReport:
        for payload, seconds in payloads:
            self.now += 0.04
            self.video(payload, seconds)
        return self.gauge.read(self.now, None)


def test_picture_and_sound_of_a_camera() -> None:
    report = Studio().seconds(6)
    assert report.live_seconds == pytest.approx(6.0)
    assert report.video is not None
    assert (report.video.codec, report.video.width, report.video.height) == ("VP8", 640, 360)
    assert report.video.frame_rate == pytest.approx(25, abs=0.5)
    assert report.video.key_frame_interval == pytest.approx(2.0, abs=0.05)
    assert report.video.since_key_frame == pytest.approx(2.0, abs=0.1)
    assert report.video.bitrate == pytest.approx(25 * 8 * len(DELTA), rel=0.1)
    assert report.audio is not None
    assert (report.audio.codec, report.audio.channels, report.audio.redundant) == ("opus", 2, False)
    assert report.audio.bitrate == pytest.approx(50 * 8 * 80, rel=0.05)
    assert report.audio.level == -20.0
    assert report.audio.windows == (-20.0, -20.0)
    assert remarks(report) == ()


def test_nothing_has_come_yet() -> None:
    report = Studio().gauge.read(101.0, 0.03)
    assert (report.video, report.audio, report.round_trip) == (None, None, 0.03)


def test_no_sound_is_told_after_ten_seconds_and_forgotten_with_the_first_word() -> None:
    studio = Studio()
    assert remarks(studio.seconds(5)) == ()
    assert remarks(studio.seconds(9, level=127)) == ()
    [warning] = remarks(studio.seconds(3, level=127))
    assert (warning.code, warning.value) == (Warned.SILENT, pytest.approx(12.0, abs=0.2))
    assert remarks(studio.seconds(1, level=30)) == ()


def test_a_microphone_that_was_silent_from_the_start_is_told_too() -> None:
    assert [warning.code for warning in remarks(Studio().seconds(12, level=127))] == [Warned.SILENT]


def test_without_the_level_extension_nobody_can_tell() -> None:
    report = Studio().seconds(15, level=None)
    assert report.audio is not None
    assert (report.audio.level, report.audio.since_sound, report.audio.windows[-1]) == (None, None, None)
    assert remarks(report) == ()


def test_lost_packets_are_counted_and_repaired_ones_are_not() -> None:
    studio = Studio()
    studio.video(KEY, 0)
    for number in range(1, 100):
        studio.now += 0.04
        studio.video(DELTA, number / 25, lost=number % 10 == 0)
    report = studio.gauge.read(studio.now, None)
    assert report.video is not None
    assert report.video.lost == 9
    assert report.video.received == 91
    more = studio.pictures([(DELTA, 4 + number / 25) for number in range(25)])
    assert more.video is not None
    assert more.video.loss == 0.0
    for number in range(20):
        studio.video(DELTA, 5 + number / 25, lost=number % 2 == 0)
    after = studio.gauge.read(studio.now, None)
    assert after.video is not None
    assert after.video.loss == pytest.approx(10 / 45, abs=0.03)
    assert Warned.LOSS in [warning.code for warning in remarks(replace(after, live_seconds=9))]


def test_mp_20_b_frames_are_told_by_the_order_of_times() -> None:
    studio = Studio(H264)
    sent = [(SPS, 0.0), (IDR, 0.0), (P_SLICE, 0.12), (P_SLICE, 0.04), (P_SLICE, 0.08), (P_SLICE, 0.24)]
    report = studio.pictures(sent)
    assert report.video is not None
    assert report.video.b_frames
    assert Warned.B_FRAMES in [warning.code for warning in remarks(replace(report, live_seconds=9))]


def test_mp_20_b_frames_are_told_by_their_slices_where_times_keep_the_order_of_sending() -> None:
    studio = Studio(H264)
    report = studio.pictures([(SPS, 0.0), (IDR, 0.0), (P_SLICE, 0.04), (B_SLICE, 0.08), (P_SLICE, 0.12)])
    assert report.video is not None
    assert report.video.b_frames
    studio.now += 10
    later = studio.pictures([(P_SLICE, 10 + number / 25) for number in range(25)])
    assert later.video is not None
    assert not later.video.b_frames


def test_mp_20_a_profile_that_is_not_the_announced_one() -> None:
    """The SDP says 42e01f; x264 sends Main."""
    report = Studio(H264).pictures([(SPS, 0.0), (IDR, 0.0), (P_SLICE, 0.04)])
    assert report.video is not None
    assert (report.video.profile, report.video.level, report.video.announced) == ("Main", "3.1", "Constrained Baseline")
    assert (report.video.width, report.video.height) == (1280, 720)
    found = remarks(replace(report, live_seconds=9))
    assert [(warning.code, warning.value) for warning in found if warning.code is Warned.PROFILE_MISMATCH] == [
        (Warned.PROFILE_MISMATCH, "Main")
    ]


def test_mp_20_an_honest_stream_is_left_in_peace() -> None:
    sent = [(bytes.fromhex(BASELINE), 0.0), (IDR, 0.0), *((P_SLICE, number / 25) for number in range(1, 60))]
    studio = Studio(H264)
    report = studio.pictures(sent)
    assert remarks(replace(report, live_seconds=9)) == ()


def test_parameter_sets_of_the_sdp_tell_the_size_too() -> None:
    sets = base64.b64encode(SPS).decode() + "," + base64.b64encode(b"\x68\xce\x38\x80").decode()
    codec = replace(H264, parameters=f"{H264.parameters};sprop-parameter-sets={sets}")
    report = Studio(codec).pictures([(IDR, 0.0), (P_SLICE, 0.04)])
    assert report.video is not None
    assert (report.video.width, report.video.height) == (1280, 720)


def test_a_shared_screen_is_known_and_may_stand_still() -> None:
    studio = Studio()
    for number in range(10):
        studio.now += 1.0
        studio.video(KEY if number == 0 else DELTA, float(number), screen=number == 0)
    report = studio.gauge.read(studio.now, None)
    assert report.video is not None
    assert report.video.screen
    assert report.video.frame_rate < 2
    assert Warned.LOW_FRAME_RATE not in [warning.code for warning in remarks(report)]


def test_redundant_sound_is_named_by_what_is_within() -> None:
    studio = Studio(audio=(OPUS, RED))
    studio.audio(20, RED)
    report = studio.gauge.read(studio.now, None)
    assert report.audio is not None
    assert (report.audio.codec, report.audio.redundant) == ("opus", True)


def test_the_next_publisher_is_measured_from_its_own_packets() -> None:
    studio = Studio()
    studio.seconds(3)
    studio.gauge = Gauge(studio.feed, studio.now + 0.001)
    assert studio.gauge.read(studio.now + 1, None).video is None


def test_a_simulcast_reports_its_layers_and_the_largest_as_the_picture() -> None:
    studio = Studio()
    small, large = studio.feed.streams["video"], studio.feed.stream("video", "h")
    studio.feed.encodings = {"l": small, "h": large}
    section = Section("video", "0", (VP8,), layers=("l", "h"))
    for ssrc, stream in ((3, small), (4, large)):
        stream.attach(Source(ssrc, 90_000, repairs=True), section)
    wide = bytearray(KEY)
    wide[7:11] = (1280).to_bytes(2, "little") + (720).to_bytes(2, "little")
    for number in range(25):
        studio.now += 0.04
        small.take(packet(number, 3600 * number, KEY if number == 0 else DELTA, ssrc=3), studio.now)
        large.take(packet(number, 3600 * number, bytes(wide) if number == 0 else DELTA * 3, ssrc=4), studio.now)
    report = studio.gauge.read(studio.now, None)
    assert report.video is not None
    assert (report.video.width, report.video.height) == (1280, 720)
    assert [(layer.rid, layer.width, layer.height) for layer in report.video.layers] == [
        ("h", 1280, 720),
        ("l", 640, 360),
    ]
    assert all(layer.bitrate > 0 and layer.frame_rate == pytest.approx(25, abs=1) for layer in report.video.layers)
