"""What deserves a producer's attention."""

from __future__ import annotations

from dataclasses import replace

import pytest

from podium.relay.report import AudioReport, FeedReport, Remark, VideoReport, Warned, remarks

VIDEO = VideoReport(
    codec="H264",
    width=1280,
    height=720,
    profile="Constrained Baseline",
    level="3.1",
    announced="Constrained Baseline",
    frame_rate=30.0,
    bitrate=2_500_000,
    since_packet=0.0,
    key_frame_interval=2.0,
    since_key_frame=1.0,
    answers_requests=None,
    b_frames=False,
    screen=False,
    received=10_000,
    lost=0,
    loss=0.0,
    repaired=0,
)
AUDIO = AudioReport(
    codec="opus",
    channels=2,
    redundant=False,
    bitrate=64_000,
    since_packet=0.0,
    level=-25.0,
    since_sound=0.0,
    received=5_000,
    lost=0,
    loss=0.0,
    repaired=0,
)
WELL = FeedReport(live_seconds=60.0, round_trip=0.03, video=VIDEO, audio=AUDIO)


def of_video(**changes: object) -> list[Remark]:
    return list(remarks(replace(WELL, video=replace(VIDEO, **changes))))  # type: ignore[arg-type]


def of_audio(**changes: object) -> list[Remark]:
    return list(remarks(replace(WELL, audio=replace(AUDIO, **changes))))  # type: ignore[arg-type]


def test_a_feed_that_is_well_gives_no_warning() -> None:
    assert remarks(WELL) == ()
    assert remarks(replace(WELL, video=None, audio=None)) == ()


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"since_packet": 4.0}, Remark(Warned.NO_PICTURE, 4.0)),
        ({"frame_rate": 8.0}, Remark(Warned.LOW_FRAME_RATE, 8.0)),
        ({"b_frames": True}, Remark(Warned.B_FRAMES)),
        ({"profile": "High"}, Remark(Warned.PROFILE_MISMATCH, "High")),
        ({"since_key_frame": 20.0, "answers_requests": False}, Remark(Warned.NO_KEY_FRAME, 20.0)),
        ({"loss": 0.05}, Remark(Warned.LOSS, 0.05)),
    ],
)
def test_the_picture(changes: dict[str, object], warned: Remark) -> None:
    assert of_video(**changes) == [warned]


@pytest.mark.parametrize(
    "changes",
    [
        {"frame_rate": 2.0, "screen": True},  # slides stand still
        {"since_key_frame": 600.0, "answers_requests": True},  # a browser sends key frames when asked
        {"since_key_frame": 600.0},  # nobody had to ask yet
        {"profile": "", "announced": ""},  # VP8 has none
        {"announced": "High"},  # what decodes High decodes this
        {"loss": 0.01},
    ],
)
def test_what_looks_bad_in_the_picture_and_is_not(changes: dict[str, object]) -> None:
    assert of_video(**changes) == []


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"since_packet": 5.0}, [Remark(Warned.NO_SOUND, 5.0)]),
        ({"since_sound": 12.0}, [Remark(Warned.SILENT, 12.0)]),
        ({"since_sound": 9.0}, []),
        ({"since_sound": None, "level": None}, []),  # nobody can tell
        ({"loss": 0.05}, [Remark(Warned.LOSS, 0.05)]),
    ],
)
def test_the_sound(changes: dict[str, object], warned: list[Remark]) -> None:
    assert of_audio(**changes) == warned


def test_the_most_urgent_comes_first() -> None:
    report = replace(WELL, video=replace(VIDEO, b_frames=True, loss=0.1), audio=replace(AUDIO, since_sound=60.0))
    assert [warning.code for warning in remarks(report)] == [Warned.SILENT, Warned.LOSS, Warned.B_FRAMES]


def test_the_first_seconds_tell_nothing_yet() -> None:
    assert remarks(replace(WELL, live_seconds=2.0, video=replace(VIDEO, frame_rate=3.0))) == ()
