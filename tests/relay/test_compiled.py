"""Both ways of fanning out put the same bytes on the wire and count the same; one viewer's trouble is its own."""

from __future__ import annotations

import contextlib
import logging
import secrets
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay import compiled
from podium.relay.compiled import MOST_BYTES, MOST_PACKETS, MOST_RUNS, Compiled
from podium.relay.datagrams import Datagrams
from podium.relay.fanout import Fanout, lay_out
from podium.relay.lanes import Lanes, Outlet, ffi
from tests.relay.compiler import PATHS, library, script
from tests.relay.media import PROFILES, inbound, outbound

SIZES = st.one_of(st.sampled_from([12, 100, 1100, 1200, 1500]), st.integers(12, 1500))
PACKETS = st.lists(st.tuples(SIZES, st.integers(0, 2**40), st.integers(0, 2**50)), min_size=1, max_size=12)
NUMBERS = st.tuples(st.integers(0, 2**32 - 1), st.integers(-(2**40), 2**40), st.integers(-(2**50), 2**50))


class Audience:
    """Sockets that listen, and their lanes."""

    def __init__(self, udp: socket.socket, path: str, *, segmented: bool = True) -> None:
        self.fanout = Fanout(udp, Datagrams(udp, segmented=segmented), library=library(path))
        self.udp = udp
        self.lanes = Lanes()
        self.outlets: list[Outlet] = []
        self.ears: list[socket.socket] = []

    def join(self, ssrc: int, shift: int, time_shift: int, *, profile: str = "AES-128-GCM") -> None:
        ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ear.setblocking(False)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        ear.bind(("127.0.0.1", 0))
        outlet = Outlet(self.udp.family, ear.getsockname(), outbound(bytes([len(self.ears) + 1]), profile))
        self.ears.append(ear)
        self.outlets.append(outlet)
        self.lanes.append((outlet, ssrc, shift, time_shift))

    def send(self, packets: list[tuple[bytes, int, int]]) -> None:
        trailer = self.outlets[0].protector.trailer
        self.fanout.fan_out(self.lanes, lay_out(packets, trailer, segmented=self.fanout.datagrams.segmented))
        self.fanout.flush()

    def heard(self) -> list[list[bytes]]:
        return [list(_all(ear)) for ear in self.ears]

    def close(self) -> None:
        for ear in self.ears:
            ear.close()


def _all(ear: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            yield ear.recv(4096)
        except BlockingIOError:
            return


@dataclass
class Outcome:
    datagrams: list[list[bytes]]
    counters: dict[str, int]
    outlets: list[tuple[int, int, int]]


def outcome(
    path: str, bursts: list[list[tuple[bytes, int, int]]], viewers: list[tuple[int, int, int]], **how: object
) -> Outcome:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        audience = Audience(udp, path, segmented=bool(how.pop("segmented", True)))
        for viewer in viewers:
            audience.join(*viewer, **how)  # type: ignore[arg-type]
        for burst in bursts:
            audience.send(burst)
        counts = [(outlet.packets, outlet.octets, outlet.dropped) for outlet in audience.outlets]
        found = Outcome(audience.heard(), audience.fanout.counters(), counts)
        audience.close()
        return found


def rendered(size: int, fill: int) -> bytes:
    return b"\x80\x60" + bytes(10) + bytes([fill % 256]) * (size - 12)


@given(
    bursts=st.lists(PACKETS, min_size=1, max_size=3),
    viewers=st.lists(NUMBERS, min_size=1, max_size=5),
    profile=st.sampled_from(list(PROFILES)),
    segmented=st.booleans(),
)
def test_both_paths_are_equal_byte_for_byte(
    bursts: list[list[tuple[int, int, int]]], viewers: list[tuple[int, int, int]], profile: str, segmented: bool
) -> None:
    made = [[(rendered(size, n), sequence, time) for n, (size, sequence, time) in enumerate(burst)] for burst in bursts]
    first, *others = (outcome(path, made, viewers, profile=profile, segmented=segmented) for path in PATHS)
    assert first.counters["packets_out"] + first.counters["dropped_unsealed"] == len(viewers) * sum(map(len, bursts))
    assert sum(map(len, first.datagrams)) == first.counters["packets_out"]
    assert all(other == first for other in others)


@pytest.mark.parametrize("path", PATHS)
def test_more_viewers_than_one_system_call_takes_all_hear_everything(path: str) -> None:
    packets = [(rendered(1100, n), n, 0) for n in range(30)]
    found = outcome(path, [packets], [(n + 1, n, n) for n in range(150)])
    assert {len(heard) for heard in found.datagrams} == {30}
    for number, heard in enumerate(found.datagrams):
        clear = inbound(bytes([number + 1])).unprotect(heard[-1])
        assert int.from_bytes(clear[8:12], "big") == number + 1
        assert int.from_bytes(clear[2:4], "big") == number + 29


@pytest.mark.parametrize("path", PATHS)
def test_mp_27_what_the_kernel_refuses_is_dropped_for_that_viewer_only(path: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        audience = Audience(udp, path)
        for number in range(3):
            audience.join(number + 1, 0, 0)
        audience.outlets[1].move(("127.0.0.1", 0))  # port 0 is nobody's: the kernel refuses the message
        audience.send([(rendered(1100, n), n, 0) for n in range(8)])
        assert [len(heard) for heard in audience.heard()] == [8, 0, 8]
        assert [outlet.dropped for outlet in audience.outlets] == [0, 8, 0]
        assert audience.fanout.counters()["dropped_send"] == 8
        audience.close()


def _fill(name: bytes, stack: contextlib.ExitStack) -> int:
    """Send until its queue takes no more, however long the system lets it be. Returns how many datagrams it holds."""
    held = 0
    while True:
        filler = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))  # each has a bound of its own
        filler.setblocking(False)
        before = held
        with contextlib.suppress(BlockingIOError):
            while True:
                filler.sendto(b"full", name)
                held += 1
        if held == before:
            return held


@pytest.mark.parametrize("path", PATHS)
def test_mp_27_a_blocked_viewer_loses_packets_and_its_neighbour_none(path: str) -> None:
    """Loopback never blocks a UDP socket. Unix sockets do, each by its own queue, and take the same system calls."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as udp:
        udp.setblocking(False)
        audience = Audience(udp, path, segmented=False)
        with contextlib.ExitStack() as stack:
            ears = [stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) for _ in range(2)]
            for number, ear in enumerate(ears):
                ear.setblocking(False)
                name = b"\0podium" + secrets.token_bytes(12)
                ear.bind(name)
                outlet = Outlet(socket.AF_INET, ("127.0.0.1", 9), outbound())
                packed = struct.pack("=H", socket.AF_UNIX) + name
                ffi.buffer(outlet.struct.name)[: len(packed)] = packed
                outlet.name_length = outlet.struct.name_length = len(packed)
                audience.outlets.append(outlet)
                audience.lanes.append((outlet, number, 0, 0))
            blocked, reading = ears
            held = _fill(blocked.getsockname(), stack)
            heard = 0
            for turn in range(10):
                audience.send([(rendered(1100, n), 8 * turn + n, 0) for n in range(8)])
                heard += len(list(_all(reading)))
            lost = audience.outlets[0].dropped
            assert heard == 80
            assert lost == 80
            assert len(list(_all(blocked))) == held
            assert audience.outlets[1].dropped == 0
            assert audience.fanout.counters()["dropped_send"] == lost


@pytest.mark.parametrize("path", PATHS)
def test_a_viewer_that_is_gone_answers_with_icmp_and_hurts_nobody(path: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        audience = Audience(udp, path)
        for number in range(3):
            audience.join(number + 1, 0, 0)
        audience.ears[1].close()
        for turn in range(5):
            audience.send([(rendered(1100, n), 8 * turn + n, 0) for n in range(8)])
        assert [len(list(_all(audience.ears[number]))) for number in (0, 2)] == [40, 40]
        assert audience.fanout.counters()["dropped_send"] == 0
        audience.close()


@pytest.mark.parametrize("path", PATHS)
def test_what_cannot_be_sealed_is_dropped_for_that_viewer_only(path: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        audience = Audience(udp, path)
        audience.join(1, 0, 0)
        audience.join(2, 5000, 0)
        audience.send([(rendered(100, 0), 6000, 0)])
        audience.lanes.remove(1)
        audience.lanes.append((audience.outlets[1], 2, -5500, 0))  # older than SRTP's window
        audience.send([(rendered(100, 0), 6001, 0)])
        assert [len(heard) for heard in audience.heard()] == [2, 1]
        assert [outlet.dropped for outlet in audience.outlets] == [0, 1]
        assert audience.fanout.counters()["dropped_unsealed"] == 1
        audience.close()


@pytest.mark.parametrize("path", PATHS)
def test_what_is_queued_for_a_viewer_leaves_before_the_next_burst(path: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        audience = Audience(udp, path)
        audience.join(1, 0, 0)
        alone = lay_out([(rendered(50, 1), 1, 0)], 16)
        audience.fanout.send(audience.outlets[0], alone, 1, 0, 0)
        audience.send([(rendered(70, 1), 2, 0)])
        assert [len(datagram) for datagram in audience.heard()[0]] == [66, 86]
        audience.close()


def test_what_is_too_much_for_one_call_is_not_given_to_it() -> None:
    if "compiled" in PATHS:
        native = Compiled(library("compiled"), 0)
        assert native.takes(MOST_BYTES, MOST_PACKETS, MOST_RUNS)
        assert not native.takes(MOST_BYTES + 1, 1, 1)
        assert not native.takes(1, MOST_PACKETS + 1, 1)
        assert not native.takes(1, 1, MOST_RUNS + 1)


def test_a_library_of_other_sources_is_not_loaded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    garbage = tmp_path / "libfanout.so"
    garbage.write_bytes(b"no library")
    assert compiled.load(garbage) is None
    assert "does not load" in caplog.text
    made = script()
    if made.compiler() is not None:
        made.checksum = lambda: 1
        assert made.build(garbage) == ""
        assert compiled.load(garbage) is None
        assert "another version" in caplog.text


def test_without_a_library_one_line_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert compiled.load(tmp_path / "none") is None
    assert len(caplog.records) == 1
