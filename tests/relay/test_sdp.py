import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.sdp import SdpCode, SdpRefused, parse_fragment, parse_offer
from tests.relay.offers import PLAYERS, PUBLISHERS, offer


@pytest.mark.parametrize("name", PUBLISHERS + PLAYERS)
def test_reads_the_offer_of_every_client(name: str) -> None:
    read = parse_offer(offer(name))
    assert {section.kind for section in read.sections} == {"audio", "video"}
    assert read.bundled
    assert read.transport.ufrag
    assert read.transport.fingerprints[0][0] == "sha-256"


@pytest.mark.parametrize("name", PUBLISHERS + PLAYERS)
def test_reads_offers_with_bare_line_feeds_too(name: str) -> None:
    assert parse_offer(offer(name).replace("\r\n", "\n")) == parse_offer(offer(name))


def test_bundle_only_section_has_port_zero_and_no_transport() -> None:
    """WI-18: the RFC's own example."""
    read = parse_offer(offer("rfc9725"))
    assert [section.mid for section in read.sections] == ["0", "1"]
    assert read.transport.ufrag == "EsAw"


def test_transport_at_session_level() -> None:
    assert parse_offer(offer("obs")).transport.password == "ezjAjgSSLLvbRhUA1zc6Se"


def test_codecs_keep_parameters_and_feedback() -> None:
    video = parse_offer(offer("chromium_publish")).sections[1]
    high = next(codec for codec in video.codecs if codec.payload_type == 116)
    assert (high.name, high.clock_rate) == ("H264", 90000)
    assert high.parameter("profile-level-id", "") == "4d001f"
    assert {"nack", "nack pli", "ccm fir", "goog-remb"} <= high.feedback


def test_directed_header_extensions_lose_only_their_direction() -> None:
    audio = parse_offer(offer("firefox_play")).sections[0]
    assert audio.extensions[2] == "urn:ietf:params:rtp-hdrext:csrc-audio-level"


def without(name: str, *starts: str) -> str:
    return "".join(line for line in offer(name).splitlines(keepends=True) if not line.startswith(starts))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", SdpCode.MALFORMED),
        ("hello", SdpCode.MALFORMED),
        ("v=0\r\n\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", SdpCode.MALFORMED),
        ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n", SdpCode.NO_MEDIA),
        ("v=0\r\nm=audio\r\n", SdpCode.MALFORMED),
        ("v=0\r\nm=audio nine UDP/TLS/RTP/SAVPF 111\r\n", SdpCode.MALFORMED),
        ("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1e2\r\n", SdpCode.MALFORMED),
        ("v=0\r\n" + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 17, SdpCode.TOO_MANY_TRACKS),
        ("v=0\r\n" + "a=x\r\n" * 5000, SdpCode.MALFORMED),
        (offer("ffmpeg").replace("a=setup:passive", "a=setup:holdconn"), SdpCode.SETUP),
        (offer("ffmpeg").replace("a=mid:1", "a=mid:0"), SdpCode.MALFORMED),
        (offer("ffmpeg").replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/fast"), SdpCode.MALFORMED),
        (offer("ffmpeg").replace("opus/48000/2", "opus/48000/²"), SdpCode.MALFORMED),
        (offer("ffmpeg").replace("opus/48000", "opus/" + "9" * 5000), SdpCode.MALFORMED),
        (offer("ffmpeg").replace("sha-256 18:EC", "sha-256 18EC"), SdpCode.MALFORMED),
        (offer("rfc9725").replace("a=ice-ufrag:EsAw", "a=ice-ufrag:E sAw"), SdpCode.MALFORMED),
        (offer("rfc9725").replace("a=bundle-only\r\n", ""), SdpCode.MEDIA_UNSUPPORTED),
        (without("ffmpeg", "a=group"), SdpCode.NOT_BUNDLED),
        (without("ffmpeg", "a=ice-ufrag"), SdpCode.TRANSPORT_MISSING),
        (without("ffmpeg", "a=ice-pwd"), SdpCode.TRANSPORT_MISSING),
        (without("ffmpeg", "a=fingerprint"), SdpCode.TRANSPORT_MISSING),
        (without("ffmpeg", "a=setup"), SdpCode.TRANSPORT_MISSING),
    ],
)
def test_what_cannot_be_served_is_refused_with_its_code(text: str, code: SdpCode) -> None:
    with pytest.raises(SdpRefused) as refused:
        parse_offer(text)
    assert refused.value.code is code


@given(st.data())
def test_damaged_offers_are_read_or_refused(data: st.DataObject) -> None:
    text = offer(data.draw(st.sampled_from(PUBLISHERS + PLAYERS)))
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 60)))
    damaged = text[:start] + data.draw(st.text(max_size=20)) + text[stop:]
    with contextlib.suppress(SdpRefused):
        parse_offer(damaged)


TRICKLE = """a=group:BUNDLE 0 1\r
m=audio 9 UDP/TLS/RTP/SAVPF 111\r
a=mid:0\r
a=ice-ufrag:EsAw\r
a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r
a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r
a=candidate:1 1 udp 2113937151 4f9c3d8e-a.local 50000 typ host\r
a=candidate:3471623853 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active\r
a=end-of-candidates\r
"""


def test_reads_the_credentials_of_a_fragment() -> None:
    fragment = parse_fragment(TRICKLE)
    assert (fragment.ufrag, fragment.password) == ("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1")


def test_fragment_may_say_only_that_there_are_no_more_candidates() -> None:
    """WS-13."""
    fragment = parse_fragment("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=end-of-candidates\r\n")
    assert (fragment.ufrag, fragment.password) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "candidate",
        "a=mid:0\r\n",
        "a=ice-ufrag:EsAw\r\n",
        "a=ice-ufrag:E\r\na=ice-pwd:short\r\n",
        TRICKLE + "\0",
    ],
)
def test_malformed_fragments_are_refused(text: str) -> None:
    with pytest.raises(SdpRefused) as refused:
        parse_fragment(text)
    assert refused.value.code is SdpCode.FRAGMENT_MALFORMED
