"""What of a file is passed through, and what is encoded anew and why."""

from pathlib import Path

import pytest

from podium.publish.probe import fitted, probe
from podium.publish.source import MediaError
from tests.publish.samples import BASELINE, WITH_B_FRAMES, make


def test_h264_without_b_frames_and_opus_are_passed_through(tmp_path: Path) -> None:
    plan = probe(str(make(tmp_path / "film.mkv", "libx264", "libopus", options=BASELINE)))
    assert (plan.pass_video, plan.pass_audio, plan.remarks) == (True, True, ())
    assert plan.video_format is not None
    assert plan.video_format.codec == "H264"


@pytest.mark.parametrize(
    ("name", "video", "options", "pixels", "why"),
    [
        ("film.mp4", "libx264", WITH_B_FRAMES, "yuv420p", "it has B-frames, which browsers do not play live"),
        ("film.h264", "libx264", WITH_B_FRAMES, "yuv420p", "it has B-frames, which browsers do not play live"),
        ("film.mkv", "libx264", {"bf": "0"}, "yuv444p", "browsers do not play its colour format yuv444p live"),
        ("film.mov", "mpeg4", None, "yuv420p", "it is MPEG4, which cannot be passed on"),
    ],
)
def test_what_browsers_do_not_play_is_encoded_anew(
    tmp_path: Path, name: str, video: str, options: dict[str, str] | None, pixels: str, why: str
) -> None:
    plan = probe(str(make(tmp_path / name, video, None, options=options, pixels=pixels)))
    assert not plan.pass_video
    assert plan.remarks == (f"The picture is encoded anew as VP8: {why}.",)


def test_a_file_of_sound_has_no_picture(tmp_path: Path) -> None:
    plan = probe(str(make(tmp_path / "music.ogg", None, "libopus")))
    assert (plan.video_format, plan.video_stream, plan.pass_audio) == (None, None, True)


def test_a_file_of_neither_is_refused(tmp_path: Path) -> None:
    subtitles = tmp_path / "words.srt"
    subtitles.write_text("1\n00:00:00,000 --> 00:00:01,000\nGuten Tag\n")
    with pytest.raises(MediaError, match="neither picture nor sound"):
        probe(str(subtitles))


@pytest.mark.parametrize(
    ("size", "sent"),
    [
        ((1280, 720), (1280, 720)),
        ((3840, 2160), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((1440, 1080), (960, 720)),
        ((321, 241), (320, 240)),
    ],
)
def test_pictures_are_made_no_larger_than_a_laptop_can_encode(size: tuple[int, int], sent: tuple[int, int]) -> None:
    assert fitted(*size) == sent
