"""One stream's way to one viewer: packets for it alone, those sent again, and sender reports."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from podium.relay import rtcp
from podium.relay.cache import Packet
from podium.relay.delivery import Delivery
from podium.relay.epoch import Epoch
from podium.relay.fanout import Fanout, lay_out
from podium.relay.lanes import Outlet
from podium.relay.media import Section
from podium.relay.retransmission import RepairLine
from podium.relay.told import CNAME

if TYPE_CHECKING:
    from podium.relay.viewer import Viewer

#: Most packets in one burst of a replay or retransmission.
MOST_AT_ONCE = 64


@dataclass(slots=True, eq=False)
class Seat:
    """One delivery with its way out: what the fan-out goes through. Nothing leaves before the fan-out is flushed."""

    delivery: Delivery
    outlet: Outlet
    viewer: Viewer
    repairs: RepairLine | None = None

    def send(self, packets: Sequence[Packet], fanout: Fanout, now: float) -> bool:
        """Queue packets in the present stretch's numbers. False when the viewer did not agree on their codec."""
        line = self.delivery.line
        for at in range(0, len(packets), MOST_AT_ONCE):
            chunk = packets[at : at + MOST_AT_ONCE]
            octets = self._send_numbered([(packet, line.epoch) for packet in chunk], fanout)
            if octets is None:
                return False
            line.note(max(chunk, key=lambda packet: packet.sequence), len(chunk), octets, now)
        return True

    def resend(self, lost: Sequence[int], fanout: Fanout, now: float) -> None:
        """Send again what the viewer asks for by its own numbers: as RTX where agreed, else as it was."""
        found = self.delivery.nacked(lost, now)
        for at in range(0, len(found), MOST_AT_ONCE):
            chunk = found[at : at + MOST_AT_ONCE]
            if self.repairs is None or not self._repair(self.repairs, chunk, fanout):
                self._send_numbered(chunk, fanout)
        fanout.flush()

    def report(self, fanout: Fanout, now: float) -> None:
        """Queue a sender report, once the publisher has sent one."""
        delivery, line = self.delivery, self.delivery.line
        clock = delivery.stream.clock(now)
        if clock is None or not line.epochs:
            return
        ntp, timestamp = clock
        report = rtcp.SenderReport(
            delivery.ssrc,
            ntp,
            timestamp + line.epoch.time_shift & 0xFFFFFFFF,
            line.packets & 0xFFFFFFFF,
            line.octets & 0xFFFFFFFF,
        )
        line.reception.reported(ntp, now)
        fanout.post(self.outlet, rtcp.build([report]) + rtcp.description(delivery.ssrc, CNAME))

    def _repair(self, line: RepairLine, packets: Sequence[tuple[Packet, Epoch]], fanout: Fanout) -> bool:
        """Queue packets as retransmissions (RFC 4588); False, and none queued, when a payload type has none."""
        placed: list[tuple[bytes, int, int]] = []
        for packet, epoch in packets:
            rendered = epoch.shape.render(packet)
            wrapped = None if rendered is None else line.wrap(rendered, packet.sequence + epoch.shift)
            if wrapped is None:
                return False
            placed.append((wrapped[0], wrapped[1], epoch.time(packet)))
        burst = lay_out(placed, self.outlet.protector.trailer, segmented=fanout.datagrams.segmented)
        fanout.send(self.outlet, burst, line.ssrc, 0, 0)
        return True

    def _send_numbered(self, packets: Sequence[tuple[Packet, Epoch]], fanout: Fanout) -> int | None:
        """Queue packets, each in an epoch's numbers. Returns their payload octets; None when one has no payload type."""
        placed: list[tuple[bytes, int, int]] = []
        for packet, epoch in packets:
            rendered = epoch.shape.render(packet)
            if rendered is None:
                return None
            placed.append((rendered, packet.sequence + epoch.shift, epoch.time(packet)))
        burst = lay_out(placed, self.outlet.protector.trailer, segmented=fanout.datagrams.segmented)
        fanout.send(self.outlet, burst, self.delivery.ssrc, 0, 0)
        return burst.octets


def repair_line(section: Section) -> RepairLine | None:
    """The line of retransmissions to a viewer's section; None where none was agreed on."""
    if not section.repair_ssrcs or not section.retransmissions:
        return None
    return RepairLine(section.repair_ssrcs[0], dict(section.retransmissions), secrets.randbelow(1 << 15))
