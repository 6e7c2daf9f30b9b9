"""Files against a WHIP server: what is in them arrives unchanged, on time lines that rise."""

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from aiortc.codecs.h264 import h264_depayload
from aiortc.codecs.vpx import vp8_depayload

from podium.publish.h264 import IDR, PPS, SPS, kind, nal_units
from podium.publish.mediafile import MediaFile
from podium.publish.publisher import Publisher
from podium.publish.source import EndOfMedia
from tests.publish.endpoint import Session, WhipEndpoint, running
from tests.publish.samples import BASELINE, WITH_B_FRAMES, make, packets_of, rises


def publisher_of(source: MediaFile, endpoint: WhipEndpoint, said: list[str] | None = None) -> Publisher:
    say = (said if said is not None else []).append
    return Publisher(source, endpoint.url, None, say=say, check_seconds=0.1, first_pause=0.1)


async def played(source: MediaFile, count: int, kind: str = "video") -> tuple[Session, list[list[Any]]]:
    """Publish `source` until `count` pictures or sounds have arrived; the RTP packets of each."""
    async with WhipEndpoint() as endpoint, running(publisher_of(source, endpoint).run()):
        session = await endpoint.next_session()
        packets = session.packets[kind]
        # One more than asked for: then the last one is whole.
        await session.until(lambda: len({packet.timestamp for packet in packets}) > count)
    source.close()
    whole = sorted(packets, key=lambda packet: packet.sequence_number)
    return session, [list(group) for _, group in groupby(whole, key=lambda packet: packet.timestamp)][:count]


def length_prefixed(packet: bytes) -> list[bytes]:
    """The NAL units of an H.264 packet in an MP4 file."""
    units = []
    while packet:
        length = int.from_bytes(packet[:4], "big")
        units.append(packet[4 : 4 + length])
        packet = packet[4 + length :]
    return units


async def test_vp8_and_opus_are_passed_through_bit_by_bit(tmp_path: Path) -> None:
    film = make(tmp_path / "film.webm", "libvpx", "libopus", options={"deadline": "realtime"})
    session, pictures = await played(MediaFile(str(film), once=False), 20)
    arrived = [b"".join(vp8_depayload(packet.payload) for packet in picture) for picture in pictures]
    assert arrived == packets_of(film, "video")[:20]
    sounds = [packet.payload for packet in session.packets["audio"][:20]]
    assert sounds == packets_of(film, "audio")[:20]


async def test_h264_is_passed_through_with_its_parameter_sets_before_each_key_frame(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", "libx264", None, options=BASELINE)
    _, pictures = await played(MediaFile(str(film), once=False), 20)
    arrived = [list(nal_units(b"".join(h264_depayload(packet.payload) for packet in picture))) for picture in pictures]
    key_frames = [units for units in arrived if IDR in map(kind, units)]
    assert len(key_frames) == 2
    assert all([kind(unit) for unit in units[:2]] == [SPS, PPS] for units in key_frames)
    carried = [[unit for unit in units if kind(unit) not in (SPS, PPS)] for units in arrived]
    assert carried == [length_prefixed(packet) for packet in packets_of(film, "video")[:20]]


async def test_the_offer_names_the_profile_of_the_file(tmp_path: Path) -> None:
    high = {"profile": "high", "bf": "0", "preset": "fast"}
    film = make(tmp_path / "film.mp4", "libx264", None, options=high)
    source = MediaFile(str(film), once=False)
    session, pictures = await played(source, 5)
    assert source.video_format is not None
    assert source.video_format.profile_level_id == "64000b"
    assert "profile-level-id=64000b" in session.offer
    assert len(pictures) == 5


async def test_a_film_with_b_frames_is_encoded_anew_and_moves(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", "libx264", "aac", options=WITH_B_FRAMES)
    async with WhipEndpoint() as endpoint:
        source = MediaFile(str(film), once=False)
        said: list[str] = []
        async with running(publisher_of(source, endpoint, said).run()):
            session = await endpoint.next_session()
            shown = {bytes((await session.picture()).planes[0]) for _ in range(5)}
            await session.sound()
        source.close()
    assert len(shown) == 5
    assert said == [f"live: sending 160x96 VP8 + Opus to {endpoint.url}"]


async def test_the_film_begins_again_without_a_step_back_in_time(tmp_path: Path) -> None:
    film = make(tmp_path / "film.webm", "libvpx", "libopus", seconds=0.4, options={"deadline": "realtime"})
    source = MediaFile(str(film), once=False)
    pictures = [await source.video() for _ in range(25)]
    sounds = [await source.audio() for _ in range(50)]
    source.close()
    assert rises([packet.pts for packet in pictures if packet.pts is not None])
    assert rises([packet.pts for packet in sounds if packet.pts is not None])
    assert bytes(pictures[10]) == bytes(pictures[0])


async def test_once_plays_to_the_end_and_deletes_the_session(tmp_path: Path) -> None:
    film = make(tmp_path / "film.webm", "libvpx", "libopus", seconds=0.4, options={"deadline": "realtime"})
    source = MediaFile(str(film), once=True)
    async with WhipEndpoint() as endpoint:
        await publisher_of(source, endpoint).run()
        session = await endpoint.next_session()
        assert session.deleted.is_set()
    source.close()
    arrived = {packet.timestamp for packet in session.packets["video"]}
    assert len(arrived) == len(packets_of(film, "video"))


async def test_sound_alone_can_be_played(tmp_path: Path) -> None:
    music = make(tmp_path / "music.ogg", None, "libopus")
    session, sounds = await played(MediaFile(str(music), once=False), 10, "audio")
    assert "m=video" not in session.offer
    assert [sound[0].payload for sound in sounds] == packets_of(music, "audio")[:10]


async def test_playing_goes_on_with_a_key_frame_after_a_pause(tmp_path: Path) -> None:
    film = make(tmp_path / "film.webm", "libvpx", None, options={"deadline": "realtime"})
    source = MediaFile(str(film), once=False)
    before = [await source.video() for _ in range(3)]
    source.start()
    after = await source.video()
    source.close()
    assert not bytes(after)[0] & 1
    assert after.pts is not None
    assert before[-1].pts is not None
    assert after.pts > before[-1].pts


async def test_a_film_played_once_says_that_it_is_over(tmp_path: Path) -> None:
    film = make(tmp_path / "film.webm", "libvpx", None, seconds=0.2, options={"deadline": "realtime"})
    source = MediaFile(str(film), once=True)
    for _ in range(5):
        await source.video()
    with pytest.raises(EndOfMedia):
        await source.video()
    source.close()
