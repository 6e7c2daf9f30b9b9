"""The WebRTC side of a publisher: one peer connection that sends the packets of a source as they are."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import aioice.ice
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError

from podium.publish.source import EndOfMedia, MediaPacket, Source, VideoFormat

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 1.0
OFFERED_PROFILE = "42e01f"
"""The profile-level-id aiortc knows; in the offer that is sent stands the true one of the file."""


class PeerError(Exception):
    """No connection, or none any more; the message is a sentence."""


class PacketTrack(MediaStreamTrack):
    """A track of ready packets; what ends it lands in `over`."""

    def __init__(self, kind: str, packet: Callable[[], Awaitable[MediaPacket]], over: asyncio.Future[None]) -> None:
        super().__init__()
        self.kind = kind
        self.played = False
        """Whether all has been played; aiortc stops tracks for other reasons too."""
        self._packet = packet
        self._over = over

    async def recv(self) -> MediaPacket:
        """The next packet when its moment has come."""
        if self.readyState != "live":
            raise MediaStreamError
        try:
            return await self._packet()
        except EndOfMedia:
            self.played = True
            self.stop()
            raise MediaStreamError from None
        except Exception as error:
            if not self._over.done():
                self._over.set_exception(error)
            self.stop()
            raise MediaStreamError from error


class Peer:
    """One session's connection. Make the offer, take the answer, then wait for `over`."""

    def __init__(self, source: Source, ice_servers: Iterable[RTCIceServer], *, loopback: bool) -> None:
        """Without ICE servers nothing but the server itself is contacted.

        `loopback` says that the server is this machine: then a computer without any network can publish too.
        """
        if loopback:
            _gather_loopback()
        self._source = source
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with None when all has been played, with PeerError when the connection is lost, or with what
        the source raised."""
        self._connected: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=list(ice_servers), bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._changed)
        self._tracks: list[PacketTrack] = []
        if source.has_audio:
            self._add("audio", source.audio, "audio/opus")
        if source.video_format:
            sender = self._add("video", source.video, f"video/{source.video_format.codec}")
            # aiortc would tell its own encoder, which has nothing to do here.
            sender._send_keyframe = source.request_key_frame  # type: ignore[method-assign]

    async def offer(self) -> str:
        """Gather the candidates and write the SDP offer."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        offer = self._connection.localDescription.sdp
        return _with_profile(offer, _profile(self._source.video_format))

    async def connect(self, answer: str) -> None:
        """Take the answer and wait until media can flow. Raises PeerError."""
        answer = _with_candidates(_with_profile(answer, OFFERED_PROFILE))
        description = RTCSessionDescription(answer, "answer")
        try:
            await self._connection.setRemoteDescription(description)
        except (ValueError, InvalidAccessError, InvalidStateError, OperationError) as error:
            raise PeerError(f"The answer of the server cannot be used: {error}.") from error
        await asyncio.wait({self._connected}, timeout=CONNECT_SECONDS)
        if not (self._connected.done() and self._connected.result()):
            raise PeerError("The server answers, but no media connection comes about (is UDP blocked?).")

    async def close(self) -> None:
        """Say goodbye and free everything, in a second at most."""
        for track in self._tracks:
            track.stop()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._connection.close()
        except TimeoutError:
            pass
        if self.over.done() and not self.over.cancelled():
            self.over.exception()

    def _add(self, kind: str, packet: Callable[[], Awaitable[MediaPacket]], mime_type: str) -> RTCRtpSender:
        track = PacketTrack(kind, packet, self.over)
        track.once("ended", self._ended)
        self._tracks.append(track)
        transceiver = self._connection.addTransceiver(track, direction="sendonly")
        capabilities = RTCRtpSender.getCapabilities(kind).codecs
        transceiver.setCodecPreferences(
            [
                codec
                for codec in capabilities
                if codec.mimeType == mime_type
                and codec.parameters.get("profile-level-id", OFFERED_PROFILE) == OFFERED_PROFILE
            ]
            + [codec for codec in capabilities if codec.mimeType == "video/rtx"]
        )
        return transceiver.sender

    def _ended(self) -> None:
        if not self.over.done() and all(track.played for track in self._tracks):
            self.over.set_result(None)

    def _changed(self, *_: Any) -> None:
        state = self._connection.connectionState
        if state not in ("connected", "failed", "closed"):
            return
        if not self._connected.done():
            self._connected.set_result(state == "connected")
        if state != "connected" and not self.over.done():
            self.over.set_exception(PeerError("The media connection to the server is lost."))


def _profile(video_format: VideoFormat | None) -> str:
    return (video_format and video_format.profile_level_id) or OFFERED_PROFILE


def _with_profile(sdp: str, profile: str) -> str:
    return re.sub(r"profile-level-id=[0-9A-Fa-f]{6}", f"profile-level-id={profile}", sdp)


def _with_candidates(answer: str) -> str:
    """Repeat the candidates in each section of the answer.

    A server writes them into the first section of the bundle alone (RFC 8843 section 7.2); aiortc 1.16 with
    max-bundle looks into the last one alone.
    """
    session, *sections = re.split(r"(?m)^(?=m=)", answer)
    candidates = "".join(re.findall(r"(?m)^a=(?:candidate:.*|end-of-candidates)\r?\n", sections[0] if sections else ""))
    return session + "".join(section if "a=candidate:" in section else section + candidates for section in sections)


def _gather_loopback() -> None:
    """Let aioice gather 127.0.0.1 too, which it leaves out."""
    if aioice.ice.get_host_addresses is not _addresses_with_loopback:
        aioice.ice.get_host_addresses = _addresses_with_loopback


_addresses = aioice.ice.get_host_addresses


def _addresses_with_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    return ["127.0.0.1"] * use_ipv4 + _addresses(use_ipv4, use_ipv6)
