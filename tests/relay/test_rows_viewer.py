"""The media-plane rows of the checklist between the relay and its viewers, by their identifiers."""

from __future__ import annotations

from itertools import pairwise

import pytest

from podium.relay import rtcp
from podium.relay.media import Section
from podium.relay.pictureid import picture_numbers
from podium.relay.rtp import RtpPacket
from tests.relay.media import DELTA, KEY, OPUS, RED, VP8, audio_section, video_section, wire
from tests.relay.stage import Layered, Remote, Stage, pictures

REPAIRED = Section("video", "0", (VP8,), {}, (7,), {96: 97}, (70,))
#: Sound and picture further apart are noticed (ITU-R BT.1359: sound 45 ms early).
SKEW = 0.045


@pytest.mark.parametrize("repaired", [True, False])
async def test_mp_01_a_lost_packet_comes_again_at_once(stage: Stage, repaired: bool) -> None:
    far, publisher = stage.publish(video_section())
    viewing, viewer = stage.play(REPAIRED if repaired else video_section(ssrcs=(7,)))
    pictures(far, publisher, 1, 10)
    await viewing.until(lambda: len(viewing.rtp) == 10)
    lost = viewing.rtp[4]
    viewing.open_anew()
    viewer.receive(viewing.seal_control(rtcp.Nack(1, 7, (lost.sequence,))))
    viewing.read()  # nothing was awaited: it was sent before `receive` returned
    again = viewing.rtp[10]
    if repaired:
        assert (again.ssrc, again.payload_type, again.timestamp) == (70, 97, lost.timestamp)
        assert again.payload == lost.sequence.to_bytes(2, "big") + lost.payload
    else:
        assert again == lost
    viewer.receive(viewing.seal_control(rtcp.Nack(1, 7, (lost.sequence,))))
    viewing.open_anew()
    viewing.read()
    assert viewing.rtp[11].sequence == (again.sequence + 1 if repaired else again.sequence)


async def test_mp_02_what_is_not_kept_any_more_is_served_by_a_key_frame(stage: Stage) -> None:
    stream = stage.plane.feed("hall/programme").streams["video"]
    stream.cache.recent = 8
    far, publisher = stage.publish(video_section())
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    pictures(far, publisher, 1, 10)
    await viewing.until(lambda: len(viewing.rtp) == 10)
    old = viewing.rtp[2].sequence
    pictures(far, publisher, 11, 20)
    await viewing.until(lambda: len(viewing.rtp) == 30)
    viewer.receive(viewing.seal_control(rtcp.Nack(1, 7, (old, old + 1))))
    viewing.read()
    assert len(viewing.rtp) == 30
    viewer.receive(viewing.seal_control(rtcp.KeyFrameRequest(1, 7)))
    await far.until(lambda: any(isinstance(message, rtcp.KeyFrameRequest) for message in far.control))
    pictures(far, publisher, 31, 3)
    await viewing.until(lambda: KEY in [one.payload for one in viewing.rtp[30:]])


async def test_mp_06_who_comes_within_a_group_of_pictures_gets_it_although_the_publisher_hears_no_wish(
    stage: Stage,
) -> None:
    far, publisher = stage.publish(video_section())
    pictures(far, publisher, 1, 300)
    viewing, _ = stage.play(video_section(ssrcs=(7,)))
    viewing.read()
    assert viewing.rtp[0].payload == KEY, "the first picture left before `play` returned"
    publisher.receive(far.seal(wire(301, 903_000, DELTA, marker=True)))
    await viewing.until(lambda: len(viewing.rtp) == 301)
    assert [one.sequence - viewing.rtp[0].sequence for one in viewing.rtp] == list(range(301))
    assert all((b.timestamp - a.timestamp) & 0xFFFFFFFF < 90_000 for a, b in pairwise(viewing.rtp))


async def test_mp_07_a_publisher_that_answers_is_asked_in_the_moment_somebody_comes(stage: Stage) -> None:
    far, publisher = stage.publish(video_section())
    publisher.receive(far.seal(wire(1, 1, DELTA)))
    far.read()
    far.control.clear()
    stage.plane.feed("hall/programme").streams["video"].requests.arrived(0.0)
    viewing, _ = stage.play(video_section(ssrcs=(7,)))
    await far.until(lambda: any(isinstance(message, rtcp.KeyFrameRequest) for message in far.control))
    pictures(far, publisher, 2, 3)
    await viewing.until(lambda: len(viewing.rtp) == 3)
    assert viewing.rtp[0].payload == KEY


@pytest.mark.parametrize("bound", ["bytes", "seconds"])
async def test_mp_08_a_group_of_pictures_beyond_the_bounds_is_not_kept_but_asked_for(stage: Stage, bound: str) -> None:
    cache = stage.plane.feed("hall/programme").streams["video"].cache
    cache.recent = 32
    if bound == "bytes":
        cache.most_bytes = 60_000
    else:
        cache.most_seconds = 0.0
    far, publisher = stage.publish(video_section())
    pictures(far, publisher, 1, 60)
    for number in range(61, 140):
        publisher.receive(far.seal(wire(number, 3000 * number, DELTA, marker=True)))
    assert cache.key_frame is None
    assert len(cache) <= 100
    assert cache.bytes <= cache.most_bytes
    cache.most_seconds = 12.0
    viewing, _ = stage.play(video_section(ssrcs=(7,)))
    await far.until(lambda: any(isinstance(message, rtcp.KeyFrameRequest) for message in far.control))
    pictures(far, publisher, 140, 3)
    await viewing.until(lambda: len(viewing.rtp) == 3)
    assert viewing.rtp[0].payload == KEY


class Clocked:
    """A publisher of sound and picture whose clocks begin anywhere; every packet is taken at a known instant."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.remote, self.publisher = stage.publish(video_section(), audio_section())
        self.seed = seed
        self.ntp = (0x8000_0000 + seed * 1_000_000) << 32
        self.number = seed * 1000
        self.taken: list[tuple[bytes, float]] = []

    def shoot(self, seconds: float, *, report: bool = False) -> None:
        """Sound and picture of an instant; the sound is 20 ms earlier on the wire than its picture's clock says."""
        self.number += 1
        video, audio = f"picture {self.seed} {self.number}", f"sound {self.seed} {self.number}"
        at, then = round(90_000 * (seconds + self.seed)), round(48_000 * (seconds + 7 * self.seed))
        self._send(wire(self.number, at, b"\x10\x00" + video.encode(), ssrc=self.seed, marker=True))
        self._send(wire(self.number, then, audio.encode(), ssrc=900 + self.seed, payload_type=111))
        self.taken += [(b"\x10\x00" + video.encode(), seconds), (audio.encode(), seconds)]
        if report:
            ntp = self.ntp + round(seconds * (1 << 32))
            reports = (
                rtcp.SenderReport(self.seed, ntp, at & 0xFFFFFFFF, 1, 1),
                rtcp.SenderReport(900 + self.seed, ntp, then & 0xFFFFFFFF, 1, 1),
            )
            self.publisher.receive(self.remote.seal_control(*reports))

    def _send(self, clear: bytes) -> None:
        self.publisher.receive(self.remote.seal(clear))


def skew(viewing: Remote, taken: list[tuple[bytes, float]], picture: int = 7, sound: int = 8) -> float:
    """By how much the last sound and the last picture of one instant are apart, by the viewer's sender reports."""
    when = dict(taken)
    shown = []
    for ssrc, rate in ((picture, 90_000), (sound, 48_000)):
        report = [m for m in viewing.control if isinstance(m, rtcp.SenderReport) and m.ssrc == ssrc][-1]
        last: RtpPacket = viewing.of(ssrc)[-1]
        since = ((report.timestamp - last.timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        shown.append(report.ntp / (1 << 32) - since / rate - when[last.payload])
    return abs(shown[0] - shown[1])


def reported(viewing: Remote) -> set[int]:
    return {message.ssrc for message in viewing.control if isinstance(message, rtcp.SenderReport)}


async def test_mp_14_sound_and_picture_stay_together_for_late_joiners_and_over_publishers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podium.relay.plane.REPORT_TURNS", 2)
    first = Clocked(stage, 1)
    for step in range(30):
        first.shoot(step / 30, report=step == 0)
    viewing, _ = stage.play(video_section(ssrcs=(7,)), audio_section(ssrcs=(8,)))
    first.shoot(1.0)
    await viewing.until(lambda: len(viewing.of(7)) > 1 and bool(viewing.of(8)) and reported(viewing) == {7, 8})
    assert skew(viewing, first.taken) < SKEW
    before = [m.ntp for m in viewing.control if isinstance(m, rtcp.SenderReport)][-1]
    first.publisher.close()
    second = Clocked(stage, 2)
    second.shoot(50.0, report=True)
    viewing.control.clear()
    second.shoot(50.033)
    await viewing.until(lambda: viewing.of(7)[-1].payload == second.taken[-2][0] and reported(viewing) == {7, 8})
    await viewing.until(lambda: viewing.of(8)[-1].payload == second.taken[-1][0])
    assert skew(viewing, second.taken) < SKEW
    after = [m.ntp for m in viewing.control if isinstance(m, rtcp.SenderReport)][-1]
    assert abs(after - before) / (1 << 32) < 10, "one clock for all publishers, or players wait for each other"


async def test_mp_15_each_viewer_gets_one_layer_which_changes_at_key_frames(stage: Stage) -> None:
    layers = Layered(stage)
    layers.shoot(30)
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    other, _ = stage.play(video_section(ssrcs=(9,)))
    await viewing.until(lambda: len(viewing.rtp) >= 30)
    assert layers.seen(viewing.rtp) == ["f"]
    for wish in ("q", "h", "f"):
        assert viewer.choose(rid=wish)
        layers.shoot(5)
        await viewing.until(lambda: layers.of(viewing.rtp[-1]) != "")
        assert viewer.layer != wish, "not without its key frame"
        layers.shoot(1, key=True)
        layers.shoot(10)
        await viewing.until(lambda wish=wish: layers.seen(viewing.rtp)[-1] == wish)  # type: ignore[misc]
        assert viewer.layer == wish
    assert layers.seen(viewing.rtp) == ["f", "q", "h", "f"]
    first = viewing.rtp[0].sequence
    assert [one.sequence - first for one in viewing.rtp] == list(range(len(viewing.rtp)))
    numbers = [found for one in viewing.rtp if (found := picture_numbers(one.payload)) is not None]
    assert {(b.picture - a.picture) % (1 << 15) for a, b in pairwise(numbers)} == {1}
    assert {((b.base or 0) - (a.base or 0)) % 256 for a, b in pairwise(numbers)} == {1}
    for before, after in pairwise(viewing.rtp):
        if layers.of(before) != layers.of(after):
            assert layers.is_key(after)
        assert 0 < (after.timestamp - before.timestamp) & 0xFFFFFFFF < 90_000
    await other.until(lambda: bool(other.rtp))
    assert layers.seen(other.rtp) == ["f"]
    assert not viewer.choose(rid="nothing of that name")


async def test_mp_15_only_layers_that_somebody_watches_are_asked_for_key_frames(stage: Stage) -> None:
    layers = Layered(stage)
    layers.shoot(10)
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    await viewing.until(lambda: bool(viewing.rtp))
    layers.remote.read()
    layers.remote.control.clear()
    viewer.choose(max_width=400)
    await layers.remote.until(lambda: layers.asked() != set())
    assert layers.asked() == {"q"}


async def test_mp_16_a_link_that_shrinks_gets_a_lower_layer_and_the_high_one_back_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podium.relay.choice.TROUBLED_WAIT", 0.2)
    monkeypatch.setattr("podium.relay.choice.FIRST_WAIT", 0.2)
    monkeypatch.setattr("podium.relay.choice.SETTLING", 0.0)
    monkeypatch.setattr("podium.relay.plane.REPORT_TURNS", 2)
    layers = Layered(stage)
    layers.shoot(30)
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    await viewing.until(lambda: layers.seen(viewing.rtp) == ["f"])
    high = stage.plane.feed("hall/programme").encodings["f"].bitrate

    def tell(estimate: float, fraction_lost: int) -> None:
        report = rtcp.Report(7, fraction_lost, 0, viewing.rtp[-1].sequence, 0, 0, 0)
        for message in (rtcp.ReceiverReport(1, (report,)), rtcp.Remb(1, int(estimate), (7,))):
            viewer.receive(viewing.seal_control(message))

    for estimate in (2 * high, 0.4 * high):
        tell(estimate, 13)
    layers.shoot(1, key=True)
    await viewing.until(lambda: len(layers.seen(viewing.rtp)) == 2)
    assert layers.seen(viewing.rtp)[-1] in ("q", "h")
    low = viewer.layer
    tell(3 * high, 0)
    await layers.going_on(lambda: viewer.layer == "f")
    layers.shoot(1)
    await viewing.until(lambda: layers.seen(viewing.rtp)[-1] == "f")
    assert low != "f"
    assert all(b.sequence - a.sequence == 1 for a, b in pairwise(viewing.rtp))


@pytest.mark.parametrize("knows", [True, False])
async def test_mp_18_redundancy_silence_and_correction_pass_untouched(stage: Stage, knows: bool) -> None:
    section = Section("audio", "1", (OPUS, RED))
    far, publisher = stage.publish(section)
    viewing, _ = stage.play(Section("audio", "1", (OPUS, RED) if knows else (OPUS,), {}, (8,)))
    newest = b"\xff\xfesound with its correction in band"
    redundant = b"\xef\x0f\x00\x03\x6f" + b"old" + newest
    publisher.receive(far.seal(wire(1, 960, redundant, ssrc=5, payload_type=RED.payload_type)))
    publisher.receive(
        far.seal(wire(2, 960 * 21, b"\xf8", ssrc=5, payload_type=111))
    )  # one byte after 400 ms of silence
    await viewing.until(lambda: len(viewing.rtp) == 2)
    expected = (RED.payload_type, redundant) if knows else (111, newest)
    assert (viewing.rtp[0].payload_type, viewing.rtp[0].payload) == expected
    assert (viewing.rtp[1].payload_type, viewing.rtp[1].payload) == (111, b"\xf8")
    assert viewing.rtp[1].sequence == viewing.rtp[0].sequence + 1
    assert (viewing.rtp[1].timestamp - viewing.rtp[0].timestamp) & 0xFFFFFFFF == 960 * 20


async def test_mp_09_viewers_of_any_layer_go_on_with_a_publisher_that_has_none_and_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podium.relay.plane.REPORT_TURNS", 2)
    layers = Layered(stage)
    layers.shoot(30)
    viewing, viewer = stage.play(video_section(ssrcs=(7,)))
    await viewing.until(lambda: layers.seen(viewing.rtp) == ["f"])
    layers.publisher.close()
    far, publisher = stage.publish(video_section())
    pictures(far, publisher, 500, 5, ssrc=0x7777)
    await viewing.until(lambda: viewing.rtp[-1].payload == DELTA)
    assert viewer.layer == ""
    publisher.close()
    again = Layered(stage)
    again.shoot(3)
    await again.going_on(lambda: viewer.layer == "f")
    again.shoot(1)
    await viewing.until(lambda: again.seen(viewing.rtp)[-1] == "f")
    first = viewing.rtp[0].sequence
    assert [one.sequence - first for one in viewing.rtp] == list(range(len(viewing.rtp)))
    assert all((b.timestamp - a.timestamp) & 0xFFFFFFFF < 5 * 90_000 for a, b in pairwise(viewing.rtp))
    assert stage.closed == []
