"""What a publisher plays: a source of encoded packets, each handed out when its moment has come."""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import av.stream

MediaPacket: TypeAlias = "av.Packet[av.stream.Stream]"
"""An encoded packet with its time base; PyAV packets name the kind of their stream in their type."""


class MediaError(Exception):
    """The media cannot be played; the message is a sentence for the person who asked for it."""


class EndOfMedia(Exception):
    """There is nothing more to play."""


class FormatChanged(Exception):
    """The source goes on in another format, so a new session is needed; the message says why."""


@dataclass(frozen=True)
class VideoFormat:
    """What the video packets hold. `profile_level_id` is that of RFC 6184, H.264 only."""

    codec: Literal["VP8", "H264"]
    width: int
    height: int
    profile_level_id: str | None = None


class Source(Protocol):
    """Media that runs in real time. `start` comes first, and again before each new session."""

    @property
    def name(self) -> str:
        """What is played, for people."""

    @property
    def video_format(self) -> VideoFormat | None:
        """The format of the video, None without video."""

    @property
    def has_audio(self) -> bool:
        """Whether there are Opus packets."""

    def start(self) -> None:
        """Go on from here, with a key frame first."""

    async def video(self) -> MediaPacket:
        """Wait for the next picture: VP8, or H.264 in Annex B form. Raises EndOfMedia, MediaError, FormatChanged."""

    async def audio(self) -> MediaPacket:
        """Wait for the next Opus packet. Raises EndOfMedia, MediaError, FormatChanged."""

    def request_key_frame(self) -> None:
        """A viewer needs a key frame (PLI or FIR). Nothing happens where packets are passed through."""

    def close(self) -> None:
        """Give back files and threads."""
