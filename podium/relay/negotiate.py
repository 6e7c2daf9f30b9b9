"""What the relay agrees to: offers in, the sections the media plane works with and the answer's text out.

A publisher is held to one codec per section, the first of its offer that the relay carries, so that what a feed
sends is known before its first packet. A viewer is answered with every codec of its offer that the relay carries,
the feed's present one first: a publisher that comes back with another codec then needs no new session.
Sources: RFC 9725 section 4.4, RFC 8829 section 5.3, RFC 9143, RFC 8839, RFC 8840.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from podium.relay.media import WANTED_EXTENSIONS, Codec, Section, common, shared_extensions
from podium.relay.sdp import Offer, OfferedSection, SdpCode, SdpRefused

CNAME = "podium"
CARRIED = {"audio": ("opus",), "video": ("vp8", "h264")}
FEEDBACK = frozenset({"nack", "nack pli", "ccm fir", "goog-remb"})
ICE_ATTRIBUTES = ("ice-lite", "ice-options:trickle ice2")

Direction = Literal["sendonly", "recvonly"]


@dataclass(frozen=True, slots=True)
class LocalTransport:
    """Our end of one session. `candidates` are (host, port), the best first; `fingerprint` is the SHA-256 in `AB:CD`."""

    ufrag: str
    password: str
    fingerprint: str
    candidates: tuple[tuple[str, int], ...]


def accept_publisher(offer: Offer) -> tuple[Section, ...]:
    """The sections of a publisher's answer, in the offer's order. Raises SdpRefused."""
    _check(offer, ("sendonly", "sendrecv"), "a publisher offers sendonly")
    if len({stream for section in offer.sections for stream in section.streams if stream != "-"}) > 1:
        raise SdpRefused(SdpCode.TOO_MANY_STREAMS, "one MediaStream per session (RFC 9725, 4.4.2)")
    sections = []
    for offered in offer.sections:
        extensions = {number: uri for number, uri in offered.extensions.items() if uri in WANTED_EXTENSIONS}
        sections.append(Section(_kind(offered), offered.mid, _carried(offered)[:1], extensions))
    numbers = [codec.payload_type for section in sections for codec in section.codecs]
    if len(set(numbers)) != len(numbers):
        raise SdpRefused(SdpCode.MALFORMED, "a payload type means two codecs within one bundle (RFC 9143, 9.1)")
    return tuple(sections)


def accept_viewer(offer: Offer, feed: Sequence[Section], ssrcs: Sequence[int]) -> tuple[Section, ...]:
    """The sections of a viewer's answer; `feed` is what its publisher sends, `ssrcs` one number per section.

    Raises SdpRefused, with `codec_mismatch` when the viewer cannot play what the feed sends.
    """
    _check(offer, ("recvonly", "sendrecv"), "a viewer offers recvonly")
    sections = []
    for offered, ssrc in zip(offer.sections, ssrcs, strict=True):
        wanted = Section(_kind(offered), offered.mid, _carried(offered), offered.extensions, (ssrc,))
        sent = next((section for section in feed if section.kind == offered.kind), None)
        if sent is None:
            sections.append(replace(wanted, extensions={}))
            continue
        present = common(sent, wanted)
        if not present:
            names = ", ".join(codec.name for codec in sent.codecs)
            raise SdpRefused(SdpCode.CODEC_MISMATCH, f"the feed sends {names}, which the offer does not have")
        others = tuple(codec for codec in wanted.codecs if codec not in present)
        sections.append(
            replace(wanted, codecs=present + others, extensions=shared_extensions(sent, wanted)),
        )
    return tuple(sections)


def answered_setup(offer: Offer) -> Literal["active", "passive"]:
    """Our DTLS role: server unless the peer insists on being it (FFmpeg does)."""
    return "active" if offer.transport.setup == "passive" else "passive"


def write_answer(
    offer: Offer, sections: Sequence[Section], local: LocalTransport, direction: Direction, session_id: int
) -> str:
    """The answer's text, complete with all candidates: the server does not trickle."""
    lines = ["v=0", f"o=- {session_id} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    if offer.bundled:
        lines.append("a=group:BUNDLE " + " ".join(section.mid for section in sections))
    lines += [f"a={attribute}" for attribute in ICE_ATTRIBUTES]
    lines.append("a=msid-semantic: WMS *")
    if any(section.extmap_allow_mixed for section in offer.sections):
        lines.append("a=extmap-allow-mixed")
    for offered, section in zip(offer.sections, sections, strict=True):
        numbers = " ".join(str(codec.payload_type) for codec in section.codecs)
        lines += [
            f"m={section.kind} 9 {offered.protocol} {numbers}",
            "c=IN IP4 0.0.0.0",
            f"a=mid:{section.mid}",
            *_credentials(local),
            f"a=fingerprint:sha-256 {local.fingerprint}",
            f"a=setup:{answered_setup(offer)}",
            f"a={direction}",
            "a=rtcp-mux",
            "a=rtcp-mux-only",
        ]
        if offered.reduced_size:  # never unasked (RFC 5506, 5.1)
            lines.append("a=rtcp-rsize")
        lines += [f"a=extmap:{number} {uri}" for number, uri in section.extensions.items()]
        for codec in section.codecs:
            lines += _codec(codec)
        if direction == "sendonly":
            lines.append(f"a=msid:{CNAME} {section.kind}")
            lines += [f"a=ssrc:{ssrc} cname:{CNAME}" for ssrc in section.ssrcs]
            lines += [f"a=ssrc:{ssrc} msid:{CNAME} {section.kind}" for ssrc in section.ssrcs]
        lines += _candidates(local)  # in every section: aiortc, when it bundles, reads only the last one's
    return "\r\n".join(lines) + "\r\n"


def write_fragment(sections: Sequence[Section], local: LocalTransport) -> str:
    """The answer to an ICE restart (RFC 9725 section 4.3.3): our new credentials and the same candidates."""
    tagged = sections[0]
    lines = [f"a={attribute}" for attribute in ICE_ATTRIBUTES]
    lines.append("a=group:BUNDLE " + " ".join(section.mid for section in sections))
    lines += [f"m={tagged.kind} 9 UDP/TLS/RTP/SAVPF 0", f"a=mid:{tagged.mid}"]
    lines += _credentials(local) + _candidates(local)
    return "\r\n".join(lines) + "\r\n"


def _check(offer: Offer, directions: tuple[str, ...], rule: str) -> None:
    kinds = [section.kind for section in offer.sections]
    for section in offer.sections:
        if section.kind not in CARRIED or not section.protocol.endswith("RTP/SAVPF"):
            raise SdpRefused(
                SdpCode.MEDIA_UNSUPPORTED, f"m={section.kind} {section.protocol} is not audio or video over SAVPF"
            )
        if section.direction not in directions:
            raise SdpRefused(SdpCode.DIRECTION, f"{rule}, this section is {section.direction}")
    if len(set(kinds)) != len(kinds):
        raise SdpRefused(SdpCode.TOO_MANY_TRACKS, "at most one audio and one video track per session")


def _kind(offered: OfferedSection) -> Literal["audio", "video"]:
    return "audio" if offered.kind == "audio" else "video"


def _carried(offered: OfferedSection) -> tuple[Codec, ...]:
    """The offered codecs which the relay carries, in the offer's order, with the feedback it serves."""
    codecs = tuple(
        replace(codec, feedback=codec.feedback & FEEDBACK)
        for codec in offered.codecs
        if codec.name.lower() in CARRIED[offered.kind] and _fragmentable(codec)
    )
    if not codecs:
        names = ", ".join(name.upper() for name in CARRIED[offered.kind])
        raise SdpRefused(SdpCode.CODEC_UNSUPPORTED, f"the {offered.kind} section offers none of {names}")
    return codecs


def _fragmentable(codec: Codec) -> bool:
    """H.264 only in packetization mode 1: without fragments a key frame does not fit a datagram (RFC 6184, 6.3)."""
    return codec.name.lower() != "h264" or codec.parameter("packetization-mode", "0") == "1"


def _credentials(local: LocalTransport) -> list[str]:
    return [f"a=ice-ufrag:{local.ufrag}", f"a=ice-pwd:{local.password}"]


def _candidates(local: LocalTransport) -> list[str]:
    lines = []
    for index, (host, port) in enumerate(local.candidates):
        priority = (126 << 24) | ((65535 - index) << 8) | 255  # type host, component 1 (RFC 8445, 5.1.2.1)
        lines.append(f"a=candidate:{index + 1} 1 udp {priority} {host} {port} typ host")
    lines.append("a=end-of-candidates")
    return lines


def _codec(codec: Codec) -> list[str]:
    channels = f"/{codec.channels}" if codec.channels != 1 else ""
    lines = [f"a=rtpmap:{codec.payload_type} {codec.name}/{codec.clock_rate}{channels}"]
    if codec.parameters:
        lines.append(f"a=fmtp:{codec.payload_type} {codec.parameters}")
    lines += [f"a=rtcp-fb:{codec.payload_type} {feedback}" for feedback in sorted(codec.feedback)]
    return lines
