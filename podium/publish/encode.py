"""The encoders of the publisher: VP8 in real time, Opus in packets of 20 ms.

VP8 rather than H.264: measured on the test card, libvpx at cpu-used 16 costs 2.4 ms a picture and libx264
ultrafast 2.0 ms, but its key frames are a fifth in size, and every browser plays VP8 without a plug-in.
"""

from collections.abc import Iterator
from fractions import Fraction

import av
from av.video.frame import PictureType

from podium.publish.source import MediaPacket

VIDEO_CLOCK = 90_000
AUDIO_RATE = 48_000
AUDIO_FRAME = 960
"""Samples in an Opus packet: 20 ms."""
KEY_FRAME_SECONDS = 2


class VideoEncoder:
    """Pictures in, VP8 packets out, one for each picture and without delay."""

    def __init__(self, width: int, height: int, rate: int, bit_rate: int, coarsest: int) -> None:
        """`rate` is in pictures per second, at most; `bit_rate` in bits per second.

        `coarsest` is the coarsest quantizer allowed, 2 to 63: what keeps key frames from being seen as a pulse.
        """
        encoder = av.CodecContext.create("libvpx", "w")
        encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
        encoder.framerate = Fraction(rate)
        encoder.time_base = Fraction(1, VIDEO_CLOCK)
        encoder.bit_rate = bit_rate
        encoder.gop_size = KEY_FRAME_SECONDS * rate
        encoder.qmin, encoder.qmax = 2, coarsest
        # Left to itself libvpx spins several threads, at five times the CPU time.
        encoder.thread_count = 1
        encoder.options = {
            "deadline": "realtime",
            "cpu-used": "16",
            "lag-in-frames": "0",
            "error-resilient": "1",
            "static-thresh": "100",
            "minrate": str(bit_rate),
            "maxrate": str(bit_rate),
            "bufsize": str(bit_rate),
        }
        self._encoder = encoder
        self._key_frame_wanted = True

    def request_key_frame(self) -> None:
        """Make the next picture a key frame."""
        self._key_frame_wanted = True

    def encode(self, frame: av.VideoFrame, timestamp: int) -> list[MediaPacket]:
        """Encode one picture; `timestamp` is in 1/90000 s and must rise."""
        frame.pict_type = PictureType.I if self._key_frame_wanted else PictureType.NONE
        self._key_frame_wanted = False
        frame.pts, frame.time_base = timestamp, Fraction(1, VIDEO_CLOCK)
        packets = self._encoder.encode(frame)
        for packet in packets:
            packet.time_base = Fraction(1, VIDEO_CLOCK)
        return packets


class AudioEncoder:
    """Sound of any rate and layout in, Opus packets of 20 ms out."""

    def __init__(self, bit_rate: int = 96_000) -> None:
        encoder = av.CodecContext.create("libopus", "w")
        encoder.sample_rate = AUDIO_RATE
        encoder.layout = "stereo"
        encoder.format = "s16"
        encoder.bit_rate = bit_rate
        encoder.time_base = Fraction(1, AUDIO_RATE)
        self._encoder = encoder
        self._resampler = av.AudioResampler("s16", "stereo", AUDIO_RATE, AUDIO_FRAME)

    def encode(self, frame: av.AudioFrame) -> Iterator[bytes]:
        """Encode some sound; yields as many Opus packets as are complete."""
        # The encoder's own timestamps begin before zero by its delay; the caller counts packets instead.
        frame.pts = None
        for piece in self._resampler.resample(frame):
            piece.pts = None
            for packet in self._encoder.encode(piece):
                yield bytes(packet)


def opus_packet(data: bytes, timestamp: int) -> MediaPacket:
    """An Opus packet whose `timestamp` is in samples of 48 kHz."""
    packet = av.Packet(data)
    packet.pts, packet.dts, packet.time_base = timestamp, timestamp, Fraction(1, AUDIO_RATE)
    return packet
