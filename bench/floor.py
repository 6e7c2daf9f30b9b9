"""The floor of a run: the same packets sealed and sent by a few lines of C, at the same pace, and nothing else."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cffi
import pylibsrtp
from cores import spent
from traffic import DOWN, PACKET_BYTES, PACKETS_PER_PICTURE, PACKETS_PER_SECOND, PICTURES_PER_SECOND, outbound

from podium.relay.datagrams import pack_name
from podium.relay.srtp import address_of, protect_rtp_address

SOURCE = Path(__file__).with_name("floor.c")

ffi = cffi.FFI()
ffi.cdef("long floor_send(int, void *, void **, void *, int, int, int, int, unsigned);")


def compiled() -> Any:
    """The library; the benchmark, unlike the relay, needs a C compiler."""
    if (compiler := shutil.which("cc")) is None:
        raise SystemExit("The floor is measured in C: install a C compiler.")
    library = Path(tempfile.mkdtemp()) / "floor.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE)], check=True)
    found = ffi.dlopen(str(library))
    shutil.rmtree(library.parent)
    return found


@dataclass(frozen=True, slots=True)
class Beside:
    """CPU time in all (seconds), and per packet."""

    cpu: float
    microseconds: float


class Floor:
    """Sealing and sending to these viewers."""

    def __init__(self, library: Any, udp: socket.socket, addresses: list[tuple[str, int]]) -> None:
        self._library = library
        self._udp = udp
        self._sessions = [outbound(DOWN) for _ in addresses]
        self._contexts = ffi.new("void *[]", [_pointer(session) for session in self._sessions])
        self._names = ffi.new("char[]", b"".join(pack_name(udp.family, address) for address in addresses))
        self._count = len(addresses)
        self._sequence = 1

    def measure(self, seconds: float, *, packets: int, segmented: bool, paced: bool = True) -> float:
        """Microseconds of CPU per packet: `packets` in a row per viewer, in real time or as fast as it goes."""
        turn = self._turn(packets, segmented)
        turns = max(1, round(seconds * PACKETS_PER_SECOND / packets))
        turn()
        before, due = spent(), time.monotonic()
        for _ in range(turns):
            turn()
            due += packets / PACKETS_PER_SECOND
            if paced:
                time.sleep(max(0.0, due - time.monotonic()))
        used = spent() - before
        return (used.process + used.ksoftirqd) / (turns * packets * self._count) * 1e6

    def _turn(self, packets: int, segmented: bool) -> Callable[[], None]:
        def turn() -> None:
            protect = ffi.cast("void *", protect_rtp_address)
            how = packets, PACKET_BYTES, segmented, self._sequence
            sent = self._library.floor_send(self._udp.fileno(), protect, self._contexts, self._names, self._count, *how)
            self._sequence += packets
            if sent < 0:
                raise SystemExit("the floor could not be sent")

        return turn

    def beside(self, seconds: float, *, packets: int) -> Beside:
        """The same in a thread beside something else: as many turns a second as there are pictures."""
        turn = self._turn(packets, segmented=True)
        turns, due = max(1, round(seconds * PICTURES_PER_SECOND)), time.monotonic()
        before = time.thread_time()
        for _ in range(turns):
            turn()
            due += 1 / PICTURES_PER_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
        cpu = time.thread_time() - before
        return Beside(cpu, cpu / (turns * packets * self._count) * 1e6)

    def all(self, seconds: float, *, bursts: bool) -> dict[str, float]:
        """Further floors."""
        packets = PACKETS_PER_PICTURE if bursts else 1
        return {
            "sendmmsg": self.measure(seconds, packets=packets, segmented=False),
            "segmented_flat_out": self.measure(seconds, packets=packets, segmented=True, paced=False),
        }


def _pointer(session: pylibsrtp.Session) -> Any:
    return ffi.cast("void *", address_of(session._srtp[0]))
