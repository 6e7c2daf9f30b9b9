"""What the relay agrees to: offers in, the sections the media plane works with out.

A publisher is answered with every codec of its offer that the relay carries, in its order: browsers send the first,
programs made with Pion list them all and send the one of their track. Beside Opus it may send RED (RFC 2198). A viewer
is answered so too, the feed's present codec first: a publisher that comes back with another one then needs no new session. Retransmissions (RFC 4588) go with each codec. Forward error correction, comfort noise and
tones are left out.
Sources: RFC 9725 section 4.4, RFC 8829 section 5.3, RFC 9143, RFC 8853, RFC 8285.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Literal

from podium.relay.media import (
    ABSOLUTE_SEND_TIME,
    FORWARDED_EXTENSIONS,
    REPAIRED_RID,
    RID,
    TRANSPORT_SEQUENCE,
    WANTED_EXTENSIONS,
    Codec,
    Section,
    common,
)
from podium.relay.sdp import Offer, OfferedSection, SdpCode, SdpRefused

CARRIED = {"audio": ("opus",), "video": ("vp8", "h264", "vp9", "av1", "h265")}
#: The only clock of all that is carried (RFC 7587 section 4.1; RFC 6184, RFC 7741, RFC 7798, RFC 9628 and that of AV1).
CLOCK_RATES = {"audio": 48_000, "video": 90_000}
REDUNDANCY = "red"
RETRANSMISSION = "rtx"
#: Feedback that the relay gives a publisher, and takes from a viewer.
PUBLISHER_FEEDBACK = frozenset({"nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"})
VIEWER_FEEDBACK = frozenset({"nack", "nack pli", "ccm fir", "goog-remb"})
PULL_FEEDBACK = frozenset({"nack", "nack pli", "ccm fir"})
#: What is sent to a viewer besides what its publisher sends.
VIEWER_EXTENSIONS = FORWARDED_EXTENSIONS | {ABSOLUTE_SEND_TIME}
#: Beyond this an extension needs the two-byte form, which may be mixed with the other one only by agreement (RFC 8285, 4.1).
HIGHEST_SHORT_ID = 14


def accept_publisher(offer: Offer) -> tuple[Section, ...]:
    """The sections of a publisher's answer, in the offer's order. Raises SdpRefused."""
    _check(offer, ("sendonly", "sendrecv"), "a publisher offers sendonly")
    if len({stream for section in offer.sections for stream in section.streams if stream != "-"}) > 1:
        raise SdpRefused(SdpCode.TOO_MANY_STREAMS, "one MediaStream per session (RFC 9725, 4.4.2)")
    sections = tuple(_published(offered) for offered in offer.sections)
    numbers = [
        number
        for section in sections
        for number in (*(codec.payload_type for codec in section.codecs), *section.retransmissions.values())
    ]
    if len(set(numbers)) != len(numbers):
        raise SdpRefused(SdpCode.MALFORMED, "a payload type means two codecs within one bundle (RFC 9143, 9.1)")
    return sections


def accept_viewer(offer: Offer, feed: Sequence[Section], ssrcs: Sequence[tuple[int, int]]) -> tuple[Section, ...]:
    """The sections of a viewer's answer; `feed` is what its publisher sends.

    `ssrcs` are two fresh numbers per section: of its media, and of its retransmissions.
    Raises SdpRefused, with `codec_mismatch` when the viewer cannot play what the feed sends.
    """
    _check(offer, ("recvonly", "sendrecv"), "a viewer offers recvonly")
    mixed = offer.extmap_allow_mixed
    sections = []
    for offered, (ssrc, repair) in zip(offer.sections, ssrcs, strict=True):
        codecs = _carried(offered, VIEWER_FEEDBACK, plays=True)
        sent = next((section for section in feed if section.kind == offered.kind), None)
        if sent is not None:
            present = common(sent, Section(_kind(offered), offered.mid, codecs))
            if all(codec.name.lower() == REDUNDANCY for codec in present):
                names = ", ".join(codec.name for codec in sent.codecs)
                raise SdpRefused(SdpCode.CODEC_MISMATCH, f"the feed sends {names}, which the offer does not have")
            codecs = present + tuple(codec for codec in codecs if codec not in present)
        highest = 255 if mixed or offered.extmap_allow_mixed else HIGHEST_SHORT_ID
        extensions = {
            number: uri for number, uri in _agreed(offered, VIEWER_EXTENSIONS, "sendonly").items() if number <= highest
        }
        retransmissions = _retransmissions(offered, codecs)
        sections.append(
            Section(
                _kind(offered),
                offered.mid,
                codecs,
                extensions,
                (ssrc,),
                retransmissions,
                (repair,) if retransmissions else (),
            )
        )
    return tuple(sections)


def accept_pulled(answer: Offer) -> tuple[Section, ...]:
    """The sections of a server's answer to `PULLED`: it sends, in whichever of its codecs. Raises SdpRefused."""
    _check(answer, ("sendonly", "sendrecv"), "who is pulled from answers sendonly")
    found = []
    for answered in answer.sections:
        codecs = _carried(answered, PULL_FEEDBACK)
        found.append(
            Section(
                _kind(answered),
                answered.mid,
                codecs,
                _agreed(answered, FORWARDED_EXTENSIONS, "recvonly"),
                answered.ssrcs,
                _retransmissions(answered, codecs),
                answered.repair_ssrcs,
            )
        )
    return tuple(found)


def pushed(feed: Sequence[Section], ssrcs: Sequence[tuple[int, int]]) -> tuple[Section, ...]:
    """What is offered to a server that a feed is pushed to; `ssrcs` as in `accept_viewer`. One codec per section."""
    free = count(96)
    offered = []
    for section, (ssrc, repair) in zip(feed, ssrcs, strict=False):
        main = next(codec for codec in section.codecs if codec.name.lower() != REDUNDANCY)
        media, again = next(free), next(free)
        feedback = frozenset({"nack", "nack pli", "ccm fir", "goog-remb"} if section.kind == "video" else ())
        repaired = {media: again} if feedback else {}
        offered.append(
            Section(
                section.kind,
                section.kind,
                (replace(main, payload_type=media, feedback=feedback),),
                _numbered(section.extensions.values()),
                (ssrc,),
                repaired,
                (repair,) if repaired else (),
            )
        )
    return tuple(offered)


def _numbered(uris: Iterable[str]) -> dict[int, str]:
    return dict(enumerate((uri for uri in uris if uri in FORWARDED_EXTENSIONS), 1))


def _pulled() -> tuple[Section, ...]:
    """Every codec that the relay carries, each with retransmissions, in payload types of its own."""
    profiles = [
        ("VP8", ""),
        *(("H264", f"packetization-mode=1;profile-level-id={level}") for level in ("42e01f", "4d001f", "64001f")),
        *(("VP9", f"profile-id={number}") for number in (0, 2)),
        ("AV1", ""),
        ("H265", "profile-id=1"),
    ]
    video = tuple(
        Codec(number, name, 90_000, 1, parameters, PULL_FEEDBACK)
        for number, (name, parameters) in zip(count(96, 2), profiles, strict=False)
    )
    opus = Codec(120, "opus", 48_000, 2, "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1", frozenset({"nack"}))
    red = Codec(121, REDUNDANCY, 48_000, 2, "120/120")
    extensions = _numbered(sorted(FORWARDED_EXTENSIONS))
    return (
        Section("audio", "0", (opus, red), extensions),
        Section("video", "1", video, extensions, (), {codec.payload_type: codec.payload_type + 1 for codec in video}),
    )


def _published(offered: OfferedSection) -> Section:
    codecs = _carried(offered, PUBLISHER_FEEDBACK)
    main = next(codec for codec in codecs if codec.name.lower() != REDUNDANCY)
    wanted = set(WANTED_EXTENSIONS)
    if TRANSPORT_SEQUENCE in offered.extensions.values() and "transport-cc" in main.feedback:
        wanted.add(TRANSPORT_SEQUENCE)
        codecs = tuple(replace(codec, feedback=codec.feedback - {"goog-remb"}) for codec in codecs)
    else:
        wanted.add(ABSOLUTE_SEND_TIME)
        codecs = tuple(replace(codec, feedback=codec.feedback - {"transport-cc"}) for codec in codecs)
    layers = _layers(offered, main)
    if layers:
        wanted |= {RID, REPAIRED_RID}
    return Section(
        _kind(offered),
        offered.mid,
        codecs,
        _agreed(offered, wanted, "recvonly"),
        offered.ssrcs,
        _retransmissions(offered, codecs),
        offered.repair_ssrcs,
        layers,
    )


def _layers(offered: OfferedSection, main: Codec) -> tuple[str, ...]:
    """The layers that may come in this codec; none when their packets would not tell which they are (RFC 8852)."""
    if RID not in _agreed(offered, {RID}, "recvonly").values():
        return ()
    found = []
    for layer, restrictions in offered.layers.items():
        numbers = next((part[3:].split(",") for part in restrictions.split(";") if part.startswith("pt=")), None)
        if numbers is None or str(main.payload_type) in numbers:
            found.append(layer)
    return tuple(found)


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


def _carried(offered: OfferedSection, feedback: frozenset[str], *, plays: bool = False) -> tuple[Codec, ...]:
    """The offered codecs which the relay carries, in the offer's order, with the feedback it serves.

    plays: H.264 of any packetization mode will do where there is none in mode 1. GStreamer names no mode, and takes fragments.
    """
    timed = [codec for codec in offered.codecs if codec.clock_rate == CLOCK_RATES[offered.kind]]
    known = [codec for codec in timed if codec.name.lower() in CARRIED[offered.kind]]
    main = [codec for codec in known if _is_fragmentable(codec)]
    if plays and not any(codec.name.lower() == "h264" for codec in main):
        main = known
    if not main:
        names = ", ".join(name.upper() for name in CARRIED[offered.kind])
        raise SdpRefused(SdpCode.CODEC_UNSUPPORTED, f"the {offered.kind} section offers none of {names}")
    return tuple(
        replace(codec, feedback=codec.feedback & feedback)
        for codec in timed
        if codec in main or (codec.name.lower() == REDUNDANCY and offered.kind == "audio" and _is_complete(codec, main))
    )


def _is_fragmentable(codec: Codec) -> bool:
    """H.264 only in packetization mode 1: without fragments a key frame does not fit a datagram (RFC 6184, 6.3)."""
    return codec.name.lower() != "h264" or codec.parameter("packetization-mode", "0") == "1"


def _is_complete(codec: Codec, main: Sequence[Codec]) -> bool:
    """Whether all that a RED format holds (`111/111`, RFC 2198 section 5) is agreed on too."""
    if codec.name.lower() != REDUNDANCY:
        return True
    numbers = {str(codec.payload_type) for codec in main}
    return all(block.strip() in numbers for block in codec.parameters.split("/"))


def _retransmissions(offered: OfferedSection, codecs: Sequence[Codec]) -> Mapping[int, int]:
    """Media payload type to RTX payload type, for those of `codecs` whose retransmissions are asked for by NACK."""
    found: dict[int, int] = {}
    numbers = {str(codec.payload_type): codec.payload_type for codec in codecs if "nack" in codec.feedback}
    for codec in offered.codecs:
        if codec.name.lower() == RETRANSMISSION and (of := numbers.get(codec.parameter("apt", ""))) is not None:
            found.setdefault(of, codec.payload_type)
    return found


def _agreed(
    offered: OfferedSection, wanted: frozenset[str] | set[str], ours: Literal["sendonly", "recvonly"]
) -> dict[int, str]:
    """Extensions of the offer by id that are wanted and may go our way."""
    theirs = ("recvonly", "sendrecv") if ours == "sendonly" else ("sendonly", "sendrecv")
    return {
        number: uri
        for number, uri in offered.extensions.items()
        if uri in wanted and offered.extension_directions.get(number, "sendrecv") in theirs
    }


#: What is offered to a server that a feed is pulled from.
PULLED = _pulled()
