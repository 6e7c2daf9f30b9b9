"""Publishers and viewers for tests of the media plane: real SRTP on both sides, no sockets of their own needed."""

from __future__ import annotations

import struct

import pylibsrtp

from podium.relay.media import Codec, Section
from podium.relay.rtp import RtpPacket, build

VP8 = Codec(96, "VP8", 90000, feedback=frozenset({"nack", "nack pli", "goog-remb"}))
H264 = Codec(102, "H264", 90000, parameters="level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")
OPUS = Codec(111, "opus", 48000, 2)
RED = Codec(63, "red", 48000, 2, parameters="111/111")
LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
ORIENTATION = "urn:3gpp:video-orientation"

KEY = b"\x10\x00" + b"k" * 60
DELTA = b"\x10\x01" + b"d" * 60
CONTINUED = b"\x00" + b"c" * 60

PROFILES = {
    "AES-128-GCM": (pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28),
    "AES-256-GCM": (pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44),
    "AES-128-CM": (pylibsrtp.Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30),
}


def session(direction: int, *, key: bytes = b"", profile: str = "AES-128-GCM") -> pylibsrtp.Session:
    """One direction of a transport; both ends with the same key understand each other."""
    number, length = PROFILES[profile]
    policy = pylibsrtp.Policy(
        key=(key * length)[:length] if key else bytes(range(length)),
        ssrc_type=direction,
        srtp_profile=number,
    )
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return pylibsrtp.Session(policy)


def outbound(key: bytes = b"", profile: str = "AES-128-GCM") -> pylibsrtp.Session:
    return session(pylibsrtp.Policy.SSRC_ANY_OUTBOUND, key=key, profile=profile)


def inbound(key: bytes = b"", profile: str = "AES-128-GCM") -> pylibsrtp.Session:
    return session(pylibsrtp.Policy.SSRC_ANY_INBOUND, key=key, profile=profile)


def packet(
    sequence: int,
    timestamp: int,
    payload: bytes = DELTA,
    *,
    ssrc: int = 0x1111,
    payload_type: int = 96,
    marker: bool = False,
    extensions: tuple[tuple[int, bytes], ...] = (),
) -> RtpPacket:
    return RtpPacket(
        payload_type=payload_type,
        marker=marker,
        sequence=sequence & 0xFFFF,
        timestamp=timestamp & 0xFFFFFFFF,
        ssrc=ssrc,
        payload=payload,
        extensions=extensions,
    )


def wire(*args: object, **options: object) -> bytes:
    return build(packet(*args, **options))  # type: ignore[arg-type]


def numbers(rtp: bytes) -> tuple[int, int, int]:
    """Sequence number, timestamp and SSRC of a packet in the clear."""
    found: tuple[int, int, int] = struct.unpack_from("!HII", rtp, 2)
    return found


def video_section(codec: Codec = VP8, *, ssrcs: tuple[int, ...] = ()) -> Section:
    return Section("video", "0", (codec,), {4: ORIENTATION}, ssrcs)


def audio_section(*, ssrcs: tuple[int, ...] = ()) -> Section:
    return Section("audio", "1", (OPUS,), {10: LEVEL}, ssrcs)
