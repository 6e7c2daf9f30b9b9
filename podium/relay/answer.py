"""The text of our answers and offers: complete with all candidates, because the server does not trickle.

Sources: RFC 9725 section 4.4, RFC 8829 section 5.3, RFC 9143 (BUNDLE), RFC 8839 (ICE in SDP), RFC 6544 (ICE over TCP),
RFC 8840 (trickle), RFC 8853 section 5.3.2 (simulcast), RFC 5576 (sources).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from podium.relay.media import Codec, Section
from podium.relay.sdp import Offer, OfferedSection

CNAME = "podium"
ICE_ATTRIBUTES = ("ice-lite", "ice-options:trickle ice2")
#: Type preferences (RFC 8445, 5.1.2.2): TCP only where UDP does not get through (RFC 6544, 4.2).
UDP_PREFERENCE = 126
TCP_PREFERENCE = 90
TCP_PASSIVE = 4
_MIRRORED = {"sendonly": "/recvonly", "recvonly": "/sendonly"}

Direction = Literal["sendonly", "recvonly"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where we can be reached: an IPv4 or IPv6 address without zone, and a port. TCP means: we listen (passive)."""

    host: str
    port: int
    protocol: Literal["udp", "tcp"] = "udp"


@dataclass(frozen=True, slots=True)
class LocalTransport:
    """Our end of one session. `candidates`: the best first; `fingerprint` is the SHA-256 in `AB:CD`."""

    ufrag: str
    password: str
    fingerprint: str
    candidates: tuple[Candidate, ...]


def answered_setup(offer: Offer) -> Literal["active", "passive"]:
    """Our DTLS role: server unless the peer insists on being it (FFmpeg does)."""
    return "active" if offer.transport.setup == "passive" else "passive"


def write_answer(
    offer: Offer, sections: Sequence[Section], local: LocalTransport, direction: Direction, session_id: int
) -> str:
    """The answer to an offer whose accepted sections are `sections`, in its order."""
    lines = ["v=0", f"o=- {session_id} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    if offer.bundled:
        lines.append("a=group:BUNDLE " + " ".join(section.mid for section in sections))
    lines += [f"a={attribute}" for attribute in ICE_ATTRIBUTES]
    lines.append("a=msid-semantic: WMS *")
    if offer.extmap_allow_mixed:
        lines.append("a=extmap-allow-mixed")
    for offered, section in zip(offer.sections, sections, strict=True):
        lines += [
            f"m={section.kind} 9 {offered.protocol} {' '.join(str(number) for number in _payload_types(section))}",
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
        if offered.extmap_allow_mixed:
            lines.append("a=extmap-allow-mixed")
        lines += _extensions(offered, section)
        for codec in section.codecs:
            lines += _codec(codec, section.retransmissions.get(codec.payload_type))
        lines += _layers(offered, section) if direction == "recvonly" else _sources(section)
        lines += _candidates(local)  # in every section: aiortc, when it bundles, reads only the last one's
    return "\r\n".join(lines) + "\r\n"


def write_offer(
    sections: Sequence[Section], local: LocalTransport, direction: Literal["sendonly", "recvonly"], session_id: int
) -> str:
    """Our offer to another server, with all candidates. Who offers asks: this is no lite agent."""
    lines = ["v=0", f"o=- {session_id} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += ["a=group:BUNDLE " + " ".join(section.mid for section in sections), "a=ice-options:ice2"]
    lines.append("a=msid-semantic: WMS *")
    for section in sections:
        lines += [
            f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {' '.join(str(number) for number in _payload_types(section))}",
            "c=IN IP4 0.0.0.0",
            f"a=mid:{section.mid}",
            *_credentials(local),
            f"a=fingerprint:sha-256 {local.fingerprint}",
            "a=setup:actpass",
            f"a={direction}",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            *(f"a=extmap:{number} {uri}" for number, uri in section.extensions.items()),
        ]
        for codec in section.codecs:
            lines += _codec(codec, section.retransmissions.get(codec.payload_type))
        if direction == "sendonly":
            lines += _sources(section)
        lines += _candidates(local)
    return "\r\n".join(lines) + "\r\n"


def write_fragment(sections: Sequence[Section], local: LocalTransport) -> str:
    """The answer to an ICE restart (RFC 9725 section 4.3.3): our new credentials and the same candidates."""
    tagged = sections[0]
    lines = [f"a={attribute}" for attribute in ICE_ATTRIBUTES]
    lines.append("a=group:BUNDLE " + " ".join(section.mid for section in sections))
    lines += [f"m={tagged.kind} 9 UDP/TLS/RTP/SAVPF 0", f"a=mid:{tagged.mid}"]
    lines += [*_credentials(local), *_candidates(local)]
    return "\r\n".join(lines) + "\r\n"


def _credentials(local: LocalTransport) -> list[str]:
    return [f"a=ice-ufrag:{local.ufrag}", f"a=ice-pwd:{local.password}"]


def _candidates(local: LocalTransport) -> Iterator[str]:
    for index, candidate in enumerate(local.candidates):
        listens = candidate.protocol == "tcp"
        local_preference = (TCP_PASSIVE << 13 | 8191 - index) if listens else 65535 - index
        priority = (TCP_PREFERENCE if listens else UDP_PREFERENCE) << 24 | local_preference << 8 | 255
        where = f"{candidate.protocol} {priority} {candidate.host} {candidate.port} typ host"
        yield f"a=candidate:{index + 1} 1 {where}{' tcptype passive' if listens else ''}"
    yield "a=end-of-candidates"


def _payload_types(section: Section) -> Iterator[int]:
    for codec in section.codecs:
        yield codec.payload_type
        if codec.payload_type in section.retransmissions:
            yield section.retransmissions[codec.payload_type]


def _codec(codec: Codec, retransmission: int | None) -> Iterator[str]:
    channels = f"/{codec.channels}" if codec.channels != 1 else ""
    yield f"a=rtpmap:{codec.payload_type} {codec.name}/{codec.clock_rate}{channels}"
    if codec.parameters:
        yield f"a=fmtp:{codec.payload_type} {codec.parameters}"
    yield from (f"a=rtcp-fb:{codec.payload_type} {feedback}" for feedback in sorted(codec.feedback))
    if retransmission is not None:
        yield f"a=rtpmap:{retransmission} rtx/{codec.clock_rate}"
        yield f"a=fmtp:{retransmission} apt={codec.payload_type}"


def _extensions(offered: OfferedSection, section: Section) -> Iterator[str]:
    for number, uri in section.extensions.items():
        yield f"a=extmap:{number}{_MIRRORED.get(offered.extension_directions.get(number, ''), '')} {uri}"


def _layers(offered: OfferedSection, section: Section) -> Iterator[str]:
    """A layer keeps the restrictions it was offered with, less the payload types that are not answered."""
    if not section.layers:
        return
    for layer in section.layers:
        kept = []
        for restriction in filter(None, offered.layers[layer].split(";")):
            name, _, value = restriction.partition("=")
            if name.strip() == "pt":
                numbers = [number for number in value.split(",") if number in map(str, _payload_types(section))]
                restriction = f"pt={','.join(numbers)}"
            kept.append(restriction)
        yield f"a=rid:{layer} recv {';'.join(kept)}".rstrip()
    yield "a=simulcast:recv " + ";".join(section.layers)


def _sources(section: Section) -> Iterator[str]:
    yield f"a=msid:{CNAME} {section.kind}"
    for ssrc, repair in zip(section.ssrcs, section.repair_ssrcs, strict=False):
        yield f"a=ssrc-group:FID {ssrc} {repair}"
    for ssrc in (*section.ssrcs, *section.repair_ssrcs):
        yield f"a=ssrc:{ssrc} cname:{CNAME}"
        yield f"a=ssrc:{ssrc} msid:{CNAME} {section.kind}"
