"""The ways out to peers, and the viewers of one burst side by side, as structures that Python and fanout.c share.

`fanout.h` declares them once; cffi reads it, with or without a compiler.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cffi  # type: ignore[import-untyped]  # ships no types
import pylibsrtp

from podium.relay.datagrams import Address, pack_name
from podium.relay.srtp import Protector, address_of

HEADER = Path(__file__).with_name("fanout.h")
FIRST_ROOM = 16

ffi = cffi.FFI()
ffi.cdef(HEADER.read_text(encoding="ascii"))

#: A viewer of the fan-out: where its packets go, its SSRC, and what is added to the stream's numbers and times.
Lane = tuple["Outlet", int, int, int]


class Outlet:
    """The way out to one peer: its address, its sealing and what was lost on the way. `struct` is fanout.c's view."""

    def __init__(self, family: int, address: Address, outbound: pylibsrtp.Session) -> None:
        self._family = family
        self.protector = Protector(outbound)
        self.context = self.protector.context
        self.struct: Any = ffi.new("struct podium_outlet *")
        self.struct.context = ffi.cast("void *", address_of(self.context))
        self._name = ffi.buffer(self.struct.name)
        self.name_pointer = int(ffi.cast("uintptr_t", self.struct.name))
        self.name_length = 0
        self.address: Address = ()
        self.move(address)

    def move(self, address: Address) -> None:
        """Send to this address from now on."""
        self.address = address
        packed = pack_name(self._family, address)
        self._name[: len(packed)] = packed
        self.name_length = self.struct.name_length = len(packed)

    @property
    def packets(self) -> int:
        """Media packets sent, retransmissions among them."""
        return int(self.struct.packets)

    @property
    def octets(self) -> int:
        """Bytes of them, sealed."""
        return int(self.struct.octets)

    @property
    def dropped(self) -> int:
        """Packets that could not be sealed or that the kernel refused."""
        return int(self.struct.dropped)

    def sent(self, packets: int, octets: int) -> None:
        """Count what was sealed and queued."""
        self.struct.packets += packets
        self.struct.octets += octets

    def drop(self, packets: int) -> None:
        """Count what did not leave."""
        self.struct.dropped += packets


class Lanes:
    """Viewers that get the same bursts, in no order. `array` is what fanout.c reads; both forms change only here."""

    def __init__(self) -> None:
        self.array: Any = ffi.new("struct podium_lane[]", FIRST_ROOM)
        self._lanes: list[Lane] = []

    def __len__(self) -> int:
        return len(self._lanes)

    def all(self) -> list[Lane]:
        """Each lane as Python's path takes it."""
        return self._lanes

    def append(self, lane: Lane) -> None:
        """Put a lane behind the last."""
        number = len(self._lanes)
        if number == len(self.array):
            longer = ffi.new("struct podium_lane[]", 2 * number)
            ffi.memmove(longer, self.array, ffi.sizeof(self.array))
            self.array = longer
        self._lanes.append(lane)
        self._write(number, lane)

    def remove(self, number: int) -> None:
        """Take a lane out; the last one gets its number."""
        last = self._lanes.pop()
        if number < len(self._lanes):
            self._lanes[number] = last
            self._write(number, last)

    def _write(self, number: int, lane: Lane) -> None:
        outlet, ssrc, shift, time_shift = lane
        entry = self.array[number]
        entry.outlet = outlet.struct
        entry.ssrc = ssrc
        entry.shift = shift & 0xFFFFFFFF
        entry.time_shift = time_shift & 0xFFFFFFFF
