"""Reading a film: one time line through all rounds, B-frames noticed wherever they begin."""

from itertools import pairwise
from pathlib import Path

import av
import pytest
from PIL import ImageChops, ImageStat

from podium.publish.probe import Plan, probe
from podium.publish.reader import Reader, Timed
from podium.publish.source import FormatChanged, MediaError, VideoFormat
from tests.publish.samples import BASELINE, HEIGHT, WIDTH, WITH_B_FRAMES, make, rises


def all_of(reader: Reader) -> list[Timed]:
    items: list[Timed] = []
    while batch := reader.read(False):
        items.extend(batch)
    return items


def decoded(plan: Plan) -> list[av.VideoFrame]:
    decoder = av.CodecContext.create("libvpx", "r")
    packets = [item.packet for item in all_of(Reader(plan, once=True)) if item.kind == "video"]
    return [frame for packet in packets for frame in decoder.decode(av.Packet(bytes(packet)))]


@pytest.mark.parametrize(
    ("name", "video", "audio", "pictures", "sounds"),
    [
        ("film.mp4", "libx264", "aac", 25, 50),
        ("film.mkv", "libx264", "libopus", 25, 50),
        ("film.ts", "libx264", "aac", 25, 50),
        ("film.h264", "libx264", None, 25, 0),
        ("film.mov", "mpeg4", "pcm_s16le", 25, 50),
        ("film.wav", None, "pcm_s16le", 0, 50),
    ],
)
def test_every_picture_and_sound_is_read(
    tmp_path: Path, name: str, video: str | None, audio: str | None, pictures: int, sounds: int
) -> None:
    options = BASELINE if video == "libx264" else None
    items = all_of(Reader(probe(str(make(tmp_path / name, video, audio, options=options))), once=True))
    assert sum(item.kind == "video" for item in items) == pictures
    assert abs(sum(item.kind == "audio" for item in items) - sounds) <= 2
    for kind in ("video", "audio"):
        assert rises(item.packet.pts for item in items if item.kind == kind and item.packet.pts is not None)


def test_sound_packets_follow_each_other_without_gaps(tmp_path: Path) -> None:
    film = make(tmp_path / "film.webm", "libvpx", "libopus", options={"deadline": "realtime"})
    items = all_of(Reader(probe(str(film)), once=True))
    sounds = [item.packet.pts or 0 for item in items if item.kind == "audio"]
    assert sounds == list(range(0, 960 * len(sounds), 960))


def test_the_second_round_follows_the_first(tmp_path: Path) -> None:
    film = make(tmp_path / "film.webm", "libvpx", "libopus", options={"deadline": "realtime"})
    reader = Reader(probe(str(film)), once=False)
    items = [item for _ in range(15) for item in reader.read(False)]
    pictures = [item.due for item in items if item.kind == "video"]
    assert pictures[-1] > 2
    assert rises(pictures)
    assert max(later - earlier for earlier, later in pairwise(pictures)) < 0.1


def test_b_frames_further_on_call_for_another_format(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", "libx264", None, options=WITH_B_FRAMES)
    plan = probe(str(make(tmp_path / "other.mp4", "libx264", None, options=BASELINE)))
    looked_harmless = Plan(**{**plan.__dict__, "path": str(film)})
    with pytest.raises(FormatChanged, match="B-frames"):
        all_of(Reader(looked_harmless, once=True))


def test_a_key_frame_comes_first_after_a_pause(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", "libx264", None, options=BASELINE)
    reader = Reader(probe(str(film)), once=False)
    reader.read(False)
    assert reader.read(True)[0].key


def test_what_is_encoded_anew_is_small_enough_and_slow_enough(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", "mpeg4", None, size=(1920, 1080), rate=50, seconds=0.4)
    frames = decoded(probe(str(film)))
    assert {(frame.width, frame.height) for frame in frames} == {(1280, 720)}
    assert len(frames) == 10


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_film_is_sent_upright(tmp_path: Path, turn: int) -> None:
    film = make(tmp_path / "film.mp4", "mpeg4", None, seconds=0.2)
    plan = probe(str(film))
    with av.open(str(film)) as container:
        held = next(container.decode(video=0)).to_image().convert("L")
    width, height = (HEIGHT, WIDTH) if turn % 180 else (WIDTH, HEIGHT)
    upright = Plan(**{**plan.__dict__, "rotation": turn, "video_format": VideoFormat("VP8", width, height)})
    sent = decoded(upright)[0].to_image().convert("L")
    difference = ImageChops.difference(sent, held.rotate(turn, expand=True))
    assert sent.size == (width, height)
    assert ImageStat.Stat(difference).mean[0] < 12


def test_a_file_that_shrinks_while_it_plays_ends_with_a_sentence(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", "libx264", None, options=BASELINE)
    plan = probe(str(film))
    film.write_bytes(b"")
    with pytest.raises(MediaError, match=r"film\.mp4"):
        Reader(plan, once=True).read(False)
