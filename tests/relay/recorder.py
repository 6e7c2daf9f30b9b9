"""A recording viewer, as one would tap a feed: what arrives is put in its place by the sender reports, into a file.

And the publisher to record: a picture that flashes and a tone that sounds at the same moments.
"""

from __future__ import annotations

import asyncio
import fractions
from bisect import bisect_left
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import av
import numpy as np
from aiohttp import ClientSession
from aiortc import MediaStreamTrack, RTCRtpReceiver, clock
from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtcpSrPacket, RtpPacket

from tests.relay.browser import HEIGHT, RATE, WIDTH, Peer
from tests.relay.rig import TOKEN, until

SOUND_RATE = 48_000
SOUND_FRAME = 0.02
MARK_EVERY = 0.4
"""Seconds from one flash with its tone to the next: ten pictures, twenty frames of sound."""

_LOUD, _BRIGHT = 4000, 200
_MILLISECOND = fractions.Fraction(1, 1000)


class _Paced(MediaStreamTrack):
    """A frame at each of its times, counted from a moment that picture and sound share."""

    def __init__(self, began: float, every: float) -> None:
        super().__init__()
        self._began, self._every, self._count = began, every, 0

    async def next(self) -> tuple[int, bool]:
        """The number of the frame that is due now, and whether it is a mark."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._began + self._count * self._every - loop.time()))
        if self.readyState != "live":
            raise MediaStreamError
        number, self._count = self._count, self._count + 1
        return number, number % round(MARK_EVERY / self._every) < (1 if self.kind == "video" else 3)


class Flashes(_Paced):
    kind = "video"

    async def recv(self) -> av.VideoFrame:
        number, is_mark = await self.next()
        luma = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        luma[:HEIGHT] = 235 if is_mark else 40 + number % 10 * 8
        frame = av.VideoFrame.from_ndarray(luma, format="yuv420p")
        frame.pts, frame.time_base = number * 90_000 // RATE, fractions.Fraction(1, 90_000)
        return frame


class Tones(_Paced):
    kind = "audio"

    async def recv(self) -> av.AudioFrame:
        number, is_mark = await self.next()
        size = round(SOUND_RATE * SOUND_FRAME)
        wave = np.sin(np.arange(size) * 2 * np.pi * 1000 / SOUND_RATE) * (20_000 if is_mark else 0)
        frame = av.AudioFrame.from_ndarray(wave.astype(np.int16)[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = SOUND_RATE
        frame.pts, frame.time_base = number * size, fractions.Fraction(1, SOUND_RATE)
        return frame


async def marked_publisher(http: ClientSession, url: str) -> Peer:
    """A publisher of flashes and tones that belong together, and whose sender reports say exactly when they were made.

    aiortc's own say when a packet left, which on a busy machine is much later.
    """
    peer = Peer(http, TOKEN)
    began = asyncio.get_running_loop().time() + 0.2
    began_ntp = clock.current_ntp_time() + round(0.2 * (1 << 32))
    for track, rate in ((Tones(began, SOUND_FRAME), SOUND_RATE), (Flashes(began, 1 / RATE), 90_000)):
        sender = peer.connection.addTrack(track)
        sender._send_rtcp = _truthful(sender._send_rtcp, began_ntp, rate)
    for transceiver in peer.connection.getTransceivers():
        transceiver.direction = "sendonly"
    with patch("aiortc.rtcrtpsender.random32", return_value=0):  # where timestamps begin
        assert await peer.post(url) == 201
        await until(lambda: peer.connection.connectionState == "connected")
    return peer


def _truthful(
    send: Callable[[list[object]], Awaitable[None]], began: int, rate: int
) -> Callable[[list[object]], Awaitable[None]]:
    async def corrected(packets: list[object]) -> None:
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                info = packet.sender_info
                info.ntp_timestamp = began + (info.rtp_timestamp << 32) // rate
        await send(packets)

    return corrected


@dataclass
class Track:
    """What arrived of one kind: frames with their RTP time since the first, sender reports and when each came."""

    clock_rate: int
    frames: list[av.VideoFrame | av.AudioFrame] = field(default_factory=list)
    reports: list[tuple[int, float, int]] = field(default_factory=list)  # its publisher, NTP seconds, RTP time
    ends: list[int] = field(default_factory=list)  # the last RTP time of each publisher before the present one
    newest: int = 0
    source: int = 0

    def times(self, origin: int) -> list[float]:
        """When each frame belongs, in the publisher's time, by the last report of its own publisher."""
        found = []
        ends = [end - origin & 0xFFFFFFFF for end in self.ends]
        for frame in self.frames:
            publisher = bisect_left(ends, frame.pts)
            report = next(one for one in reversed(self.reports) if one[0] == publisher)
            ahead = (frame.pts + origin - report[2] + 0x80000000 & 0xFFFFFFFF) - 0x80000000
            found.append(report[1] + ahead / self.clock_rate)
        return found


class Recorder:
    """Records a viewer's tracks from the moment it is made until `save`."""

    def __init__(self, peer: Peer) -> None:
        self.video, self.audio = Track(90_000), Track(SOUND_RATE)
        self._receivers: dict[str, RTCRtpReceiver] = {}
        self._tasks: list[asyncio.Task[None]] = []
        peer.connection.on("track", self._on_track)
        self._peer = peer

    def _on_track(self, track: MediaStreamTrack) -> None:
        kept = self.video if track.kind == "video" else self.audio
        receiver = next(t.receiver for t in self._peer.connection.getTransceivers() if t.receiver.track is track)
        self._receivers[track.kind] = receiver
        receiver._handle_rtp_packet = _noting_newest(kept, receiver._handle_rtp_packet)
        if track.kind == "video":
            receiver._handle_rtp_packet = _asking_again(kept, receiver, receiver._handle_rtp_packet)
        receiver._handle_rtcp_packet = _noting(kept, receiver._handle_rtcp_packet)
        self._tasks.append(asyncio.create_task(self._consume(track, kept)))

    async def _consume(self, track: MediaStreamTrack, kept: Track) -> None:
        try:
            while True:
                kept.frames.append(await track.recv())
        except MediaStreamError:
            return

    def next_publisher(self) -> None:
        """What comes from now on is another publisher's."""
        for track in (self.video, self.audio):
            track.ends.append(track.newest)

    def is_placed(self) -> bool:
        """Whether the present publisher has said when its frames belong."""
        return all(any(one[0] == len(t.ends) for one in t.reports) for t in (self.video, self.audio))

    async def close(self) -> None:
        await self._peer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def save(self, path: Path) -> None:
        """One file, both tracks in the publisher's time."""
        placed = []
        for kind, track in (("video", self.video), ("audio", self.audio)):
            origin = self._receivers[kind]._RTCRtpReceiver__timestamp_mapper._origin  # type: ignore[attr-defined]
            placed += [(time, kind, frame) for time, frame in zip(track.times(origin), track.frames, strict=True)]
        placed.sort(key=lambda each: each[0])
        began = placed[0][0]
        with av.open(path, "w", format="matroska") as file:
            picture = file.add_stream("ffv1", rate=1000)
            picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            picture.codec_context.time_base = _MILLISECOND
            sound = file.add_stream("pcm_s16le", rate=SOUND_RATE, layout="stereo")
            sound.codec_context.time_base = _MILLISECOND
            for time, kind, frame in placed:
                frame.pts, frame.time_base = round((time - began) * 1000), _MILLISECOND
                stream = picture if kind == "video" else sound
                file.mux(stream.encode(frame))
            for stream in (picture, sound):
                file.mux(stream.encode(None))


def _noting(kept: Track, handle: Callable[[object], Awaitable[None]]) -> Callable[[object], Awaitable[None]]:
    async def note(packet: object) -> None:
        if isinstance(packet, RtcpSrPacket):
            info = packet.sender_info
            kept.reports.append((len(kept.ends), info.ntp_timestamp / (1 << 32), info.rtp_timestamp))
        await handle(packet)

    return note


def _noting_newest(
    kept: Track, handle: Callable[[RtpPacket, int], Awaitable[None]]
) -> Callable[[RtpPacket, int], Awaitable[None]]:
    async def note(packet: RtpPacket, arrival_time_ms: int) -> None:
        if not kept.source or packet.ssrc == kept.source:  # and not what is retransmitted in a stream of its own
            kept.source = packet.ssrc
            if not kept.newest or packet.timestamp - kept.newest & 0xFFFFFFFF < 0x80000000:
                kept.newest = packet.timestamp
        await handle(packet, arrival_time_ms)

    return note


def _asking_again(
    kept: Track, receiver: RTCRtpReceiver, handle: Callable[[RtpPacket, int], Awaitable[None]]
) -> Callable[[RtpPacket, int], Awaitable[None]]:
    """aiortc asks again only when the next packet is lost; a recorder wants all of them, and asks with every packet."""

    async def ask(packet: RtpPacket, arrival_time_ms: int) -> None:
        await handle(packet, arrival_time_ms)
        if missing := receiver._RTCRtpReceiver__nack_generator.missing:
            await receiver._send_rtcp_nack(kept.source, sorted(missing))

    return ask


@dataclass(frozen=True)
class Recording:
    """What a file holds, read back: times in seconds from its beginning."""

    pictures: tuple[float, ...]
    sounds: tuple[float, ...]
    flashes: tuple[float, ...]
    tones: tuple[float, ...]

    def offsets(self) -> list[float]:
        """For each flash how much later its tone begins; tones further off than half the way to the next are none."""
        nearest = [min((tone - flash for tone in self.tones), key=abs) for flash in self.flashes]
        return [offset for offset in nearest if abs(offset) < MARK_EVERY / 2]

    @staticmethod
    def gaps(times: tuple[float, ...]) -> list[float]:
        """From each frame to the next."""
        return [after - before for before, after in pairwise(times)]


def read(path: Path) -> Recording:
    """Decode a file."""
    pictures, sounds, flashes, loud = [], [], [], []
    with av.open(path) as file:
        for frame in file.decode():
            if isinstance(frame, av.VideoFrame):
                pictures.append(frame.time)
                if frame.to_ndarray()[: frame.height].mean() > _BRIGHT:
                    flashes.append(frame.time)
            else:
                sounds.append(frame.time)
                above = np.flatnonzero(np.abs(frame.to_ndarray().reshape(-1, 2)[:, 0]) > _LOUD)
                if above.size:
                    loud.append(frame.time + above[0] / SOUND_RATE)
    tones = [time for number, time in enumerate(loud) if number == 0 or time - loud[number - 1] > MARK_EVERY / 2]
    return Recording(tuple(pictures), tuple(sounds), tuple(flashes), tuple(tones))
