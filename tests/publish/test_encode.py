"""The encoders: VP8 without delay and with key frames when wanted, Opus in packets of 20 ms."""

from array import array
from fractions import Fraction

import av
import pytest

from podium.publish.encode import AudioEncoder, VideoEncoder, opus_packet


def key_frames(encoder: VideoEncoder, pictures: int, wanted_at: int = -1) -> list[int]:
    """Encode grey pictures at 25 a second; the numbers of those that became key frames."""
    frame = av.VideoFrame(64, 48, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    keys = []
    for number in range(pictures):
        if number == wanted_at:
            encoder.request_key_frame()
        (packet,) = encoder.encode(frame, number * 3_600)
        assert packet.pts == number * 3_600
        if packet.is_keyframe:
            keys.append(number)
    return keys


def test_a_key_frame_comes_at_the_start_and_every_two_seconds() -> None:
    assert key_frames(VideoEncoder(64, 48, 25, 300_000, 48), 110) == [0, 50, 100]


def test_a_key_frame_comes_when_wanted() -> None:
    assert key_frames(VideoEncoder(64, 48, 25, 300_000, 48), 20, wanted_at=7) == [0, 7]


@pytest.mark.parametrize(("rate", "layout"), [(48_000, "stereo"), (44_100, "stereo"), (8_000, "mono"), (48_000, "5.1")])
def test_sound_of_any_kind_becomes_packets_of_20_ms(rate: int, layout: str) -> None:
    frame = av.AudioFrame("s16", layout, rate)
    frame.sample_rate = rate
    frame.planes[0].update(array("h", [0] * (frame.planes[0].buffer_size // 2)).tobytes())
    assert abs(len(list(AudioEncoder().encode(frame))) - 50) <= 1


def test_an_opus_packet_counts_samples() -> None:
    packet = opus_packet(b"\xfc\xff\xfe", 1_920)
    assert bytes(packet) == b"\xfc\xff\xfe"
    assert (packet.pts, packet.time_base) == (1_920, Fraction(1, 48_000))
