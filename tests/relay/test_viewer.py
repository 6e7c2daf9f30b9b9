"""A viewer's end: what its feedback does, and what a compound report to it says."""

from __future__ import annotations

from podium.relay import rtcp
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
