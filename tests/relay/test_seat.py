"""What goes to one viewer alone: packets sent again, and the report that ties its times to the publisher's clock."""

from __future__ import annotations

from dataclasses import replace

from podium.relay import rtcp
from podium.relay.retransmission import RepairLine
from podium.relay.rtp import parse
from podium.relay.seat import repair_line
from podium.relay.shape import shape_of
from tests.relay.media import H264, VP8, inbound, video_section
from tests.relay.near import Near


def test_lost_packets_are_sent_again_in_their_numbers(near: Near) -> None:
    lost = [parse(clear).sequence for clear in near.got[1:4]]
    near.opening = inbound(b"down")
    near.say(rtcp.Nack(9, 7, tuple(lost)))
    assert near.read() == near.got[1:4]
    assert near.viewer.stats()["retransmitted"] == 3
    assert near.counters["nacks_in"] == 3


def test_they_come_as_retransmissions_where_that_was_agreed(near: Near) -> None:
    (seat,) = near.viewer.seats
    seat.repairs = RepairLine(77, {VP8.payload_type: 99}, 5)
    wanted = parse(near.got[2])
    near.say(rtcp.Nack(9, 7, (wanted.sequence,)))
    (again,) = [parse(clear) for clear in near.read()]
    assert (again.ssrc, again.payload_type, again.timestamp) == (77, 99, wanted.timestamp)
    assert again.payload == wanted.sequence.to_bytes(2, "big") + wanted.payload


def test_a_codec_that_the_viewer_does_not_know_is_not_sent(near: Near) -> None:
    (seat,) = near.viewer.seats
    packets = list(seat.delivery.stream.cache.walk(0))
    seat.delivery.line.begin(replace(seat.delivery.line.epoch, shape=shape_of(video_section(H264))))
    assert not seat.send(packets, near.fanout, 1.0)


def test_there_is_no_line_of_retransmissions_without_an_agreement() -> None:
    assert repair_line(video_section(ssrcs=(7,))) is None


def test_a_report_ties_the_publishers_clock_to_the_viewers_time(near: Near) -> None:
    source = near.feed.streams["video"].source
    assert source is not None
    near.viewer.report(0.0)
    assert near.read() == [], "nothing to say before the publisher's first report"
    source.sender_report = rtcp.SenderReport(1, 9 << 32, 15_000, 0, 0), 0.0
    near.viewer.report(1.0)
    (compound,) = near.read()
    (report,), unread = rtcp.parse(compound)
    assert isinstance(report, rtcp.SenderReport)
    assert unread == 0
    shown = parse(near.got[-1]).timestamp
    assert (report.ssrc, report.ntp) == (7, 10 << 32)
    assert (report.timestamp - shown) & 0xFFFFFFFF == 90_000
    assert (report.packets, report.octets) == (5, sum(len(clear) - 12 for clear in near.got))
