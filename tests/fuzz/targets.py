"""What is given such inputs, and what must hold of it whatever the input: only the declared errors, bounded results."""

from __future__ import annotations

import contextlib
import struct
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass

from aioice import stun as ice

from podium.relay import keyframe, redundancy, rtcp, rtp, stun
from podium.relay.answer import Candidate, LocalTransport, answered_setup, write_answer, write_fragment
from podium.relay.media import Codec, Section
from podium.relay.negotiate import accept_publisher, accept_viewer
from podium.relay.parametersets import parameter_sets
from podium.relay.picture import is_reordered, picture_of
from podium.relay.pictureid import PictureShift, following, picture_numbers, shifted
from podium.relay.sdp import SdpRefused, parse_fragment, parse_offer
from podium.relay.source import Source
from podium.relay.stream import Stream
from podium.relay.tcp import Connection
from podium.relay.udp import Address, UdpPort
from tests.relay.media import KEY, audio_section, video_section, wire
from tests.relay.offers import PLAYERS, PUBLISHERS, offer

PASSWORD = "p" * 22
HERE = ("192.0.2.1", 5000)
LOCAL = LocalTransport("ours", "o" * 32, ":".join(["AB"] * 32), (Candidate("192.0.2.1", 8189),))
VIDEO_CODECS = tuple(Codec(96, name, 90000) for name in ("VP8", "VP9", "AV1", "H264", "H265"))


@dataclass(frozen=True)
class Target:
    """`run` takes one input and raises nothing; what it returns stands for the memory that the input costs."""

    name: str
    run: Callable[[bytes], object]
    samples: tuple[bytes, ...]


def weight(value: object) -> int:
    """About how many bytes a result holds."""
    if isinstance(value, bytes | str):
        return 16 + len(value)
    if is_dataclass(value) and not isinstance(value, type):
        return 16 + sum(weight(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, dict):
        return 16 + sum(weight(key) + weight(content) for key, content in value.items())
    if isinstance(value, Iterable):
        return 16 + sum(weight(each) for each in value)
    return 16


def allowance(data: bytes) -> int:
    """What an input of this size may cost: a NACK names 17 packets in four bytes, and each of them is a number."""
    return 16_384 + 160 * len(data)


# STUN


def _binding(**attributes: object) -> bytes:
    message = ice.Message(
        ice.Method.BINDING,
        ice.Class.REQUEST,
        transaction_id=bytes(12),
        attributes={name.replace("_", "-"): value for name, value in attributes.items()},
    )
    message.add_message_integrity(PASSWORD.encode())
    return bytes(message)


CHECKS = (
    _binding(USERNAME="ours:theirs", PRIORITY=1, ICE_CONTROLLING=7, USE_CANDIDATE=None),
    _binding(USERNAME="ours:theirs", ICE_CONTROLLED=7, SOFTWARE="client"),
    _binding(USERNAME="nobody:theirs", XOR_MAPPED_ADDRESS=HERE),
    _binding(USERNAME="ours:theirs", MAPPED_ADDRESS=("2001:db8::1", 9), ERROR_CODE=(487, "Role Conflict")),
    _binding(REALM="realm", NONCE=b"nonce", LIFETIME=600, CHANNEL_NUMBER=0x4000),
)


def _stun(data: bytes) -> object:
    request = stun.parse_request(data)
    if request is None:
        return None
    authentic = stun.is_authentic(request, PASSWORD)
    replies = stun.success(request, PASSWORD, HERE), stun.role_conflict(request, PASSWORD)
    return authentic, request.ufrag, request.message.attributes, replies


# RTP and what is in it

RTP_SAMPLES = (
    wire(1, 100, KEY, marker=True),
    wire(65535, 2**32 - 1, b"\x10\x01delta", extensions=((4, b"\x01"), (3, b"mid"))),
    wire(2, 200, b"x" * 40, extensions=((200, b"a" * 30),)),
    b"\xb3\x60" + bytes(10) + bytes(12) + b"\xbe\xde\x00\x01\x10\xff\x00\x00payload\x00\x00\x03",
    b"\x90\x60" + bytes(10) + b"\x10\x00\x00\x02\x05\x03abc\x00\x00\x00rest",
)


def _rtp(data: bytes) -> object:
    rtp.classify(data)
    try:
        packet = rtp.parse(data)
    except rtp.Malformed:
        return None
    again = rtp.parse(rtp.build(packet))
    assert again == packet, "what is built again reads as it was"
    return packet, packet.media


PAYLOADS = (
    KEY,
    b"\x90\x80\x81\x02\x00\x00",
    b"\x8f\x80\x01\x08\x21",
    b"\x18\x0a\x06\x42\x00",
    b"\x78\x00\x04\x67\x42\x00\x1f\x00\x03\x68\xce\x3c\x00\x02\x65\x88",
    b"\x7c\x85\x88\x84",
    b"\x67\x42\x00\x1f",
    b"\x60\x01\x00\x03\x40\x01v\x00\x03\x42\x01s\x00\x03\x44\x01p",
    b"\x62\x01\x93data",
    b"\xef\x00\x00\x04\x6fredo" + b"primary",
)


def _payload(data: bytes) -> object:
    shift = PictureShift(40, 7)
    found: list[object] = [
        redundancy.primary(data),
        is_reordered("H264", data),
        picture_numbers(data),
        shifted(data, shift),
    ]
    found.append(following(KEY, shift, data))
    for codec in VIDEO_CODECS:
        test = keyframe.detector(codec.name)
        if test is not None and data:
            found.append(test(data))
        found.append(picture_of(codec.name, data))
        sets = parameter_sets(codec)
        if sets is not None:
            found.append((sets.learn(data), sets.payload()))
    return found


class _Arrivals:
    """One stream that all inputs of a run go into: what it keeps stays bounded over all of them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.streams = [(codec, self._stream(codec)) for codec in VIDEO_CODECS]

    def _stream(self, codec: Codec) -> Stream:
        stream = Stream("video")
        stream.attach(Source(0x1111, 90000, repairs=True), video_section(codec))
        return stream

    def __call__(self, data: bytes) -> object:
        self.now += 0.001
        try:
            packet = rtp.parse(data)
        except rtp.Malformed:
            return None
        codec, stream = self.streams[packet.ssrc % len(self.streams)]
        packet = rtp.RtpPacket(
            codec.payload_type,
            packet.marker,
            packet.sequence,
            packet.timestamp,
            0x1111,
            packet.payload,
            packet.csrcs,
            packet.extensions,
            packet.padding,
        )
        kept = stream.take(packet, self.now)
        assert stream.source is not None
        assert len(stream.source.missing) < 4096
        return kept, stream.source.due(self.now), stream.source.report(self.now)


# RTCP

RTCP_MESSAGES: tuple[rtcp.Message, ...] = (
    rtcp.SenderReport(1, 2**63, 90000, 10, 1000, (rtcp.Report(2, 128, -5, 70000, 3, 4, 5),)),
    rtcp.ReceiverReport(1, (rtcp.Report(2, 0, 5, 70000, 3, 4, 5), rtcp.Report(3, 255, 2**22, 1, 0, 0, 0))),
    rtcp.Nack(1, 2, (65530, 65535, 0, 3, 40)),
    rtcp.KeyFrameRequest(1, 2),
    rtcp.Remb(1, 2_500_000, (2, 3)),
    rtcp.Goodbye((1, 2)),
)
RTCP_SAMPLES = (
    *(rtcp.build([message]) for message in RTCP_MESSAGES),
    rtcp.build([RTCP_MESSAGES[1]]) + rtcp.description(1, "podium") + rtcp.build(RTCP_MESSAGES[2:]),
    struct.pack("!BBHIIIB3x", 0x84, 206, 4, 1, 0, 2, 7) + bytes(4),  # a full intra request
    b"\xaf\xcd\x00\x05" + bytes(8) + b"\x00\x01\x00\x04\x00\x00\x00\x00\x20\x04\x01\x02",  # transport-wide feedback
)


def _rtcp(data: bytes) -> object:
    messages, unread = rtcp.parse(data)
    assert unread >= 0
    assert len(messages) <= 64 * 64
    rtcp.parse(rtcp.build(messages))
    return messages


# SDP

OFFERS = tuple(offer(name).encode() for name in (*PUBLISHERS, *PLAYERS))
FRAGMENTS = (
    (
        b"a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
        b"a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r\n"
        b"a=candidate:3471623853 1 udp 2122194687 2001:db8::1 61765 typ host\r\na=end-of-candidates\r\n"
    ),
    b"a=ice-ufrag:another\r\na=ice-pwd:anotherpasswordof22chars\r\n",
    b"a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=end-of-candidates\r\n",
)


def _published() -> tuple[Section, ...]:
    return accept_publisher(parse_offer(offer("chromium_publish")))


def _sdp(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    try:
        read = parse_offer(text)
    except SdpRefused as refused:
        return refused.code, refused.detail
    answers: list[str] = []
    for accept in (accept_publisher, lambda one: accept_viewer(one, _PUBLISHED, ((1, 2),) * len(one.sections))):
        with contextlib.suppress(SdpRefused):
            sections = accept(read)
            answered_setup(read)
            answers.append(write_answer(read, sections, LOCAL, "recvonly", 7))
    for answer in answers:
        assert len(answer) <= 4096 + 2 * len(data), "an answer is hardly longer than its offer"
    return read, answers


_PUBLISHED = _published()


def _sdpfrag(data: bytes) -> object:
    try:
        fragment = parse_fragment(data.decode("utf-8", "replace"))
    except SdpRefused as refused:
        return refused.code, refused.detail
    return fragment, write_fragment((video_section(), audio_section()), LOCAL)


# The port that all of it comes in by


class _Door:
    """A port with one peer: whatever comes, it answers what it must and its tables stay as small as they are."""

    password = PASSWORD
    controls = False

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.port = UdpPort(self, Counter())  # type: ignore[arg-type]
        self.port.admit("ours", self)

    def __call__(self, data: bytes) -> object:
        self.sent.clear()
        self.port.dispatch(data, HERE)
        assert sum(map(len, self.sent)) <= 2 * len(data) + 64, "an answer is hardly longer than what asked for it"
        return list(self.sent)

    def sendto(self, datagram: bytes, _address: Address) -> None:
        self.sent.append(datagram)

    def checked(self, address: Address, nominated: bool, priority: int) -> None:
        pass

    def dtls(self, datagram: bytes) -> None:
        pass

    def media(self, datagram: bytes) -> None:
        pass


class _Framing:
    """A TCP connection of a stranger, whose bytes come in two pieces; what it holds back is one frame at most."""

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self.port = self
        self.frames: list[bytes] = []

    def __call__(self, data: bytes) -> object:
        self.frames.clear()
        self.aborted = False
        connection = Connection(self)  # type: ignore[arg-type]
        connection._transport = self  # type: ignore[assignment]
        half = len(data) // 2
        for piece in (data[:half], data[half:]):
            if not self.aborted:  # as a transport does
                connection.data_received(piece)
        assert sum(len(frame) + 2 for frame in self.frames) <= len(data), "no byte is read twice"
        assert len(connection._received) <= len(data)
        assert all(self.frames), "no frame is empty"
        return list(self.frames)

    def abort(self) -> None:
        self.aborted = True

    def dispatch(self, frame: bytes, _address: Address) -> None:
        self.frames.append(frame)

    def knows(self, _address: Address) -> bool:
        return True


def _framed(*frames: bytes) -> bytes:
    return b"".join(len(frame).to_bytes(2, "big") + frame for frame in frames)


def targets() -> tuple[Target, ...]:
    """All of them, with fresh state."""
    return (
        Target("stun", _stun, CHECKS),
        Target("rtp", _rtp, RTP_SAMPLES),
        Target("payload", _payload, PAYLOADS),
        Target("stream", _Arrivals(), RTP_SAMPLES),
        Target("rtcp", _rtcp, RTCP_SAMPLES),
        Target("sdp", _sdp, OFFERS),
        Target("sdpfrag", _sdpfrag, FRAGMENTS),
        Target("framing", _Framing(), (_framed(*CHECKS), _framed(*RTP_SAMPLES), _framed(*RTCP_SAMPLES))),
        Target("port", _Door(), (*CHECKS, *RTP_SAMPLES, *RTCP_SAMPLES, b"\x16\xfe\xfd" + bytes(30))),
    )
