"""The text of answers, as a client reads it."""

import contextlib

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.answer import Candidate, LocalTransport, answered_setup, write_answer, write_fragment
from podium.relay.negotiate import accept_publisher, accept_viewer
from podium.relay.sdp import SdpRefused, parse_offer
from tests.relay.offers import PLAYERS, PUBLISHERS, edited, offer

CANDIDATES = (
    Candidate("192.0.2.1", 8189),
    Candidate("2001:db8::1", 8189),
    Candidate("192.0.2.1", 8189, "tcp"),
)
LOCAL = LocalTransport("ourfragment", "o" * 32, ":".join(["AB"] * 32), CANDIDATES)
SSRCS = ((11, 12), (22, 23))


def answer_publisher(text: str) -> str:
    read = parse_offer(text)
    return write_answer(read, accept_publisher(read), LOCAL, "recvonly", 7)


def answer_viewer(text: str, publisher: str = "chromium_publish") -> str:
    read = parse_offer(text)
    sections = accept_viewer(read, accept_publisher(parse_offer(offer(publisher))), SSRCS)
    return write_answer(read, sections, LOCAL, "sendonly", 7)


def sections_of(text: str) -> list[list[str]]:
    """The lines of each media section."""
    return [block.split("\r\n") for block in text.split("\r\nm=")[1:]]


@pytest.mark.parametrize("name", PUBLISHERS)
def test_answer_to_a_publisher(name: str) -> None:
    text = answer_publisher(offer(name))
    assert text.count("a=group:BUNDLE ") == 1
    assert "\r\na=ice-lite\r\n" in text.split("\r\nm=")[0]
    sections = sections_of(text)
    assert len(sections) == 2
    for lines in sections:
        assert "a=recvonly" in lines
        assert "a=rtcp-mux" in lines
        assert "a=rtcp-mux-only" in lines
        assert lines[0].split()[1] != "0"
        assert "a=end-of-candidates" in lines  # in each section: aiortc reads the last one's


def test_candidates_of_every_kind_udp_before_tcp() -> None:
    lines = sections_of(answer_publisher(offer("obs")))[0]
    assert [line for line in lines if line.startswith("a=candidate")] == [
        "a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::1 8189 typ host",
        "a=candidate:3 1 tcp 1520434687 192.0.2.1 8189 typ host tcptype passive",
    ]


@pytest.mark.parametrize("name", [*PUBLISHERS, *PLAYERS])
def test_answers_keep_the_order_and_names_of_sections(name: str) -> None:
    text = answer_publisher(offer(name)) if name in PUBLISHERS else answer_viewer(offer(name))
    names = [section.mid for section in parse_offer(offer(name)).sections]
    assert [media.rtp.muxId for media in SessionDescription.parse(text).media] == names


@pytest.mark.parametrize("name", PUBLISHERS)
def test_reduced_size_rtcp_is_answered_only_when_offered(name: str) -> None:
    """RFC 5506, 5.1."""
    assert ("a=rtcp-rsize" in answer_publisher(offer(name))) == ("a=rtcp-rsize" in offer(name))


def test_mixed_header_extensions_are_answered_where_they_were_offered() -> None:
    """RFC 8285, 6: for the session, or for a section alone."""
    line = "a=extmap-allow-mixed"
    whole = answer_publisher(offer("chromium_publish"))
    assert line in whole.split("\r\nm=")[0]
    assert not any(line in lines for lines in sections_of(whole))
    moved = edited("chromium_publish", (f"{line}\r\n", "")) + f"{line}\r\n"
    assert line not in answer_publisher(moved).split("\r\nm=")[0]
    assert [line in lines for lines in sections_of(answer_publisher(moved))] == [False, True]
    assert line not in answer_publisher(offer("obs"))


def test_dtls_role() -> None:
    """Server for actpass and active, client for FFmpeg's passive."""
    assert answered_setup(parse_offer(offer("obs"))) == "passive"
    assert answered_setup(parse_offer(edited("obs", ("setup:actpass", "setup:active")))) == "passive"
    assert answered_setup(parse_offer(offer("ffmpeg"))) == "active"
    assert "a=setup:active" in answer_publisher(offer("ffmpeg"))


def test_answer_to_a_viewer_announces_one_stream_with_its_retransmissions() -> None:
    text = answer_viewer(offer("firefox_play"))
    streams = {line.split()[0] for line in text.split("\r\n") if line.startswith("a=msid:")}
    assert streams == {"a=msid:podium"}
    audio, video = sections_of(text)
    assert "a=sendonly" in audio
    assert "a=ssrc:11 cname:podium" in audio
    assert not any(line.startswith("a=ssrc-group") for line in audio)
    assert "a=ssrc-group:FID 22 23" in video
    assert {"a=ssrc:22 cname:podium", "a=ssrc:23 cname:podium"} <= set(video)
    assert video[0] == "video 9 UDP/TLS/RTP/SAVPF 120 124 126 127 121 125"
    assert {"a=rtpmap:124 rtx/90000", "a=fmtp:124 apt=120"} <= set(video)


def test_extensions_of_one_direction_are_answered_in_the_other() -> None:
    """RFC 8285, 6: Firefox receives playout-delay and does not send it."""
    assert "a=extmap:6/sendonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay" in answer_viewer(
        offer("firefox_play")
    )


def test_layers_are_answered_with_their_restrictions_and_the_payload_types_in_use() -> None:
    """RFC 8853, 5.3.2; RFC 8851, 6.3."""
    simulcast = "a=rid:h send\r\na=rid:m send max-width=640;pt=98,97,96,35\r\na=simulcast:send h;m\r\n"
    video = sections_of(answer_publisher(offer("chromium_publish") + simulcast))[1]
    assert [line for line in video if line.startswith(("a=rid", "a=simulcast"))] == [
        "a=rid:h recv",
        "a=rid:m recv max-width=640;pt=98,97,96",
        "a=simulcast:recv h;m",
    ]
    assert not any("simulcast" in line for line in answer_publisher(offer("chromium_publish")).split("\r\n"))


def test_restart_fragment_repeats_the_ice_attributes_of_the_answer() -> None:
    text = write_fragment(accept_publisher(parse_offer(offer("obs"))), LOCAL)
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
    text = "\r\n".join(lines)
    for answer in (answer_publisher, answer_viewer):
        with contextlib.suppress(SdpRefused):
            assert answer(text).count("\r\nm=") == len(parse_offer(text).sections)
