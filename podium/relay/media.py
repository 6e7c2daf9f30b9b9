"""What SDP agreed about one media section, and which codecs and header extensions may pass from one peer to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

MediaKind = Literal["audio", "video"]

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
VIDEO_CONTENT_TYPE = "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_SEQUENCE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
ABSOLUTE_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"

#: Extensions that speak of the picture or the sound and so survive forwarding. All others belong to one hop.
FORWARDED_EXTENSIONS = frozenset(
    {
        AUDIO_LEVEL,
        "urn:3gpp:video-orientation",
        "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
        VIDEO_CONTENT_TYPE,
        "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
        "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
    }
)

#: What to answer to a publisher: also the section's name, by which an unknown SSRC finds its section (RFC 8843).
WANTED_EXTENSIONS = FORWARDED_EXTENSIONS | {MID}

_NO_EXTENSIONS: Mapping[int, str] = MappingProxyType({})
_NO_RETRANSMISSIONS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Codec:
    """One payload type as negotiated: `a=rtpmap`, `a=fmtp` and the `a=rtcp-fb` lines that the answer keeps."""

    payload_type: int
    name: str
    clock_rate: int
    channels: int = 1
    parameters: str = ""
    feedback: frozenset[str] = frozenset()

    def parameter(self, name: str, default: str) -> str:
        """One value of the format parameters; names are compared without case (RFC 6838)."""
        for part in self.parameters.split(";"):
            key, _, value = part.partition("=")
            if key.strip().lower() == name:
                return value.strip()
        return default

    def matches(self, other: Codec) -> bool:
        """Whether packets of this codec may be sent, untouched, to a peer that agreed on `other`."""
        name = self.name.lower()
        if (name, self.clock_rate, self._channels()) != (other.name.lower(), other.clock_rate, other._channels()):
            return False
        if name == "h264":
            return self._packetization() == other._packetization() and self._profile() == other._profile()
        if name == "vp9":
            return self.parameter("profile-id", "0") == other.parameter("profile-id", "0")
        if name == "av1":
            return self.parameter("profile", "0") == other.parameter("profile", "0")
        if name == "h265":
            return self.parameter("profile-id", "1") == other.parameter("profile-id", "1")
        return True

    def likeness(self, other: Codec) -> int:
        """2 when both are H.264 in the same packetization mode, 1 when both are H.264, whatever the profiles; else 0."""
        if not self.name.lower() == other.name.lower() == "h264":
            return 0
        return 2 if self._packetization() == other._packetization() else 1

    def _channels(self) -> int:
        """Opus is always said to have two (RFC 7587 section 7); GStreamer leaves that out, and means the same."""
        return 2 if self.name.lower() == "opus" else self.channels

    def _packetization(self) -> str:
        return self.parameter("packetization-mode", "0")

    def _profile(self) -> str:
        """H.264 profile_idc (RFC 6184 section 8.1). Constraints and level are left out: decoders take what fits."""
        return self.parameter("profile-level-id", "420010")[:2].lower()


@dataclass(frozen=True, slots=True)
class Section:
    """One m-section of a session: its media codecs, header extensions (id to URI) and announced SSRCs.

    `retransmissions` maps a media payload type to its RTX payload type (RFC 4588, `apt`), `repair_ssrcs` holds the RTX
    partner of each of `ssrcs` (RFC 5576, FID), or nothing. `layers` are the restriction ids of a simulcast (RFC 8853), as offered.
    """

    kind: MediaKind
    mid: str
    codecs: tuple[Codec, ...]
    extensions: Mapping[int, str] = field(default_factory=lambda: _NO_EXTENSIONS)
    ssrcs: tuple[int, ...] = ()
    retransmissions: Mapping[int, int] = field(default_factory=lambda: _NO_RETRANSMISSIONS)
    repair_ssrcs: tuple[int, ...] = ()
    layers: tuple[str, ...] = ()

    def codec(self, payload_type: int) -> Codec | None:
        """The codec of a payload type."""
        return next((codec for codec in self.codecs if codec.payload_type == payload_type), None)


def counterpart(sent: Codec, offered: Iterable[Codec]) -> Codec | None:
    """The codec of `offered` that takes packets of `sent`.

    H.264 is taken by another profile's payload type when there is none of its own: decoders go by the stream's
    parameter sets, and most play more than they offer. So do depacketizers: who offers mode 0 alone takes fragments.
    """
    found: tuple[int, Codec | None] = (0, None)
    for codec in offered:
        if sent.matches(codec):
            return codec
        likeness = sent.likeness(codec)
        if likeness > found[0]:
            found = likeness, codec
    return found[1]


def common(sent: Section, wanted: Section) -> tuple[Codec, ...]:
    """The codecs of `wanted` (with its payload types) that can take what `sent` carries, in the order of `sent`."""
    found = (counterpart(codec, wanted.codecs) for codec in sent.codecs)
    return tuple(dict.fromkeys(codec for codec in found if codec is not None))
