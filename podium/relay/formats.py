"""What the attributes of one media section say: payload types, header extensions, announced sources, simulcast layers.

Lines that matter to nobody who only carries packets are passed over; what contradicts itself is Unreadable.
Sources: RFC 8866 section 6 (rtpmap, fmtp), RFC 4585 (rtcp-fb), RFC 8285 (extmap), RFC 5576 (ssrc, ssrc-group),
RFC 8851 (rid), RFC 8853 (simulcast).
"""

import re
from collections.abc import Iterator, Sequence

from podium.relay.media import Codec

#: Layers of one simulcast that are taken; further ones are left out of the answer.
MOST_LAYERS = 4
#: Kinds of feedback that are read for one payload type; a wildcard counts for each of them, real offers name six.
MOST_FEEDBACK = 32

_NUMBER = re.compile(r"[0-9]{1,9}")
_SSRC = re.compile(r"[0-9]{1,10}")
_RID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_SENT = re.compile(r"(?:^|\s)send\s+(?:rid=)?(\S+)")
_EXTENSION_DIRECTIONS = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})

Attributes = Sequence[tuple[str, str]]


class Unreadable(ValueError):
    """The text is one sentence for a developer."""


def codecs(attributes: Attributes, payload_types: Sequence[str]) -> tuple[Codec, ...]:
    """The formats of the m-line in its order, whatever they are called; those without rtpmap are left out."""
    maps = dict(_by_payload_type(attributes, "rtpmap"))
    parameters = dict(_by_payload_type(attributes, "fmtp"))
    feedback: dict[str, list[str]] = {}
    for number, line in _by_payload_type(attributes, "rtcp-fb"):
        known = feedback.setdefault(number, [])
        if len(known) < MOST_FEEDBACK:
            known.append(line)
    found = []
    for number in dict.fromkeys(payload_types):
        if not _NUMBER.fullmatch(number) or int(number) > 127:
            raise Unreadable("a payload type is not a number from 0 to 127")
        if number not in maps:
            continue  # a static payload type of RFC 3551: nothing the relay forwards
        name, _, rate = maps[number].partition("/")
        clock, _, channels = rate.partition("/")
        if not _NUMBER.fullmatch(clock) or not _NUMBER.fullmatch(channels or "1"):
            raise Unreadable(f"the rtpmap of payload type {number} is not name/clock")
        wanted = frozenset(feedback.get(number, []) + feedback.get("*", []))
        found.append(Codec(int(number), name, int(clock), int(channels or "1"), parameters.get(number, ""), wanted))
    return tuple(found)


def extensions(attributes: Attributes) -> tuple[dict[int, str], dict[int, str]]:
    """Header extensions: URI by id, and the direction of those that have one."""
    uris: dict[int, str] = {}
    directions: dict[int, str] = {}
    for value in _values(attributes, "extmap"):
        parts = value.split()
        number, _, direction = parts[0].partition("/") if parts else ("", "", "")
        if len(parts) < 2 or not _NUMBER.fullmatch(number):
            raise Unreadable("an extmap line is not id and URI")
        if 1 <= int(number) <= 255:
            uris[int(number)] = parts[1]
            if direction in _EXTENSION_DIRECTIONS:
                directions[int(number)] = direction
    return uris, directions


def sources(attributes: Attributes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The announced media SSRCs (layers of an SSRC simulcast in its order) and, if all have one, their RTX partners."""
    announced = dict.fromkeys(number for value in _values(attributes, "ssrc") for number in _ssrcs(value.split()[:1]))
    partners: dict[int, int] = {}
    simulcast: list[int] = []
    for value in _values(attributes, "ssrc-group"):
        semantics, *numbers = value.split() or [""]
        group = _ssrcs(numbers)
        if semantics == "FID" and len(group) == 2:
            partners[group[0]] = group[1]
        elif semantics == "SIM":
            simulcast = group
    repairs = set(partners.values())
    media = tuple(dict.fromkeys(ssrc for ssrc in (*simulcast, *announced) if ssrc not in repairs))
    return media, tuple(partners[ssrc] for ssrc in media) if partners.keys() >= set(media) else ()


def layers(attributes: Attributes) -> dict[str, str]:
    """Restriction ids that are sent as a simulcast, in its order, with their restrictions (`pt=..;max-width=..`).

    Of alternatives for one layer the first is taken; one that is paused at first (`~`) counts like any other.
    """
    restrictions: dict[str, str] = {}
    for value in _values(attributes, "rid"):
        name, direction, rest, *_ = [*value.split(maxsplit=2), "", "", ""]
        if direction == "send" and _RID.fullmatch(name):
            restrictions[name] = rest
    simulcast = next((match for value in _values(attributes, "simulcast") if (match := _SENT.search(value))), None)
    wanted = [layer.partition(",")[0].lstrip("~") for layer in simulcast[1].split(";")] if simulcast else []
    return {name: restrictions[name] for name in [name for name in wanted if name in restrictions][:MOST_LAYERS]}


def _values(attributes: Attributes, name: str) -> Iterator[str]:
    return (value for key, value in attributes if key == name)


def _by_payload_type(attributes: Attributes, name: str) -> Iterator[tuple[str, str]]:
    for value in _values(attributes, name):
        number, _, rest = value.partition(" ")
        yield number, rest.strip()


def _ssrcs(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if _SSRC.fullmatch(text) and int(text) < 1 << 32]
