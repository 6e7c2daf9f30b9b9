"""The times of one stretch of a viewer's number line."""

from __future__ import annotations

import pytest

from podium.relay.cache import Packet
from podium.relay.epoch import Epoch
from podium.relay.shape import shape_of
from podium.relay.stream import Stream
from tests.relay.media import VP8, video_section


def kept(sequence: int, timestamp: int) -> Packet:
    return Packet(sequence, timestamp, VP8, False, b"media", 0.0)


def epoch(preface: Packet | None = None) -> Epoch:
    return Epoch(
        Stream("video"), shape_of(video_section()), 10, 90, -2000, 12, (1000, 4000, 7000), 4820, 90, preface
    )  # fmt: skip


def test_replayed_pictures_have_times_of_their_own_and_later_ones_keep_their_distance() -> None:
    assert [epoch().time(kept(10 + n, at)) for n, at in enumerate((1000, 4000, 7000))] == [4820, 4910, 5000]
    assert epoch().time(kept(13, 10_000)) == 8000


def test_a_late_packet_of_a_replayed_picture_gets_that_pictures_time() -> None:
    assert epoch().time(kept(11, 4000)) == 4910
    assert epoch().time(kept(9, 500)) == 4820, "older than all"


def test_it_begins_with_its_first_packet_or_the_preface_before_it() -> None:
    assert epoch().begins == 100
    assert epoch(kept(9, 1000)).begins == 99


def test_a_report_of_whatever_number_is_answered_by_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    here = epoch()
    cache = here.stream.cache
    sent = [kept(sequence, 1000 * sequence) for sequence in range(13, 3000)]
    for packet in sent:
        cache.add(packet)
    looks: list[int] = []
    found = cache.get
    monkeypatch.setattr(cache, "get", lambda sequence: (looks.append(sequence), found(sequence))[1])
    assert here.lacking(120, 3089) == sent[-len(cache) :]
    assert len(looks) == len(cache)
