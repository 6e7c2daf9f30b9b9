"""aiortc peers that publish and play over WHIP and WHEP, as a browser page would."""

import asyncio
import fractions
import itertools
from collections.abc import Callable

import av
from aiohttp import ClientSession
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError

from tests.relay.rig import TOKEN

WIDTH, HEIGHT, RATE = 160, 120, 25


class MovingPicture(MediaStreamTrack):
    """Grey frames whose brightness walks: no two neighbours are alike."""

    kind = "video"

    def __init__(self, rate: int = RATE) -> None:
        super().__init__()
        self.rate = rate
        self.count = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(1 / self.rate)
        if self.readyState != "live":
            raise MediaStreamError
        self.count += 1
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([16 + self.count * 8 % 200]) * plane.buffer_size)
        frame.pts = self.count * 90000 // self.rate
        frame.time_base = fractions.Fraction(1, 90000)
        return frame


class Peer:
    """One RTCPeerConnection with its WHIP or WHEP session."""

    def __init__(
        self, http: ClientSession, token: str | None = None, *, reads: Callable[[str], str] = lambda answer: answer
    ) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))  # asks nobody but the relay
        self.frames: list[int] = []
        self.sizes: set[tuple[int, int]] = set()
        self.sounds = 0
        self.session = ""
        self.answer = ""
        self.writes: Callable[[str], str] = str  # what becomes of the offer before it is sent
        self._reads = reads
        self._tasks: list[asyncio.Task[None]] = []

    async def post(self, url: str) -> int:
        """Offer, and take the answer of a 201. Returns the status."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        offer = self.writes(self.connection.localDescription.sdp)
        headers = {"Content-Type": "application/sdp", **self.headers}
        async with self.http.post(url, data=offer, headers=headers) as response:
            if response.status == 201:
                self.answer = self._reads(await response.text())
                self.session = str(response.url.join(response.url.with_path(response.headers["Location"])))
                await self.connection.setRemoteDescription(RTCSessionDescription(self.answer, "answer"))
            return response.status

    async def delete(self) -> int:
        async with self.http.delete(self.session, headers=self.headers) as response:
            return response.status

    async def close(self) -> None:
        await self.connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def watch(self) -> None:
        """Count what comes: `frames` keeps each picture's brightness."""

        @self.connection.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            self._tasks.append(asyncio.create_task(self._consume(track)))

    async def _consume(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                if isinstance(frame, av.VideoFrame):
                    self.frames.append(bytes(frame.planes[0])[0])
                    self.sizes.add((frame.width, frame.height))
                else:
                    self.sounds += 1
        except MediaStreamError:
            return


async def publisher(
    http: ClientSession,
    url: str,
    codec: str = "VP8",
    *,
    kinds: str = "audio video",
    rate: int = RATE,
    reads: Callable[[str], str] = lambda answer: answer,
    writes: Callable[[str], str] = lambda offer: offer,
) -> Peer:
    """A publisher of a moving picture and a tone. `reads` is what it makes of the answer before it takes it."""
    peer = Peer(http, TOKEN, reads=reads)
    peer.writes = writes
    if "audio" in kinds:
        peer.connection.addTrack(AudioStreamTrack())
    if "video" in kinds:
        peer.connection.addTrack(MovingPicture(rate))
        wanted = [c for c in RTCRtpSender.getCapabilities("video").codecs if c.name == codec]
        video = next(t for t in peer.connection.getTransceivers() if t.kind == "video")
        video.setCodecPreferences(wanted)
    for transceiver in peer.connection.getTransceivers():
        transceiver.direction = "sendonly"
    assert await peer.post(url) == 201
    return peer


async def viewer(
    http: ClientSession,
    url: str,
    *,
    kinds: str = "audio video",
    reads: Callable[[str], str] = lambda answer: answer,
) -> Peer:
    """A viewer that has posted; 201 is asserted. `reads` is what it makes of the answer before it takes it."""
    peer = Peer(http, reads=reads)
    peer.watch()
    for kind in kinds.split():
        peer.connection.addTransceiver(kind, direction="recvonly")
    assert await peer.post(url) == 201
    return peer


def missed(frames: list[int]) -> list[int]:
    """How many of a publisher's pictures are missing between neighbours, told by their brightness (period 25)."""
    steps = (round((after - before) % 200 / 8) for before, after in itertools.pairwise(frames))
    return [(step - 1) % 25 for step in steps]


def moves(frames: list[int], count: int = 10) -> bool:
    """At least `count` pictures, and not one picture again and again."""
    return len(frames) >= count and len(set(frames)) > count // 2
