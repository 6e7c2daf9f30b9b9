"""Session descriptions as peers send them: offers and trickle fragments, read tolerantly.

Codecs are opaque payload-type maps: what a payload type means is the peers' business, the relay only has to
carry it. Sources: RFC 8866 (SDP), RFC 8829 (JSEP), RFC 9143 (BUNDLE), RFC 8839 (ICE in SDP), RFC 8840 (trickle),
RFC 9725 (WHIP).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from podium.relay import formats
from podium.relay.media import Codec

_LINE = re.compile(r"([a-z])=(.*)")
_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_FINGERPRINT = re.compile(r"([A-Za-z0-9-]{1,32}) ((?:[0-9A-Fa-f]{2}:){15,63}[0-9A-Fa-f]{2})")
_TOKEN = re.compile(r"[!#-'*+\-.0-9A-Z^-~]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_DIRECTIONS = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})
_CANDIDATE = re.compile(r"a=candidate:\S+ 1 (?:udp|UDP) \d+ ([0-9A-Fa-f.:]+) (\d{1,5}) typ .*")
_MOST_CANDIDATES = 16
_MAX_LINES = 4000
_MAX_SECTIONS = 16


class SdpCode(StrEnum):
    """Why a description is refused. The closed list; clients may rely on these strings."""

    MALFORMED = "sdp_malformed"
    FRAGMENT_MALFORMED = "fragment_malformed"
    TRANSPORT_MISSING = "sdp_transport_missing"
    NO_MEDIA = "sdp_no_media"
    TOO_MANY_TRACKS = "sdp_too_many_tracks"
    TOO_MANY_STREAMS = "sdp_too_many_streams"
    MEDIA_UNSUPPORTED = "sdp_media_unsupported"
    DIRECTION = "sdp_direction"
    NOT_BUNDLED = "sdp_not_bundled"
    SETUP = "sdp_setup"
    CODEC_UNSUPPORTED = "codec_unsupported"
    CODEC_MISMATCH = "codec_mismatch"


class SdpRefused(ValueError):
    """A description that cannot be served. `code` is stable, `detail` one sentence for a developer."""

    def __init__(self, code: SdpCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Transport:
    """ICE credentials, certificate fingerprints (algorithm, `AB:CD...`) and DTLS setup role of a peer."""

    ufrag: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]
    setup: str


@dataclass(frozen=True, slots=True)
class OfferedSection:
    """One media section. `extensions` maps ids to URIs of RTP header extensions (RFC 8285), `streams` are msids.

    `extension_directions` holds the direction of those extensions that have one. `ssrcs` and `repair_ssrcs` are what
    the offerer announces to send; `layers` its simulcast: restrictions by restriction id, in order (RFC 8853).
    `reduced_size` allows RTCP that is no compound packet (RFC 5506).
    """

    kind: str
    protocol: str
    mid: str
    direction: str
    codecs: tuple[Codec, ...]
    extensions: dict[int, str]
    extension_directions: dict[int, str]
    ssrcs: tuple[int, ...]
    repair_ssrcs: tuple[int, ...]
    layers: dict[str, str]
    streams: tuple[str, ...]
    extmap_allow_mixed: bool
    reduced_size: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer whose sections share one transport (max-bundle).

    `extmap_allow_mixed` was said for the whole session (RFC 8285 section 6); a section may say it for itself alone.
    """

    transport: Transport
    sections: tuple[OfferedSection, ...]
    bundled: bool
    extmap_allow_mixed: bool


@dataclass(frozen=True, slots=True)
class Fragment:
    """A trickle fragment. Without credentials `ufrag` and `password` are empty: the present ones are meant.

    The peer's candidates are not kept: an ICE-lite server sends no checks, it answers them (RFC 8445 section 2.5).
    """

    ufrag: str
    password: str


@dataclass(slots=True)
class _Block:
    """The attributes of the session (`media` empty) or of one media section, in order."""

    media: str = ""
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)

    def all(self, name: str) -> Iterator[str]:
        return (value for key, value in self.attributes if key == name)


def parse_offer(text: str) -> Offer:
    """Read an offer. Raises SdpRefused: what is broken, or what a bundled DTLS-SRTP session cannot do without."""
    session, media = _blocks(text, SdpCode.MALFORMED)
    if not text.startswith("v=0"):
        raise SdpRefused(SdpCode.MALFORMED, "a session description begins with v=0")
    if not media:
        raise SdpRefused(SdpCode.NO_MEDIA, "the offer has no media section")
    if len(media) > _MAX_SECTIONS:
        raise SdpRefused(SdpCode.TOO_MANY_TRACKS, f"the offer has more than {_MAX_SECTIONS} media sections")
    direction = next((key for key, _ in session.attributes if key in _DIRECTIONS), "sendrecv")
    sections = tuple(_section(block, index, direction) for index, block in enumerate(media))
    mids = [section.mid for section in sections]
    if len(set(mids)) != len(mids):
        raise SdpRefused(SdpCode.MALFORMED, "two media sections have the same mid")
    groups = [value.split()[1:] for value in session.all("group") if value.split()[:1] == ["BUNDLE"]]
    bundled = any(set(mids) == set(group) for group in groups)
    if not bundled and len(sections) > 1:
        raise SdpRefused(SdpCode.NOT_BUNDLED, "all media sections must be in one BUNDLE group (RFC 9725, 4.4.1)")
    # The offerer-tagged section carries the transport; some peers put it at session level or repeat it everywhere.
    tagged = mids.index(groups[0][0]) if bundled and groups[0] and groups[0][0] in mids else 0
    mixed = session.first("extmap-allow-mixed") is not None
    return Offer(_transport([media[tagged], session, *media]), sections, bundled, mixed)


def candidates(text: str) -> tuple[tuple[str, int], ...]:
    """Addresses and UDP ports at which the writer of a description is reached, without names and repetitions."""
    found = (_CANDIDATE.fullmatch(line.rstrip("\r")) for line in text.split("\n"))
    return tuple(dict.fromkeys((match[1], int(match[2])) for match in found if match))[:_MOST_CANDIDATES]


def parse_fragment(text: str) -> Fragment:
    """Read an `application/trickle-ice-sdpfrag` body (RFC 8840 section 9). Raises SdpRefused."""
    session, media = _blocks(text, SdpCode.FRAGMENT_MALFORMED)
    blocks = [session, *media]
    ufrag = next((value for block in blocks if (value := block.first("ice-ufrag")) is not None), None)
    password = next((value for block in blocks if (value := block.first("ice-pwd")) is not None), None)
    if (ufrag is None) != (password is None):
        raise SdpRefused(SdpCode.FRAGMENT_MALFORMED, "ice-ufrag and ice-pwd belong together")
    if ufrag and password and not (_UFRAG.fullmatch(ufrag) and _PASSWORD.fullmatch(password)):
        raise SdpRefused(SdpCode.FRAGMENT_MALFORMED, "ice-ufrag or ice-pwd breaks RFC 8839, 5.4")
    known = any(
        key in ("candidate", "end-of-candidates", "ice-ufrag") for block in blocks for key, _ in block.attributes
    )
    if not known:
        raise SdpRefused(SdpCode.FRAGMENT_MALFORMED, "the fragment has neither credentials nor candidates")
    return Fragment(ufrag or "", password or "")


def _blocks(text: str, code: SdpCode) -> tuple[_Block, list[_Block]]:
    session = _Block()
    media: list[_Block] = []
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) > _MAX_LINES:
        raise SdpRefused(code, f"more than {_MAX_LINES} lines")
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None or "\0" in line or "\r" in line:
            raise SdpRefused(code, f"line {number} is not type=value")
        kind, value = match.groups()
        if kind == "m":
            media.append(_Block(media=value))
        elif kind == "a":
            key, _, content = value.partition(":")
            (media[-1] if media else session).attributes.append((key, content.strip()))
    return session, media


def _section(block: _Block, index: int, direction: str) -> OfferedSection:
    parts = block.media.split()
    if len(parts) < 4 or not _NUMBER.fullmatch(parts[1].partition("/")[0]):
        raise SdpRefused(SdpCode.MALFORMED, f"m={block.media[:80]} is not kind, port, protocol, formats")
    kind, port, protocol, *payload_types = parts
    if port == "0" and block.first("bundle-only") is None:
        raise SdpRefused(SdpCode.MEDIA_UNSUPPORTED, "a media section is disabled (port 0 without bundle-only)")
    mid = block.first("mid")
    if mid is None:
        mid = str(index)
    if not _TOKEN.fullmatch(mid):
        raise SdpRefused(SdpCode.MALFORMED, "a mid is not a token")
    try:
        codecs = formats.codecs(block.attributes, payload_types) if "RTP/" in protocol else ()
        extensions, directions = formats.extensions(block.attributes)
    except formats.Unreadable as unreadable:
        raise SdpRefused(SdpCode.MALFORMED, str(unreadable)) from unreadable
    ssrcs, repair_ssrcs = formats.sources(block.attributes)
    return OfferedSection(
        kind=kind,
        protocol=protocol,
        mid=mid,
        direction=next((key for key, _ in block.attributes if key in _DIRECTIONS), direction),
        codecs=codecs,
        extensions=extensions,
        extension_directions=directions,
        ssrcs=ssrcs,
        repair_ssrcs=repair_ssrcs,
        layers=formats.layers(block.attributes),
        streams=tuple(dict.fromkeys(value.split()[0] for value in block.all("msid") if value.split())),
        extmap_allow_mixed=block.first("extmap-allow-mixed") is not None,
        reduced_size=block.first("rtcp-rsize") is not None,
    )


def _transport(blocks: list[_Block]) -> Transport:
    def first(name: str) -> str:
        value = next((value for block in blocks if (value := block.first(name)) is not None), None)
        if value is None:
            raise SdpRefused(SdpCode.TRANSPORT_MISSING, f"the offer has no a={name}")
        return value

    ufrag, password, setup = first("ice-ufrag"), first("ice-pwd"), first("setup").lower()
    first("fingerprint")
    lines = next(found for block in blocks if (found := list(block.all("fingerprint"))))
    matches = [_FINGERPRINT.fullmatch(line) for line in lines]
    if not _UFRAG.fullmatch(ufrag) or not _PASSWORD.fullmatch(password):
        raise SdpRefused(SdpCode.MALFORMED, "ice-ufrag or ice-pwd breaks RFC 8839, 5.4")
    if setup not in ("actpass", "active", "passive"):
        raise SdpRefused(SdpCode.SETUP, "setup must be actpass, active or passive")
    fingerprints = tuple((match[1].lower(), match[2].upper()) for match in matches if match)
    if len(fingerprints) != len(matches):
        raise SdpRefused(SdpCode.MALFORMED, "a fingerprint is not algorithm and hex pairs")
    return Transport(ufrag, password, fingerprints, setup)
