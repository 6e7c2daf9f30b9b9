"""Small media files, made when a test needs them."""

import math
from array import array
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import av

WIDTH, HEIGHT, RATE = 160, 96, 25
BASELINE = {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency"}
WITH_B_FRAMES = {"profile": "main", "preset": "medium", "bf": "3", "b-pyramid": "none"}


def make(
    path: Path,
    video: str | None = "libx264",
    audio: str | None = "libopus",
    *,
    seconds: float = 1.0,
    options: Mapping[str, str] | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    pixels: str = "yuv420p",
    rate: int = RATE,
) -> Path:
    """A film of moving grey, with a tone. `video` and `audio` name encoders."""
    with av.open(str(path), "w") as container:
        picture = None
        if video:
            picture = container.add_stream(video, rate=rate, options=dict(options or {}))
            picture.width, picture.height, picture.pix_fmt = *size, pixels
            picture.codec_context.gop_size = rate // 2
            picture.codec_context.thread_count = 1
        sound = container.add_stream(audio, rate=48_000, layout="stereo") if audio else None
        if picture:
            for number in range(round(seconds * rate)):
                for packet in picture.encode(_frame(number, size, pixels, rate)):
                    container.mux(packet)
            container.mux(picture.encode(None))
        if sound:
            resampler = av.AudioResampler(sound.format, "stereo", 48_000, sound.codec_context.frame_size or 960)
            for number in range(round(seconds * 50)):
                for frame in resampler.resample(_tone(number)):
                    container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
    return path


def packets_of(path: Path, kind: str) -> list[bytes]:
    """The packets of a stream as they are in the file."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def rises(numbers: Iterable[float]) -> bool:
    return all(earlier < later for earlier, later in pairwise(numbers))


@cache
def _frame(number: int, size: tuple[int, int], pixels: str, rate: int) -> av.VideoFrame:
    frame = av.VideoFrame(*size, "gray")
    plane = frame.planes[0]
    stripes = bytes((x * 7 + number * 11) % 256 for x in range(plane.line_size + 40))
    plane.update(b"".join(stripes[y % 40 : y % 40 + plane.line_size] for y in range(plane.height)))
    frame = frame.reformat(format=pixels)
    frame.pts, frame.time_base = number, Fraction(1, rate)
    return frame


@cache
def _tone(number: int) -> av.AudioFrame:
    frame = av.AudioFrame("s16", "stereo", 960)
    at = (round(8_000 * math.sin(2 * math.pi * 440 * (number * 960 + index) / 48_000)) for index in range(960))
    frame.planes[0].update(array("h", (sample for each in at for sample in (each, each))).tobytes())
    frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, Fraction(1, 48_000)
    return frame
