"""A viewer's end: what its feedback does, and what a compound report to it says."""

from __future__ import annotations

import pytest

from podium.relay import rtcp
from podium.relay.reception import UNHINDERED, Passage
from tests.relay.media import wire
from tests.relay.near import Near


def test_a_lost_picture_is_told_to_the_plane(near: Near) -> None:
    near.say(rtcp.KeyFrameRequest(9, 7))
    assert near.told == ["seated", "wanted"]
    assert near.counters["key_frame_requests_in"] == 1


def test_feedback_on_other_ssrcs_changes_nothing(near: Near) -> None:
    near.say(rtcp.Nack(9, 8, (1,)), rtcp.KeyFrameRequest(9, 8))
    assert near.read() == []
    assert near.told == ["seated"]


def test_reports_and_estimates_are_kept_for_the_statistics(near: Near) -> None:
    near.say(
        rtcp.ReceiverReport(9, (rtcp.Report(7, 64, 1, 1, 1, 1, 1), rtcp.Report(5, 255, 1, 1, 1, 1, 1))),
        rtcp.Remb(9, 1_000_000, (7,)),
        rtcp.Goodbye((9,)),
    )
    stats = near.viewer.stats()
    assert (stats["fraction_lost"], stats["estimate"]) == (0.25, 1_000_000 >> 2 << 2)


def test_of_many_reports_in_one_datagram_the_last_on_each_stream_is_looked_at(
    near: Near, monkeypatch: pytest.MonkeyPatch
) -> None:
    near.feed.encodings = {"h": near.feed.streams["video"]}
    (seat,) = near.viewer.seats
    looked_at: list[int] = []

    def passage(report: rtcp.Report, _now: float) -> Passage:
        looked_at.append(report.highest)
        return UNHINDERED

    monkeypatch.setattr(seat.delivery, "passage", passage)
    reports = [rtcp.Report(7, 128, 1, number, 1, 1, 1) for number in range(10)]
    near.say(*(rtcp.ReceiverReport(9, (report, report)) for report in reports))
    assert looked_at == [9]


def test_media_and_noise_from_a_viewer_are_counted(near: Near) -> None:
    near.viewer.receive(near.sealing.protect(wire(1, 1)))
    near.viewer.receive(b"\x80\xc9" + bytes(40))
    near.viewer.receive(near.sealing.protect_rtcp(b"\x80\xc9\x00\x01" + bytes(4) + b"\x81\xc9\x00\x01" + bytes(4)))
    assert near.counters["dropped_rtp_unknown"] == 1
    assert near.counters["dropped_srtp"] == 1
    assert near.counters["dropped_rtcp_malformed"] == 1


def test_closing_tells_the_plane_once(near: Near) -> None:
    near.viewer.close()
    near.viewer.dismiss("codec changed")
    assert near.told == ["seated", "left"]
    near.say(rtcp.Nack(9, 7, (1,)))
    assert near.counters["dropped_unconnected"] == 1
