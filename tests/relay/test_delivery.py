"""One stream to one viewer: contiguous numbers from whatever the viewer begins with, lookups for NACKs."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.cache import Packet
from podium.relay.delivery import PATIENCE, REPLAY_AGE, Delivery, Mode
from podium.relay.resending import BURST
from podium.relay.rtcp import Report
from podium.relay.shape import shape_of
from podium.relay.source import Source
from podium.relay.stream import Stream
from tests.relay.media import CONTINUED, DELTA, H264, KEY, OPUS, audio_section, packet, video_section

Sent = tuple[int, int, Packet]


class Show:
    """A stream with a publisher, and viewers whose packets are written down in the viewer's own numbers."""

    def __init__(self) -> None:
        self.stream = Stream("video")
        self.now = 0.0
        self.next = 0
        self.reconnect()

    def reconnect(self) -> None:
        self.stream.attach(Source(1, 90000, repairs=True), video_section())

    def picture(self, payload: bytes = DELTA) -> list[Packet]:
        self.next += 1
        self.now += 1 / 30
        return self.stream.take(packet(self.next, 3000 * self.next, payload, marker=True), self.now)

    def viewer(self, *, first_sequence: int = 32767, first_timestamp: int = 0xFFFFFFF0) -> Delivery:
        delivery = Delivery(
            self.stream,
            shape_of(video_section()),
            ssrc=7,
            first_sequence=first_sequence,
            first_timestamp=first_timestamp,
        )
        delivery.join(self.now)
        return delivery


def send(delivery: Delivery, packets: list[Packet], now: float) -> list[Sent]:
    sent = []
    for one in packets:
        epoch = delivery.line.epoch
        sent.append((one.sequence + epoch.shift, epoch.time(one), one))
        delivery.line.note(one, 1, len(one.payload), now)
    return sent


def test_a_viewer_without_a_key_frame_waits_and_asks() -> None:
    show = Show()
    viewer = show.viewer()
    viewer.consider(0.0)
    assert viewer.mode is Mode.WAITING
    assert not viewer.settled
    assert show.stream.requests.due(0.0)
    assert viewer.live(show.picture(), show.now) == []


def test_replayed_pictures_are_a_millisecond_apart_and_live_ones_keep_their_time() -> None:
    show = Show()
    for payload in (KEY, CONTINUED, DELTA, DELTA):
        show.picture(payload)
    viewer = show.viewer()
    viewer.consider(show.now)
    assert viewer.mode is Mode.REPLAY
    sent = send(viewer, viewer.replay(2), show.now)
    assert viewer.live(show.picture(), show.now) == [], "the cache has it, replay will come to it"
    sent += send(viewer, viewer.replay(100), show.now)
    assert viewer.mode is Mode.LIVE
    assert viewer.settled
    sent += send(viewer, viewer.live(show.picture(), show.now), show.now)
    assert [number for number, _, _ in sent] == [32767 + n for n in range(6)]
    first = sent[0][1]
    assert [time - first for _, time, _ in sent] == [0, 90, 180, 270, 3270, 6270]


def test_packets_of_one_picture_share_their_time() -> None:
    show = Show()
    for number, payload in ((1, KEY), (2, CONTINUED)):
        show.stream.take(packet(number, 3000, payload), 0.0)
    viewer = show.viewer()
    viewer.consider(0.0)
    sent = send(viewer, viewer.replay(10), 0.0)
    sent += send(viewer, viewer.live(show.stream.take(packet(3, 3000, CONTINUED), 0.0), 0.0), 0.0)
    assert len({time for _, time, _ in sent}) == 1
    assert len(sent) == 3


def test_a_viewer_still_catching_up_at_the_next_key_frame_leaps_to_it() -> None:
    """Or a replay slower than the publisher would fall behind ever further."""
    show = Show()
    show.picture(KEY)
    for _ in range(10):
        show.picture()
    viewer = show.viewer()
    viewer.consider(show.now)
    sent = send(viewer, viewer.replay(3), show.now)
    newest = show.picture(KEY)
    viewer.check(show.now)
    sent += send(viewer, viewer.replay(100), show.now)
    assert [one for _, _, one in sent][3:] == newest
    assert [number for number, _, _ in sent] == [32767 + n for n in range(4)]
    assert all(later > earlier for (_, earlier, _), (_, later, _) in pairwise(sent))
    assert viewer.mode is Mode.LIVE


def test_a_viewer_starts_over_when_the_picture_on_its_way_is_whole_or_does_not_end() -> None:
    show = Show()
    show.picture(KEY)
    viewer = show.viewer()
    viewer.consider(show.now)
    send(viewer, viewer.replay(10), show.now)
    show.now += 0.1
    viewer.key_frame_requested(show.now)
    send(viewer, viewer.live(show.stream.take(packet(2, 6000, DELTA), show.now), show.now), show.now)
    viewer.check(show.now + 1.5 * PATIENCE)
    assert viewer.mode is Mode.LIVE, "the picture goes on"
    viewer.check(show.now + 2.5 * PATIENCE)
    assert viewer.mode is Mode.REPLAY
    send(viewer, viewer.replay(10), show.now)
    viewer.key_frame_requested(show.now + 3)
    send(viewer, viewer.live(show.stream.take(packet(3, 6000, DELTA, marker=True), show.now), show.now), show.now)
    viewer.check(show.now + 3 + 1.5 * PATIENCE)
    assert viewer.mode is Mode.REPLAY


@pytest.mark.parametrize("between", [0, 1])
def test_the_leap_waits_until_the_picture_is_whole(between: int) -> None:
    """A cut picture in front of the key frame, in numbers without a hole: a player made with Pion joined them, and showed
    nothing until the next key frame of OBS, four seconds later."""
    show = Show()
    show.picture(KEY)
    torn = [show.stream.take(packet(number, 6000, DELTA), show.now)[0] for number in (2, 3, 4)]
    show.next = 4
    for _ in range(between):
        show.picture()
    viewer = show.viewer()
    viewer.consider(show.now)
    sent = send(viewer, viewer.replay(2), show.now)
    newest = show.picture(KEY)
    for _ in range(3):
        viewer.check(show.now)
        sent += send(viewer, viewer.replay(1), show.now)
    assert [one for _, _, one in sent][1:] == [*torn, *newest]
    viewer.check(show.now)
    assert viewer.replay(100) == []
    assert viewer.mode is Mode.LIVE


def test_a_viewer_whose_next_packet_is_not_kept_any_more_waits_for_a_key_frame() -> None:
    show = Show()
    show.stream.cache.most_seconds = 0.5
    show.stream.cache.recent = 4
    show.picture(KEY)
    show.picture()
    viewer = show.viewer()
    viewer.consider(show.now)
    send(viewer, viewer.replay(1), show.now)
    assert viewer.mode is Mode.REPLAY
    for _ in range(20):
        show.picture()
    viewer.check(show.now)
    assert viewer.mode is Mode.WAITING
    assert show.stream.requests.due(show.now)
    show.picture(KEY)
    viewer.consider(show.now)
    assert viewer.mode is Mode.REPLAY


def test_a_late_joiner_gets_the_parameter_sets_that_the_key_frame_lacks() -> None:
    """Sent once at the start, as by encoders with global headers."""
    stream = Stream("video")
    stream.attach(Source(1, 90000, repairs=True), video_section(H264))
    units = (b"\x67sequence", b"\x68picture", b"\x65first", b"\x65second", b"\x61after")
    for number, (time, unit) in enumerate(zip((1, 1, 1, 2, 3), units, strict=True)):
        stream.take(packet(number, 3000 * time, unit, payload_type=H264.payload_type), 0.0)
    viewer = Delivery(stream, shape_of(video_section(H264)), ssrc=7, first_sequence=9, first_timestamp=100)
    viewer.join(0.0)
    viewer.consider(0.0)
    sent = send(viewer, viewer.replay(10), 0.0)
    assert [number for number, _, _ in sent] == [9, 10, 11]
    assert [one.payload[:1] for _, _, one in sent] == [b"\x78", b"\x65", b"\x61"]
    assert all(part in sent[0][2].payload for part in units[:2])
    assert sent[0][1] == sent[1][1], "they belong to the key frame"
    found = viewer.nacked([9, 10, 11, 8], 0.0)
    assert [(p.sequence + e.shift, e.time(p), p) for p, e in found] == sent


def test_an_old_key_frame_is_not_replayed_when_the_publisher_answers_requests() -> None:
    show = Show()
    requests = show.stream.requests
    requests.want()
    requests.due(0.0)
    show.picture(KEY)
    assert requests.answered is True
    show.now += REPLAY_AGE + 1
    viewer = show.viewer()
    viewer.consider(show.now)
    assert viewer.mode is Mode.WAITING
    assert requests.due(show.now)
    show.picture(KEY)
    viewer.consider(show.now)
    assert viewer.mode is Mode.REPLAY
    assert len(viewer.replay(10)) == 1


def test_patience_with_such_a_publisher_ends() -> None:
    show = Show()
    show.stream.requests.answered = True
    show.picture(KEY)
    show.now += REPLAY_AGE + 1
    viewer = show.viewer()
    viewer.consider(show.now)
    viewer.consider(show.now + PATIENCE + 0.001)
    assert viewer.mode is Mode.REPLAY


def test_a_request_that_a_key_frame_answers_starts_nothing_over() -> None:
    show = Show()
    show.picture(KEY)
    viewer = show.viewer()
    viewer.consider(show.now)
    send(viewer, viewer.replay(10), show.now)
    viewer.key_frame_requested(show.now)
    assert not viewer.settled
    send(viewer, viewer.live(show.picture(KEY), show.now), show.now)
    viewer.check(show.now)
    assert viewer.settled
    assert viewer.mode is Mode.LIVE


def test_late_packets_of_the_time_before_a_viewer_began_are_not_for_it() -> None:
    show = Show()
    show.picture(KEY)
    show.next += 1  # one is late
    show.picture(KEY)
    viewer = show.viewer()
    viewer.consider(show.now)
    send(viewer, viewer.replay(10), show.now)
    late = show.stream.take(packet(2, 6000, DELTA), show.now)
    assert len(late) == 1
    assert viewer.live(late, show.now) == []


def test_sound_begins_with_the_next_packet() -> None:
    stream = Stream("audio")
    stream.attach(Source(1, 48000, repairs=False), audio_section())
    viewer = Delivery(stream, shape_of(audio_section()), ssrc=8, first_sequence=5, first_timestamp=100)
    kept = stream.take(packet(1, 960, b"opus", payload_type=OPUS.payload_type), 0.0)
    assert viewer.live(kept, 0.0) == [], "not yet connected"
    viewer.join(0.0)
    assert viewer.settled
    kept = stream.take(packet(2, 1920, b"opus", payload_type=OPUS.payload_type), 0.02)
    assert send(viewer, viewer.live(kept, 0.02), 0.02) == [(5, 100, kept[0])]


def test_a_nack_finds_the_packet_in_the_numbers_it_was_sent_with() -> None:
    show = Show()
    show.picture(KEY)
    show.picture()
    viewer = show.viewer()
    viewer.consider(show.now)
    sent = send(viewer, viewer.replay(10), show.now)
    viewer.key_frame_requested(show.now)
    show.now += PATIENCE
    viewer.check(show.now)
    sent += send(viewer, viewer.replay(10), show.now)
    assert [number for number, _, _ in sent] == [32767, 32768, 32769, 32770]
    found = viewer.nacked([number & 0xFFFF for number, _, _ in sent], show.now)
    assert [(p.sequence + e.shift, e.time(p), p) for p, e in found] == sent
    assert viewer.nacked([32766, 32771, 5], show.now) == [], "never sent"


def test_a_flood_of_nacks_is_bounded() -> None:
    show = Show()
    show.picture(KEY)
    viewer = show.viewer()
    viewer.consider(show.now)
    send(viewer, viewer.replay(10), show.now)
    found = [viewer.nacked([32767] * 100, show.now) for _ in range(10)]
    assert sum(map(len, found)) == BURST


@given(seed=st.integers(0, 1 << 30), steps=st.integers(5, 250))
def test_numbers_are_contiguous_and_times_go_forward_whatever_happens(seed: int, steps: int) -> None:
    """Key frames, reconnects, requests, slow replays and batches in any order; nothing is lost by the publisher."""
    dice = random.Random(seed)
    show = Show()
    viewer = show.viewer(first_sequence=dice.randrange(1 << 15), first_timestamp=dice.randrange(1 << 32))
    sent: list[Sent] = []
    show.picture(KEY)
    for _ in range(steps):
        match dice.randrange(10):
            case 0:
                show.reconnect()
                show.next = dice.randrange(1 << 20)
                fresh = show.picture(KEY)
            case 1:
                fresh = show.picture(KEY)
            case 2:
                viewer.key_frame_requested(show.now)
                fresh = []
            case 3:
                show.now += dice.random() * 3
                fresh = []
            case _:
                fresh = [one for _ in range(dice.randrange(1, 4)) for one in show.picture()]
        if fresh:
            lowest = min(one.sequence for one in fresh)
            chosen = viewer.live(fresh, show.now)
            assert chosen == fresh or not viewer.is_plain(lowest)
            sent += send(viewer, chosen, show.now)
        viewer.consider(show.now)
        viewer.check(show.now)
        sent += send(viewer, viewer.replay(dice.randrange(1, 6)), show.now)
    assert [number for number, _, _ in sent] == list(range(sent[0][0], sent[0][0] + len(sent)))
    assert 0 <= sent[0][0] < 32768
    times = [time for _, time, _ in sent]
    assert all(later > earlier for earlier, later in pairwise(times))
    newest = sent[-BURST // 2 :]
    again = {p.sequence + e.shift: e.time(p) for p, e in viewer.nacked([n & 0xFFFF for n, _, _ in newest], show.now)}
    assert all(again.get(number, time) == time for number, time, _ in newest), "a number never has two times"


def held_up(viewer: Delivery, report: Report, now: float) -> float:
    return viewer.passage(report, now).held_up


def test_what_waits_on_the_link_is_told_by_what_the_viewer_has_not_got_by_its_report() -> None:
    show = Show()
    show.picture(KEY)
    viewer = show.viewer()
    viewer.consider(show.now)
    sent = send(viewer, viewer.replay(100), show.now)
    viewer.replay(100)

    def report(highest: int) -> Report:
        return Report(7, 0, 0, highest & 0xFFFF, 0, 0, 0)

    assert held_up(viewer, report(sent[-1][0]), 60.0) == 0.0, "nothing is lacking"
    assert held_up(viewer, report(sent[-1][0] - 1), 60.0) == 0.0, "of a replay it cannot be told"
    for _ in range(6):
        sent += send(viewer, viewer.live(show.picture(), show.now), show.now)
    assert held_up(viewer, report(sent[-1][0]), show.now + 0.2) == 0.0, "all has come, however late it is told"
    assert held_up(viewer, report(sent[-4][0]), show.now + 0.2) == pytest.approx(0.2 + 2 / 30)
    viewer.line.reception.reported(1 << 32, 0.0)
    viewer.line.reception.heard(Report(7, 0, 0, 0, 0, last_report=1 << 16, delay=0), 0.15)
    assert held_up(viewer, report(sent[-4][0]), show.now + 0.2) == pytest.approx(0.05 + 2 / 30)
    assert held_up(viewer, report(sent[-2][0]), show.now + 0.1) == 0.0, "it may be under way for a round trip"


def test_a_packet_is_sent_again_once_in_a_round_trip() -> None:
    show = Show()
    for payload in (KEY, DELTA, DELTA):
        show.picture(payload)
    viewer = show.viewer()
    viewer.consider(show.now)
    sent = send(viewer, viewer.replay(100), show.now)
    viewer.line.reception.round_trip = 0.1
    lost = [sent[1][0]]
    assert [len(viewer.nacked(lost, at)) for at in (11.0, 11.05, 11.11)] == [1, 0, 1]
