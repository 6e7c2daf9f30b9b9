import pytest

from podium.relay.media import ABSOLUTE_SEND_TIME, AUDIO_LEVEL, MID, REPAIRED_RID, RID, TRANSPORT_SEQUENCE, Section
from podium.relay.negotiate import accept_publisher, accept_viewer
from podium.relay.sdp import SdpCode, SdpRefused, parse_offer
from tests.relay.offers import PLAYERS, PUBLISHERS, edited, offer

SSRCS = ((11, 12), (22, 23))


def publish(name: str) -> tuple[Section, ...]:
    return accept_publisher(parse_offer(offer(name)))


def play(player: str, publisher: str) -> tuple[Section, ...]:
    return accept_viewer(parse_offer(offer(player)), publish(publisher), SSRCS)


@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("chromium_publish", {"audio": "opus", "video": "VP8"}),
        ("ffmpeg", {"audio": "opus", "video": "H264"}),
        ("gstreamer", {"audio": "OPUS", "video": "VP8"}),
        ("obs", {"audio": "opus", "video": "H264"}),
        ("pion_publish", {"audio": "opus", "video": "VP8"}),
        ("rfc9725", {"audio": "opus", "video": "VP8"}),
    ],
)
def test_the_first_carried_codec_of_a_publishers_offer_is_answered_first(name: str, codecs: dict[str, str]) -> None:
    assert {section.kind: section.codecs[0].name for section in publish(name)} == codecs


def test_a_publisher_that_offers_more_than_it_has_may_send_what_it_has() -> None:
    """Pion lists every codec that it knows, VP8 first, and refuses an answer without the one of its track."""
    video = next(section for section in publish("pion_publish") if section.kind == "video")
    profiles = {codec.parameter("profile-level-id", "")[:2] for codec in video.codecs if codec.name == "H264"}
    assert profiles == {"42", "4d", "64"}
    assert {codec.name for codec in video.codecs} == {"VP8", "H264", "VP9", "AV1", "H265"}
    assert {codec.payload_type for codec in video.codecs} == set(video.retransmissions)


SECOND_VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:2\r\na=sendonly\r\na=rtpmap:98 VP8/90000\r\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (edited("obs", ("a=sendonly", "a=recvonly")), SdpCode.DIRECTION),  # WI-08
        (edited("obs", ("a=sendonly", "a=inactive")), SdpCode.DIRECTION),
        (edited("obs", ("BUNDLE 0 1", "BUNDLE 0 1 2")) + SECOND_VIDEO, SdpCode.TOO_MANY_TRACKS),  # WI-19
        (edited("ffmpeg", ("a=msid:FFmpeg video", "a=msid:other video")), SdpCode.TOO_MANY_STREAMS),
        (edited("obs", ("H264/90000", "H263/90000")), SdpCode.CODEC_UNSUPPORTED),  # WI-21
        (edited("obs", ("H264/90000", "H264/0")), SdpCode.CODEC_UNSUPPORTED),
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
    viewer = accept_viewer(parse_offer(offer("chromium_play")), accept_publisher(parse_offer(text)), SSRCS)
    assert {section.kind for section in viewer} == {"audio", "video"}


@pytest.mark.parametrize("player", PLAYERS)
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_every_player_is_answered_with_what_the_feed_sends_first(player: str, publisher: str) -> None:
    sent = {section.kind: section.codecs[0].name.lower() for section in publish(publisher)}
    for section in play(player, publisher):
        assert section.codecs[0].name.lower() == sent[section.kind]


def test_viewer_keeps_its_payload_types_and_the_other_carried_codecs() -> None:
    video = next(section for section in play("firefox_play", "ffmpeg") if section.kind == "video")
    assert [(codec.name, codec.payload_type) for codec in video.codecs] == [("H264", 126), ("VP8", 120), ("VP9", 121)]
    assert video.retransmissions == {126: 127, 120: 124, 121: 125}
    assert (video.ssrcs, video.repair_ssrcs) == ((22,), (23,))


def test_gstreamer_plays_though_it_names_neither_packetization_mode_nor_channels() -> None:
    """whepclientsrc 0.15 offers `H264/90000` without a mode and `OPUS/48000`: it takes fragments and two channels."""
    video, audio = play("gstreamer_play", "obs")
    assert (video.codecs[0].name, video.codecs[0].payload_type) == ("H264", 97)
    assert (audio.codecs[0].name, audio.codecs[0].payload_type, audio.codecs[0].channels) == ("OPUS", 101, 1)


def test_mp_19_viewer_that_cannot_play_the_feed_is_told() -> None:
    text = edited("firefox_play", ("H264/90000", "H265/90000"))
    with pytest.raises(SdpRefused) as refused:
        accept_viewer(parse_offer(text), publish("ffmpeg"), SSRCS)
    assert refused.value.code is SdpCode.CODEC_MISMATCH


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
def test_viewer_must_want_to_receive(direction: str) -> None:
    """WE-02."""
    text = edited("firefox_play", ("a=recvonly", f"a={direction}"))
    with pytest.raises(SdpRefused) as refused:
        accept_viewer(parse_offer(text), publish("ffmpeg"), SSRCS)
    assert refused.value.code is SdpCode.DIRECTION


def only(publisher_text: str, kind: str) -> Section:
    return next(section for section in accept_publisher(parse_offer(publisher_text)) if section.kind == kind)


@pytest.mark.parametrize("codec", ["VP8", "VP9", "AV1", "H264", "H265"])
def test_every_video_codec_of_webrtc_is_carried_with_its_retransmissions(codec: str) -> None:
    first = {"VP8": "96 97", "H264": "108 109", "AV1": "45 46", "VP9": "98 99", "H265": "49 50"}[codec]
    text = edited(
        "chromium_publish", ("m=video 9 UDP/TLS/RTP/SAVPF 96 97", f"m=video 9 UDP/TLS/RTP/SAVPF {first} 96 97")
    )
    text += "a=rtpmap:49 H265/90000\r\na=rtcp-fb:49 nack\r\na=rtpmap:50 rtx/90000\r\na=fmtp:50 apt=49\r\n"
    video = only(text, "video")
    media, repair = map(int, first.split())
    assert (video.codecs[0].name, video.codecs[0].payload_type) == (codec, media)
    assert video.retransmissions[media] == repair
    assert (video.ssrcs, video.repair_ssrcs) == ((3372886241,), (3102529078,))


def test_publisher_sends_redundant_audio_where_it_offers_it_in_its_own_order() -> None:
    """MP-18."""
    assert [codec.name for codec in only(offer("chromium_publish"), "audio").codecs] == ["opus", "red"]
    preferred = edited("chromium_publish", ("SAVPF 111 63", "SAVPF 63 111"))
    assert [codec.name for codec in only(preferred, "audio").codecs] == ["red", "opus"]
    viewer = play("chromium_play", "chromium_publish")[1]
    assert [codec.payload_type for codec in viewer.codecs] == [111, 63]
    assert viewer.codecs[0].parameters == "minptime=10;useinbandfec=1"


@pytest.mark.parametrize("blocks", ["111/112", "", "8/8"])
def test_redundancy_of_something_else_is_left_out(blocks: str) -> None:
    text = edited("chromium_publish", ("a=fmtp:63 111/111", f"a=fmtp:63 {blocks}"))
    assert [codec.name for codec in only(text, "audio").codecs] == ["opus"]


def test_viewer_without_redundancy_still_gets_a_feed_that_prefers_it() -> None:
    preferred = edited("chromium_publish", ("SAVPF 111 63", "SAVPF 63 111"))
    sections = accept_viewer(parse_offer(offer("firefox_play")), accept_publisher(parse_offer(preferred)), SSRCS)
    assert [codec.name for codec in sections[0].codecs] == ["opus"]


SIMULCAST = "a=rid:h send\r\na=rid:m send pt=96,97;max-width=640\r\na=rid:l send pt=98\r\na=simulcast:send h;~m,l;l\r\n"


def test_simulcast_is_taken_with_the_extensions_that_tell_its_layers() -> None:
    """WI-32: `l` is offered for another codec alone."""
    video = only(offer("chromium_publish") + SIMULCAST, "video")
    assert video.layers == ("h", "m")
    assert {RID, REPAIRED_RID, MID} <= set(video.extensions.values())


def test_simulcast_without_the_extension_that_tells_layers_is_one_layer() -> None:
    text = edited("chromium_publish", ("sdes:rtp-stream-id", "sdes:other")) + SIMULCAST
    assert only(text, "video").layers == ()
    plain = only(offer("chromium_publish"), "video")
    assert plain.layers == ()
    assert RID not in plain.extensions.values()


def test_estimates_of_the_way_come_by_one_means() -> None:
    """Feedback and extension fit each other: packets are numbered for transport-cc or stamped for REMB."""
    for section in publish("chromium_publish"):
        by_number = TRANSPORT_SEQUENCE in section.extensions.values()
        assert by_number == ("transport-cc" in section.codecs[0].feedback)
        assert by_number != (ABSOLUTE_SEND_TIME in section.extensions.values())
    assert all("transport-cc" not in codec.feedback for codec in publish("gstreamer")[0].codecs)
    video = play("chromium_play", "chromium_publish")[0]
    assert ABSOLUTE_SEND_TIME in video.extensions.values()
    assert "goog-remb" in video.codecs[0].feedback


def test_viewer_keeps_its_own_ids_of_what_speaks_of_the_media() -> None:
    video, audio = play("chromium_play", "obs")
    assert audio.extensions == {14: AUDIO_LEVEL, 2: ABSOLUTE_SEND_TIME}
    assert video.extensions[3] == "urn:3gpp:video-orientation"
    assert MID not in video.extensions.values()


def test_extensions_go_only_the_way_that_was_offered() -> None:
    sending = edited("chromium_play", ("a=extmap:3 urn:3gpp", "a=extmap:3/sendonly urn:3gpp"))
    sections = accept_viewer(parse_offer(sending), publish("obs"), SSRCS)
    assert 3 not in sections[0].extensions


def test_high_extension_ids_need_an_agreement() -> None:
    """RFC 8285 section 4.1.2."""
    high = ("a=extmap:14 urn:ietf", "a=extmap:15 urn:ietf")
    mixed = accept_viewer(parse_offer(edited("chromium_play", high)), publish("obs"), SSRCS)
    assert 15 in mixed[1].extensions
    unmixed = edited("chromium_play", high, ("a=extmap-allow-mixed\r\n", ""))
    assert 15 not in accept_viewer(parse_offer(unmixed), publish("obs"), SSRCS)[1].extensions


def test_h264_of_a_higher_profile_is_played_by_a_viewer_that_offers_only_baseline() -> None:
    sent = accept_publisher(parse_offer(edited("obs", ("profile-level-id=42e01f", "profile-level-id=640c1f"))))
    video = accept_viewer(parse_offer(offer("firefox_play")), sent, SSRCS)[1]
    assert video.codecs[0].payload_type == 126
