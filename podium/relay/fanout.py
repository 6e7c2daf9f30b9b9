"""The hot path: packets of a stream to all its viewers. Per viewer ten bytes are rewritten, sealed and sent.

A `Burst` lays out, once for all viewers of one shape, the packets that go out together; per viewer it is copied into
the arena, numbered, sealed in place and queued as few runs. `fan_out` does so for many viewers that follow a stream,
by fanout.c where it was built, else here, with the same bytes; `send` and `post` are for one peer.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from podium.relay.cache import Packet
from podium.relay.compiled import Compiled
from podium.relay.datagrams import MOST_RUN_BYTES, MOST_SEGMENTS, Datagrams
from podium.relay.lanes import Lanes, Outlet
from podium.relay.shape import Shape
from podium.relay.srtp import TRAILER_ROOM, ffi, protect_rtcp, protect_rtp

_NUMBERS = struct.Struct("!HII")


@dataclass(frozen=True, slots=True)
class Burst:
    """Packets laid out for one shape and trailer length.

    `packets` are (offset, length, sequence, timestamp); `runs` are (offset, size, segment) as `Datagrams.add` takes them.
    """

    image: bytes
    packets: tuple[tuple[int, int, int, int], ...]
    runs: tuple[tuple[int, int, int], ...]
    octets: int


def plan_runs(sizes: Sequence[int], *, segmented: bool = True) -> tuple[tuple[int, int, int], ...]:
    """Cut adjoining packets of these sizes into runs (offset, size, segment): equal sizes, the last may be shorter."""
    runs: list[tuple[int, int, int]] = []
    start = offset = count = segment = 0
    closed = True
    for size in sizes:
        fits = not closed and size <= segment and count < MOST_SEGMENTS
        if not (segmented and fits and offset + size - start <= MOST_RUN_BYTES):
            if count:
                runs.append((start, offset - start, segment if count > 1 else 0))
            start, count, segment, closed = offset, 0, size, False
        closed = size < segment
        count += 1
        offset += size
    if count:
        runs.append((start, offset - start, segment if count > 1 else 0))
    return tuple(runs)


def lay_out(packets: Iterable[tuple[bytes, int, int]], trailer: int, *, segmented: bool = True) -> Burst:
    """A burst of (rendered packet, sequence, timestamp), each with `trailer` bytes of room behind it."""
    parts: list[bytes] = []
    placed: list[tuple[int, int, int, int]] = []
    sizes: list[int] = []
    room = bytes(trailer)
    offset = 0
    for rendered, sequence, timestamp in packets:
        plain = len(rendered)
        placed.append((offset, plain, sequence, timestamp))
        sizes.append(plain + trailer)
        parts += (rendered, room)
        offset += plain + trailer
    return Burst(
        b"".join(parts), tuple(placed), plan_runs(sizes, segmented=segmented), offset - (trailer + 12) * len(placed)
    )


class Fanout:
    """Seals and sends through one UDP socket. Nothing of `send` and `post` leaves before `flush` or a full arena.

    `library` is what `compiled.load` found; None: everything is done in Python.
    """

    def __init__(self, udp: socket.socket, datagrams: Datagrams | None = None, *, library: Any | None = None) -> None:
        self.datagrams = datagrams if datagrams is not None else Datagrams(udp)
        self._compiled = Compiled(library, udp.fileno()) if library is not None else None
        self._length = ffi.new("int *")
        self._sent_packets = 0
        self._sent_octets = 0
        self._unsealed = 0

    def counters(self) -> dict[str, int]:
        """What was sent and what was dropped, since the start."""
        compiled = self._compiled
        return {
            "packets_out": self._sent_packets + (compiled.sent_packets if compiled else 0),
            "bytes_out": self._sent_octets + (compiled.sent_octets if compiled else 0),
            "dropped_send": self.datagrams.dropped + (compiled.dropped if compiled else 0),
            "dropped_unsealed": self._unsealed + (compiled.unsealed if compiled else 0),
        }

    def burst(self, packets: Sequence[Packet], shape: Shape, trailer: int) -> Burst | None:
        """The packets in this shape, in the stream's numbers; None when the shape lacks their codec."""
        placed: list[tuple[bytes, int, int]] = []
        for packet in packets:
            rendered = shape.render(packet)
            if rendered is None:
                return None
            placed.append((rendered, packet.sequence, packet.timestamp))
        return lay_out(placed, trailer, segmented=self.datagrams.segmented)

    def fan_out(self, lanes: Lanes, burst: Burst) -> None:
        """Send a burst in the stream's numbers to all lanes, behind what is queued."""
        compiled = self._compiled
        if compiled is not None and compiled.takes(len(burst.image), len(burst.packets), len(burst.runs)):
            self.datagrams.send()
            compiled.send(lanes, burst.image, burst.packets, burst.runs)
            if compiled.refused:
                self.datagrams.segmented = False
            return
        send = self.send
        for outlet, ssrc, shift, time_shift in lanes.all():
            send(outlet, burst, ssrc, shift, time_shift)

    def send(self, outlet: Outlet, burst: Burst, ssrc: int, shift: int, time_shift: int) -> None:
        """Queue a burst for one viewer, its numbers shifted; a packet that cannot be sealed drops the burst for it."""
        datagrams, size = self.datagrams, len(burst.image)
        if not datagrams.room_for(size, len(burst.runs)):
            datagrams.send()
        base = datagrams.used
        view, pointer, length = datagrams.view, datagrams.pointer, self._length
        view[base : base + size] = burst.image
        context, number, protect = outlet.context, _NUMBERS.pack_into, protect_rtp
        for offset, plain, sequence, timestamp in burst.packets:
            at = base + offset
            number(view, at + 2, sequence + shift & 0xFFFF, timestamp + time_shift & 0xFFFFFFFF, ssrc)
            length[0] = plain
            if protect(context, pointer + at, length):
                self._unsealed += len(burst.packets)
                outlet.drop(len(burst.packets))
                return
        datagrams.used = base + size
        for offset, run, segment in burst.runs:
            datagrams.add(outlet, base + offset, run, segment)
        outlet.sent(len(burst.packets), size)
        self._sent_packets += len(burst.packets)
        self._sent_octets += size

    def post(self, outlet: Outlet, compound: bytes) -> None:
        """Queue an RTCP compound packet for one peer."""
        datagrams, room = self.datagrams, len(compound) + TRAILER_ROOM
        if not datagrams.room_for(room, 1):
            datagrams.send()
        base = datagrams.used
        datagrams.view[base : base + len(compound)] = compound
        self._length[0] = len(compound)
        if protect_rtcp(outlet.context, datagrams.pointer + base, self._length):
            self._unsealed += 1
            outlet.drop(1)
            return
        size = self._length[0]
        datagrams.used = base + size
        datagrams.add(outlet, base, size, 0)

    def flush(self) -> None:
        """Hand everything queued to the kernel."""
        self.datagrams.send()
