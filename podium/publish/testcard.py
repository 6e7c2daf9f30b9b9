"""The test card as a source: drawn and encoded live, each picture with the time it was drawn at."""

import asyncio
import math
import time

from podium.publish.card import HEIGHT, WIDTH, Card, MovingCard
from podium.publish.encode import AUDIO_FRAME, VIDEO_CLOCK, VideoEncoder, opus_packet
from podium.publish.source import MediaPacket, VideoFormat
from podium.publish.tone import PACKETS_A_SECOND, tone_packets

BIT_RATE = 1_500_000
COARSEST = 10
"""Fine enough that nobody sees the key frames; the card is simple and stays below its bit rate all the same."""
LATE_SECONDS = 0.5
"""A source that is later than this (the computer slept, say) leaves out what it missed."""


class TestCard:
    """25 pictures and 50 sound packets a second, on a grid of full UTC seconds: the tone begins with the flash."""

    __test__ = False  # The name is the thing's, not a test's.

    def __init__(self, card: Card) -> None:
        self.name = "the test card"
        self.video_format = VideoFormat("VP8", WIDTH, HEIGHT)
        self.has_audio = True
        self._rate = card.rate
        self._card = MovingCard(card)
        self._tones = tone_packets()
        self.start()

    def start(self) -> None:
        """Begin now, counting from the last full second of UTC."""
        self._origin = time.monotonic() - time.time() % 1
        self._picture = self._passed(1 / self._rate)
        self._sound = self._passed(1 / PACKETS_A_SECOND)
        self._encoder = VideoEncoder(WIDTH, HEIGHT, self._rate, BIT_RATE, COARSEST)

    async def video(self) -> MediaPacket:
        """Draw and encode the next picture; its timestamp counts from the last start."""
        while True:
            self._picture = await self._next(self._picture, 1 / self._rate)
            # Drawing and encoding take 3 ms: less than handing them to a thread would be worth.
            self._card.show(time.time_ns() // 1_000_000)
            timestamp = self._picture * VIDEO_CLOCK // self._rate
            packets = self._encoder.encode(self._card.picture.frame, timestamp)
            if packets:
                return packets[0]

    async def audio(self) -> MediaPacket:
        """The next 20 ms of sound."""
        self._sound = await self._next(self._sound, 1 / PACKETS_A_SECOND)
        return opus_packet(self._tones[self._sound % PACKETS_A_SECOND], self._sound * AUDIO_FRAME)

    def request_key_frame(self) -> None:
        """Encode the next picture as a key frame."""
        self._encoder.request_key_frame()

    def close(self) -> None:
        """There is nothing to give back."""

    def _passed(self, step: float) -> int:
        return math.floor((time.monotonic() - self._origin) / step)

    async def _next(self, number: int, step: float) -> int:
        number += 1
        if time.monotonic() - (self._origin + number * step) > LATE_SECONDS:
            number = self._passed(step) + 1
        await asyncio.sleep(self._origin + number * step - time.monotonic())
        return number
