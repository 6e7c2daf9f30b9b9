import contextlib

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.media import Section
from podium.relay.negotiate import (
    LocalTransport,
    accept_publisher,
    accept_viewer,
    answered_setup,
    write_answer,
    write_fragment,
)
from podium.relay.sdp import SdpCode, SdpRefused, parse_offer
from tests.relay.offers import PLAYERS, PUBLISHERS, offer

LOCAL = LocalTransport("ourfragment", "o" * 32, ":".join(["AB"] * 32), (("192.0.2.1", 8189), ("127.0.0.1", 8189)))


def publish(name: str) -> tuple[Section, ...]:
    return accept_publisher(parse_offer(offer(name)))


def answer(name: str) -> str:
    read = parse_offer(offer(name))
    return write_answer(read, accept_publisher(read), LOCAL, "recvonly", 7)


def play(player: str, publisher: str) -> tuple[Section, ...]:
    return accept_viewer(parse_offer(offer(player)), publish(publisher), (11, 22))


def sections_of(text: str) -> list[list[str]]:
    """The lines of each media section."""
    return [block.split("\r\n") for block in text.split("\r\nm=")[1:]]


@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("chromium_publish", {"audio": "opus", "video": "VP8"}),
        ("ffmpeg", {"audio": "opus", "video": "H264"}),
        ("gstreamer", {"audio": "OPUS", "video": "VP8"}),
        ("obs", {"audio": "opus", "video": "H264"}),
        ("rfc9725", {"audio": "opus", "video": "VP8"}),
    ],
)
def test_publisher_sends_the_first_carried_codec_of_its_offer(name: str, codecs: dict[str, str]) -> None:
    assert {section.kind: section.codecs[0].name for section in publish(name)} == codecs
    assert all(len(section.codecs) == 1 for section in publish(name))


@pytest.mark.parametrize("name", PUBLISHERS)
def test_answer_to_a_publisher(name: str) -> None:
    text = answer(name)
    assert text.count("a=group:BUNDLE ") == 1  # WI-16
    assert "\r\na=ice-lite\r\n" in text.split("\r\nm=")[0]  # WI-26
    sections = sections_of(text)
    assert len(sections) == 2
    for lines in sections:
        assert "a=recvonly" in lines  # WI-07
        assert "a=rtcp-mux" in lines
        assert "a=rtcp-mux-only" in lines  # WI-17
        assert lines[0].split()[1] != "0"
        assert (
            "a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host" in lines
        )  # WI-25; aiortc reads the last section's
        assert "a=end-of-candidates" in lines
    assert "transport-wide-cc" not in text
    assert "transport-cc" not in text


@pytest.mark.parametrize("name", [*PUBLISHERS, *PLAYERS])
def test_answers_keep_the_order_and_names_of_sections(name: str) -> None:
    read = parse_offer(offer(name))
    accepted = (
        accept_publisher(read) if name in PUBLISHERS else accept_viewer(read, publish("chromium_publish"), (1, 2))
    )
    text = write_answer(read, accepted, LOCAL, "recvonly", 7)
    assert [section.mid for section in accepted] == [section.mid for section in read.sections]
    assert [media.rtp.muxId for media in SessionDescription.parse(text).media] == [s.mid for s in read.sections]


@pytest.mark.parametrize("name", PUBLISHERS)
def test_reduced_size_rtcp_is_answered_only_when_offered(name: str) -> None:
    """RFC 5506, 5.1."""
    assert ("a=rtcp-rsize" in answer(name)) == ("a=rtcp-rsize" in offer(name))


def test_dtls_role() -> None:
    """WI-23, WI-24: server for actpass and active, client for FFmpeg's passive."""
    assert answered_setup(parse_offer(offer("obs"))) == "passive"
    assert answered_setup(parse_offer(offer("obs").replace("setup:actpass", "setup:active"))) == "passive"
    assert answered_setup(parse_offer(offer("ffmpeg"))) == "active"
    assert "a=setup:active" in answer("ffmpeg")


def edited(name: str, *changes: tuple[str, str]) -> str:
    text = offer(name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


SECOND_VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:2\r\na=sendonly\r\na=rtpmap:98 VP8/90000\r\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (edited("obs", ("a=sendonly", "a=recvonly")), SdpCode.DIRECTION),  # WI-08
        (edited("obs", ("a=sendonly", "a=inactive")), SdpCode.DIRECTION),
        (edited("obs", ("BUNDLE 0 1", "BUNDLE 0 1 2")) + SECOND_VIDEO, SdpCode.TOO_MANY_TRACKS),  # WI-19
        (edited("ffmpeg", ("a=msid:FFmpeg video", "a=msid:other video")), SdpCode.TOO_MANY_STREAMS),
        (edited("obs", ("H264/90000", "H263/90000")), SdpCode.CODEC_UNSUPPORTED),  # WI-21
        (edited("obs", ("packetization-mode=1", "packetization-mode=0")), SdpCode.CODEC_UNSUPPORTED),
        (edited("obs", ("m=audio", "m=application")), SdpCode.MEDIA_UNSUPPORTED),  # WI-20
        (edited("obs", ("UDP/TLS/RTP/SAVPF", "RTP/AVP")), SdpCode.MEDIA_UNSUPPORTED),
        (edited("obs", ("SAVPF 96", "SAVPF 111"), (":96 ", ":111 ")), SdpCode.MALFORMED),
    ],
)
def test_offers_no_publisher_may_make(text: str, code: SdpCode) -> None:
    with pytest.raises(SdpRefused) as refused:
        accept_publisher(parse_offer(text))
    assert refused.value.code is code


def test_sendrecv_is_accepted_from_a_publisher() -> None:
    """WI-08."""
    assert accept_publisher(parse_offer(edited("obs", ("a=sendonly", "a=sendrecv"))))


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_feed_of_one_kind(kind: str) -> None:
    head, *blocks = offer("obs").replace("BUNDLE 0 1", f"BUNDLE {0 if kind == 'audio' else 1}").split("m=")
    text = head + "m=" + next(block for block in blocks if block.startswith(kind))
    assert [section.kind for section in accept_publisher(parse_offer(text))] == [kind]
    viewer = accept_viewer(parse_offer(offer("chromium_play")), accept_publisher(parse_offer(text)), (1, 2))
    assert {section.kind for section in viewer} == {"audio", "video"}


@pytest.mark.parametrize("player", PLAYERS)
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_every_player_is_answered_with_what_the_feed_sends_first(player: str, publisher: str) -> None:
    sent = {section.kind: section.codecs[0].name.lower() for section in publish(publisher)}
    for section in play(player, publisher):
        assert section.codecs[0].name.lower() == sent[section.kind]


def test_viewer_keeps_its_payload_types_and_the_other_carried_codecs() -> None:
    video = next(section for section in play("firefox_play", "ffmpeg") if section.kind == "video")
    assert [(codec.name, codec.payload_type) for codec in video.codecs] == [("H264", 126), ("VP8", 120)]


def test_answer_to_a_viewer() -> None:
    read = parse_offer(offer("firefox_play"))
    text = write_answer(read, play("firefox_play", "chromium_publish"), LOCAL, "sendonly", 7)
    streams = {line.split()[0] for line in text.split("\r\n") if line.startswith("a=msid:")}
    assert streams == {"a=msid:podium"}  # WE-14: one MediaStream
    for lines, ssrc in zip(sections_of(text), (11, 22), strict=True):
        assert "a=sendonly" in lines  # WE-01
        assert f"a=ssrc:{ssrc} cname:podium" in lines


def test_viewer_that_cannot_play_the_feed_is_told() -> None:
    """MP-19."""
    text = edited("firefox_play", ("H264/90000", "H265/90000"))
    with pytest.raises(SdpRefused) as refused:
        accept_viewer(parse_offer(text), publish("ffmpeg"), (1, 2))
    assert refused.value.code is SdpCode.CODEC_MISMATCH


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
def test_viewer_must_want_to_receive(direction: str) -> None:
    """WE-02."""
    text = edited("firefox_play", ("a=recvonly", f"a={direction}"))
    with pytest.raises(SdpRefused) as refused:
        accept_viewer(parse_offer(text), publish("ffmpeg"), (1, 2))
    assert refused.value.code is SdpCode.DIRECTION


def test_restart_fragment_repeats_the_ice_attributes_of_the_answer() -> None:
    """WS-14, WS-17."""
    text = write_fragment(publish("obs"), LOCAL)
    assert text.startswith("a=ice-lite\r\na=ice-options:trickle ice2\r\n")
    assert "a=ice-ufrag:ourfragment\r\na=ice-pwd:" in text
    assert "a=candidate:2 1 udp" in text


EVIL = st.sampled_from(["", "0", "-1", "²", "9" * 30, ":", "=", " ", "/", "\0", "é", ";;=", "a=", "m="])


@given(st.data())
def test_damaged_lines_are_answered_or_refused(data: st.DataObject) -> None:
    lines = offer(data.draw(st.sampled_from([*PUBLISHERS, *PLAYERS]))).split("\r\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[at])))
        cut = data.draw(st.integers(0, 6))
        lines[at] = lines[at][:column] + data.draw(EVIL) + lines[at][column + cut :]
    with contextlib.suppress(SdpRefused):
        read = parse_offer("\r\n".join(lines))
        accepted = accept_publisher(read)
        text = write_answer(read, accepted, LOCAL, "recvonly", 7)
        assert text.count("\r\nm=") == len(read.sections)
