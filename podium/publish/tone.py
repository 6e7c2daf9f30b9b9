"""The sound of the test card: a soft tone at the start of each second, silence for the rest of it."""

import math
from array import array
from functools import cache

import av

from podium.publish.encode import AUDIO_FRAME, AUDIO_RATE, AudioEncoder

TONE_HERTZ = 880
TONE_SECONDS = 0.12
FADE_SECONDS = 0.02
LEVEL = 10 ** (-24 / 20)
"""The peak of the tone: 24 dB below full scale, quiet beside speech, which peaks near -6 dB."""
PACKETS_A_SECOND = AUDIO_RATE // AUDIO_FRAME


@cache
def tone_packets() -> tuple[bytes, ...]:
    """One second of sound as 50 Opus packets, to be played over and over.

    They are encoded once: each second sounds alike and ends in silence, so there is nothing to hear where the
    last packet meets the first. The clock is in the picture alone.
    """
    encoder = AudioEncoder(bit_rate=48_000)
    second = _second_of_sound()
    # The encoder looks ahead by 6.5 ms; the second round is as in the midst of the stream.
    packets = [packet for _ in range(3) for packet in encoder.encode(second)]
    return tuple(packets[PACKETS_A_SECOND : 2 * PACKETS_A_SECOND])


def _second_of_sound() -> av.AudioFrame:
    samples = array("h", (round(32767 * _tone(index / AUDIO_RATE)) for index in range(AUDIO_RATE)))
    frame = av.AudioFrame("s16", "mono", AUDIO_RATE)
    frame.sample_rate = AUDIO_RATE
    frame.planes[0].update(samples.tobytes())
    return frame


def _tone(seconds: float) -> float:
    edge = min(seconds, TONE_SECONDS - seconds)
    if edge <= 0:
        return 0.0
    fade = min(edge / FADE_SECONDS, 1.0)
    return LEVEL * (1 - math.cos(math.pi * fade)) / 2 * math.sin(2 * math.pi * TONE_HERTZ * seconds)
