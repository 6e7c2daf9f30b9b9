"""Seats move into lanes and out of them; every lane stays that of its seat."""

from __future__ import annotations

import socket
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.audience import Audience, Audiences
from podium.relay.lanes import Outlet
from podium.relay.pictureid import PictureShift
from podium.relay.seat import Seat
from podium.relay.viewer import Viewer
from tests.relay.media import outbound
from tests.relay.test_delivery import Show, send

MOVES = st.lists(st.tuples(st.sampled_from(["settle", "loosen", "remove", "add", "loosen all"]), st.integers(0, 7)))


def seated(show: Show, number: int) -> Seat:
    delivery = show.viewer(first_sequence=100 * number)
    delivery.ssrc = number
    delivery.consider(show.now)
    send(delivery, delivery.replay(100), show.now)
    outlet = Outlet(socket.AF_INET, ("127.0.0.1", 1000 + number), outbound())
    return Seat(delivery, outlet, cast(Viewer, None))


@given(MOVES)
def test_every_lane_is_that_of_a_seat_that_is_not_loose(moves: list[tuple[str, int]]) -> None:
    show = Show()
    show.picture(b"\x10\x00" + bytes(60))
    seats = [seated(show, number) for number in range(8)]
    audience = Audience()
    settled: set[int] = set()
    present: set[int] = set()
    for move, number in moves:
        seat = seats[number]
        if move == "add" and number not in present:
            audience.add(seat)
            present.add(number)
        elif move == "settle" and number in present - settled:
            audience.settle(seat)
            settled.add(number)
        elif move == "loosen":
            audience.loosen(seat)
            settled.discard(number)
        elif move == "remove":
            audience.remove(seat)
            settled.discard(number)
            present.discard(number)
        elif move == "loosen all":
            audience.loosen_all()
            settled.clear()
        assert {seat.delivery.ssrc for seat in audience.loose} == present - settled
        assert {seat.delivery.ssrc for seat in audience.seats()} == present
        assert len(audience) == len(present)
        lanes = audience.lanes
        assert {ssrc for _, ssrc, _, _ in lanes.all()} == settled
        for index, (outlet, ssrc, shift, _) in enumerate(lanes.all()):
            assert outlet is seats[ssrc].outlet
            assert shift == seats[ssrc].delivery.line.epoch.shift
            assert lanes.array[index].ssrc == ssrc
            assert lanes.array[index].outlet == outlet.struct


def test_the_boundary_is_the_highest_of_all_lanes() -> None:
    show = Show()
    (key,) = show.picture(b"\x10\x00" + bytes(60))
    audience = Audience()
    first = seated(show, 1)
    (later,) = show.picture()
    second = seated(show, 2)
    for seat in (second, first):
        audience.add(seat)
        audience.settle(seat)
    assert key.sequence < audience.boundary == later.sequence
    audience.loosen_all()
    assert audience.boundary == -1


def test_seats_of_one_stream_and_shape_are_one_audience_which_is_gone_with_the_last() -> None:
    show, other, audiences = Show(), Show(), Audiences()
    for each in (show, other):
        each.picture(b"\x10\x00" + bytes(60))
    first, second, apart, elsewhere = seated(show, 1), seated(show, 2), seated(show, 3), seated(other, 4)
    apart.delivery.shape = apart.delivery.shape.moved(PictureShift(1, 0))
    for seat in (first, second, apart, elsewhere):
        audiences.add(seat)
    assert audiences.of(first) is audiences.of(second)
    assert sorted(len(audience) for _, audience in audiences.watching(show.stream)) == [1, 2]
    assert [audience.seats() for _, audience in audiences.watching(other.stream)] == [[elsewhere]]
    for seat in (first, second, apart):
        audiences.remove(seat)
        audiences.remove(seat)
    assert audiences.watching(show.stream) == []
    audiences.forget(other.stream)
    assert audiences.of(elsewhere) is None
