"""RTCP: reports (RFC 3550 section 6, RFC 3611), feedback (RFC 4585, RFC 5104) and REMB (draft-alvestrand-rmcat-remb).

`parse` never raises: what is cut, unknown or contradictory is left out, and the count of what was left out is
returned for the counters. SSRCs are integers, times in RTCP units (NTP 32.32, delays in 1/65536 s).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

SENDER_REPORT = 200
RECEIVER_REPORT = 201
DESCRIPTION = 202
GOODBYE = 203
TRANSPORT_FEEDBACK = 205
PAYLOAD_FEEDBACK = 206
EXTENDED_REPORT = 207

GENERIC_NACK = 1
PICTURE_LOSS = 1
FULL_INTRA_REQUEST = 4
APPLICATION_LAYER = 15

REFERENCE_TIME = 4
DELAYS = 5

#: Blocks of a compound packet that are read; a datagram holds far fewer of any use.
MOST_BLOCKS = 64
#: Sequence numbers read from one datagram's NACKs.
MOST_LOST = 512

_HEADER = struct.Struct("!BBH")
_WORD = struct.Struct("!I")
_TWO_WORDS = struct.Struct("!II")
_THREE_WORDS = struct.Struct("!III")
_NTP = struct.Struct("!Q")
_SENDER_INFO = struct.Struct("!IQIII")
_REPORT = struct.Struct("!IIIIII")
_LOST = struct.Struct("!HH")


@dataclass(frozen=True, slots=True)
class Report:
    """A report block: how one SSRC arrives. `fraction` is loss in 1/256 since the last report."""

    ssrc: int
    fraction: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    ssrc: int
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Goodbye:
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nack:
    """Generic NACK: the 16-bit sequence numbers of `media` that did not arrive."""

    ssrc: int
    media: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyFrameRequest:
    """A PLI, or an FIR entry, which asks for the same."""

    ssrc: int
    media: int


@dataclass(frozen=True, slots=True)
class Remb:
    """Receiver estimated maximum bitrate, bits per second, of all `media` together."""

    ssrc: int
    bitrate: int
    media: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReferenceTime:
    """RFC 3611 section 4.4: when this was sent (NTP 32.32), from somebody who sends no media."""

    ssrc: int
    ntp: int


@dataclass(frozen=True, slots=True)
class Delay:
    """RFC 3611 section 4.5: to `receiver`, the middle of its last reference time and how long that was kept."""

    ssrc: int
    receiver: int
    last_reference: int
    delay: int


Message = SenderReport | ReceiverReport | Goodbye | Nack | KeyFrameRequest | Remb | ReferenceTime | Delay


def parse(datagram: bytes) -> tuple[list[Message], int]:
    """The messages of a compound packet in the clear, and how many blocks could not be read."""
    messages: list[Message] = []
    unread = position = 0
    left = MOST_LOST
    for _ in range(MOST_BLOCKS):
        if position + 4 > len(datagram):
            break
        first, kind, words = _HEADER.unpack_from(datagram, position)
        end = position + 4 + 4 * words
        if first >> 6 != 2 or end > len(datagram):
            return messages, unread + 1
        body = datagram[position + 4 : end]
        if first & 0x20 and body:  # padding, allowed in the last block
            body = body[: max(0, len(body) - body[-1])]
        try:
            for message in _read(kind, first & 0x1F, body):
                if isinstance(message, Nack):
                    message = replace(message, lost=message.lost[:left])
                    left -= len(message.lost)
                messages.append(message)
        except struct.error:
            unread += 1
        position = end
    return messages, unread + (position < len(datagram))


def _read(kind: int, count: int, body: bytes) -> list[Message]:
    if kind == SENDER_REPORT:
        ssrc, ntp, timestamp, packets, octets = _SENDER_INFO.unpack_from(body)
        return [SenderReport(ssrc, ntp, timestamp, packets, octets, _read_reports(body, 24, count))]
    if kind == RECEIVER_REPORT:
        (ssrc,) = _WORD.unpack_from(body)
        return [ReceiverReport(ssrc, _read_reports(body, 4, count))]
    if kind == GOODBYE:
        return [Goodbye(tuple(struct.unpack_from(f"!{count}I", body)))]
    if kind == EXTENDED_REPORT:
        (ssrc,) = _WORD.unpack_from(body)
        return list(_read_extended(ssrc, body))
    if kind in (TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK):
        ssrc, media = _TWO_WORDS.unpack_from(body)
        return _read_feedback(kind, count, ssrc, media, body[8:])
    return []


def _read_extended(ssrc: int, body: bytes) -> Iterator[Message]:
    position = 4
    while position + 4 <= len(body):
        form, _reserved, words = _HEADER.unpack_from(body, position)
        position += 4
        if form == REFERENCE_TIME and words == 2:
            yield ReferenceTime(ssrc, *_NTP.unpack_from(body, position))
        elif form == DELAYS:
            for at in range(position, min(position + 4 * words, len(body)) - 11, 12):
                yield Delay(ssrc, *_THREE_WORDS.unpack_from(body, at))
        position += 4 * words


def _read_reports(body: bytes, position: int, count: int) -> tuple[Report, ...]:
    reports = []
    for number in range(count):
        ssrc, loss, *rest = _REPORT.unpack_from(body, position + 24 * number)
        lost = loss & 0xFFFFFF
        reports.append(Report(ssrc, loss >> 24, lost - (1 << 24) if lost >> 23 else lost, *rest))
    return tuple(reports)


def _read_feedback(kind: int, form: int, ssrc: int, media: int, control: bytes) -> list[Message]:
    if kind == TRANSPORT_FEEDBACK and form == GENERIC_NACK:
        return [Nack(ssrc, media, _read_lost(control))]
    if kind == PAYLOAD_FEEDBACK and form == PICTURE_LOSS:
        return [KeyFrameRequest(ssrc, media)]
    if kind == PAYLOAD_FEEDBACK and form == FULL_INTRA_REQUEST:
        entries = {_WORD.unpack_from(control, at)[0]: None for at in range(0, len(control) - 7, 8)}
        return [KeyFrameRequest(ssrc, target) for target in entries]
    if kind == PAYLOAD_FEEDBACK and form == APPLICATION_LAYER and control[:4] == b"REMB":
        (rate,) = _WORD.unpack_from(control, 4)
        targets = struct.unpack_from(f"!{rate >> 24}I", control, 8)
        return [Remb(ssrc, (rate & 0x3FFFF) << (rate >> 18 & 0x3F), targets)]
    return []


def _read_lost(control: bytes) -> tuple[int, ...]:
    lost: dict[int, None] = {}
    for at in range(0, len(control) - 3, 4):
        first, mask = _LOST.unpack_from(control, at)
        lost[first] = None
        for bit in range(16):
            if mask >> bit & 1:
                lost[first + 1 + bit & 0xFFFF] = None
        if len(lost) >= MOST_LOST:
            break
    return tuple(lost)[:MOST_LOST]


def build(messages: Iterable[Message]) -> bytes:
    """A compound packet of these messages, in this order."""
    return b"".join(_write(message) for message in messages)


def description(ssrc: int, cname: str) -> bytes:
    """A source description block with the canonical name, which every compound report carries (section 6.1)."""
    name = cname.encode()
    item = bytes((1, len(name))) + name
    chunk = _WORD.pack(ssrc) + item + bytes(4 - len(item) % 4)
    return block(1, DESCRIPTION, chunk)


def _write(message: Message) -> bytes:
    match message:
        case SenderReport():
            info = _SENDER_INFO.pack(message.ssrc, message.ntp, message.timestamp, message.packets, message.octets)
            return block(len(message.reports), SENDER_REPORT, info + _write_reports(message.reports))
        case ReceiverReport():
            body = _WORD.pack(message.ssrc) + _write_reports(message.reports)
            return block(len(message.reports), RECEIVER_REPORT, body)
        case Goodbye():
            return block(len(message.ssrcs), GOODBYE, struct.pack(f"!{len(message.ssrcs)}I", *message.ssrcs))
        case Nack():
            body = _TWO_WORDS.pack(message.ssrc, message.media) + _write_lost(message.lost)
            return block(GENERIC_NACK, TRANSPORT_FEEDBACK, body)
        case KeyFrameRequest():
            return block(PICTURE_LOSS, PAYLOAD_FEEDBACK, _TWO_WORDS.pack(message.ssrc, message.media))
        case Remb():
            return block(APPLICATION_LAYER, PAYLOAD_FEEDBACK, _write_remb(message))
        case ReferenceTime():
            return _extended(message.ssrc, REFERENCE_TIME, _NTP.pack(message.ntp))
        case Delay():
            body = _THREE_WORDS.pack(message.receiver, message.last_reference, message.delay)
            return _extended(message.ssrc, DELAYS, body)


def block(count: int, kind: int, body: bytes) -> bytes:
    """One packet of a compound. `body` is filled up to whole words, behind the padding bit (RFC 3550, 6.4.1)."""
    missing = -len(body) % 4
    if missing:
        return _HEADER.pack(0xA0 | count, kind, len(body) // 4 + 1) + body + bytes(missing - 1) + bytes((missing,))
    return _HEADER.pack(0x80 | count, kind, len(body) // 4) + body


def _extended(ssrc: int, form: int, content: bytes) -> bytes:
    return block(0, EXTENDED_REPORT, _WORD.pack(ssrc) + _HEADER.pack(form, 0, len(content) // 4) + content)


def _write_reports(reports: Sequence[Report]) -> bytes:
    return b"".join(
        _REPORT.pack(
            report.ssrc,
            report.fraction << 24 | max(-(1 << 23), min(report.lost, (1 << 23) - 1)) & 0xFFFFFF,
            report.highest,
            report.jitter,
            report.last_report,
            report.delay,
        )
        for report in reports
    )


def _write_lost(lost: Sequence[int]) -> bytes:
    entries: list[list[int]] = []
    for sequence in lost:
        distance = sequence - entries[-1][0] & 0xFFFF if entries else 0
        if entries and 1 <= distance <= 16:
            entries[-1][1] |= 1 << distance - 1
        elif not entries or distance:
            entries.append([sequence, 0])
    return b"".join(_LOST.pack(first, mask) for first, mask in entries)


def _write_remb(message: Remb) -> bytes:
    exponent = max(0, message.bitrate.bit_length() - 18)
    rate = len(message.media) << 24 | exponent << 18 | message.bitrate >> exponent
    head = _TWO_WORDS.pack(message.ssrc, 0) + b"REMB" + _WORD.pack(rate)
    return head + struct.pack(f"!{len(message.media)}I", *message.media)
