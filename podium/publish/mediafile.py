"""A media file as a source: its packets in real time, over and over or once."""

import asyncio
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from podium.publish.probe import encoded_anew, probe
from podium.publish.reader import Kind, Reader, Timed
from podium.publish.source import EndOfMedia, FormatChanged, MediaPacket, VideoFormat

LEAD_SECONDS = 0.05
AHEAD_SECONDS = 3.0
"""How far reading for one track may run ahead on the other, where sound and picture lie apart in the file."""
LATE_SECONDS = 1.0


class MediaFile:
    """Plays the file at `path`. The constructor looks into it; it raises MediaError."""

    def __init__(self, path: str, *, once: bool) -> None:
        self.plan = probe(path)
        self._once = once
        self._executor = ThreadPoolExecutor(1, "media")
        self._reader = Reader(self.plan, once=once)
        self._lock = asyncio.Lock()
        self.start()

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.plan.path).name

    @property
    def video_format(self) -> VideoFormat | None:
        """What is sent, not what the file holds."""
        return self.plan.video_format

    @property
    def has_audio(self) -> bool:
        """Whether the file has sound."""
        return self.plan.audio_stream is not None

    def start(self) -> None:
        """Go on from the next key frame, now."""
        self._queues: dict[Kind, deque[Timed]] = {"audio": deque(), "video": deque()}
        self._from_key_frame = True
        self._origin: float | None = None
        self._ended = False

    async def video(self) -> MediaPacket:
        """The next picture."""
        return await self._next("video")

    async def audio(self) -> MediaPacket:
        """The next sound."""
        return await self._next("audio")

    def request_key_frame(self) -> None:
        """Encode a key frame, where the picture is encoded anew."""
        self._reader.request_key_frame()

    def close(self) -> None:
        """End the reading thread."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _next(self, kind: Kind) -> MediaPacket:
        while not self._queues[kind]:
            async with self._lock:
                await self._fill(kind)
        item = self._queues[kind].popleft()
        assert self._origin is not None
        delay = self._origin + item.due - time.monotonic()
        if delay < -LATE_SECONDS:
            # Too slow, or the computer slept: what follows is paced from here, rather than sent in one burst.
            self._origin -= delay
        await asyncio.sleep(delay)
        return item.packet

    async def _fill(self, kind: Kind) -> None:
        """Read until there is something of this kind. The lock is held."""
        other: Kind = "audio" if kind == "video" else "video"
        while not self._queues[kind]:
            if self._ended:
                raise EndOfMedia
            waiting = self._queues[other]
            if waiting and waiting[-1].due - waiting[0].due > AHEAD_SECONDS:
                await asyncio.sleep(waiting[1].due - waiting[0].due)
                continue
            for item in await self._read():
                self._queues[item.kind].append(item)

    async def _read(self) -> list[Timed]:
        loop = asyncio.get_running_loop()
        try:
            batch = await loop.run_in_executor(self._executor, self._reader.read, self._from_key_frame)
        except FormatChanged:
            self.plan = encoded_anew(self.plan, "it has B-frames further on")
            self._reader = Reader(self.plan, once=self._once)
            raise
        self._from_key_frame = False
        self._ended = not batch
        if batch and self._origin is None:
            self._origin = time.monotonic() + LEAD_SECONDS - batch[0].due
        return batch
