"""Outlets and lanes: what Python writes is what fanout.c reads."""

from __future__ import annotations

import socket

import pytest

from podium.relay.datagrams import Address, pack_name
from podium.relay.lanes import FIRST_ROOM, Lanes, Outlet, ffi
from podium.relay.srtp import address_of
from tests.relay.media import outbound


@pytest.mark.parametrize(
    ("family", "before", "after"),
    [
        (socket.AF_INET, ("10.0.0.1", 5000), ("192.0.2.7", 5001)),
        (socket.AF_INET6, ("2001:db8::1", 5000), ("2001:db8::2", 5001, 0, 0)),
    ],
)
def test_an_outlet_has_its_peers_address_where_c_looks_for_it(family: int, before: Address, after: Address) -> None:
    outlet = Outlet(family, before, outbound())
    outlet.move(after)
    packed = pack_name(family, after)
    assert bytes(ffi.buffer(outlet.struct.name))[: outlet.struct.name_length] == packed
    assert (outlet.name_length, outlet.address) == (len(packed), after)
    assert int(ffi.cast("uintptr_t", outlet.struct.context)) == address_of(outlet.context)


def test_an_outlet_counts_in_one_place() -> None:
    outlet = Outlet(socket.AF_INET, ("127.0.0.1", 9), outbound())
    outlet.sent(8, 9000)
    outlet.drop(3)
    outlet.struct.packets += 1
    assert (outlet.packets, outlet.octets, outlet.dropped) == (9, 9000, 3)


def test_lanes_grow_and_the_last_takes_the_place_of_one_that_leaves() -> None:
    lanes = Lanes()
    outlets = [Outlet(socket.AF_INET, ("127.0.0.1", number + 1), outbound()) for number in range(FIRST_ROOM + 1)]
    for number, outlet in enumerate(outlets):
        lanes.append((outlet, number, number - 70_000, -number))
    lanes.remove(0)
    lanes.remove(FIRST_ROOM - 1)
    assert len(lanes) == FIRST_ROOM - 1
    assert lanes.array[0].ssrc == FIRST_ROOM
    assert lanes.array[0].outlet == outlets[-1].struct
    assert lanes.array[0].shift == FIRST_ROOM - 70_000 + 2**32
    assert lanes.array[0].time_shift == 2**32 - FIRST_ROOM
    assert [ssrc for _, ssrc, _, _ in lanes.all()] == [lanes.array[number].ssrc for number in range(len(lanes))]
