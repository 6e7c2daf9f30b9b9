"""How long packets take through the relay: from the publisher's stamp to the kernel's arrival stamp at eight viewers."""

from __future__ import annotations

import multiprocessing
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection

import veth
from cores import PUBLISHER, pin
from traffic import DOWN, STAMP, STAMP_AT, inbound

EARS = 8
_SO_TIMESTAMPNS = 35
_SECONDS = struct.Struct("@qq")


def _listen(sockets: list[socket.socket], results: Connection) -> None:
    """Open every packet and note its way, in milliseconds, until told to stop."""
    pin(PUBLISHER)
    opening = {udp.fileno(): (udp, inbound(DOWN)) for udp in sockets}
    found: list[float] = []
    while True:
        ready, _, _ = select.select([*opening, results], [], [])
        for one in ready:
            if one is results:
                if results.recv() == "stop":
                    results.send(sorted(found))
                    return
                found.clear()
                continue
            udp, session = opening[one]
            sealed, controls, _, _ = udp.recvmsg(2048, 64)
            if not 192 <= sealed[1] <= 223:
                (sent,) = STAMP.unpack_from(session.unprotect(sealed), STAMP_AT)
                seconds, nanoseconds = _SECONDS.unpack(controls[0][2])
                found.append((seconds * 1_000_000_000 + nanoseconds - sent) / 1e6)


class Ears:
    """Viewers that listen, in a process of their own."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.addresses = [udp.getsockname() for udp in sockets]
        self._results, far = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_listen, args=(sockets, far))
        self._process.start()

    def begin(self) -> None:
        """Forget what came so far."""
        self._results.send("begin")

    def end(self) -> dict[str, float]:
        """Percentiles since `begin`, in milliseconds."""
        self._results.send("stop")
        found = self._results.recv()
        self._process.join()
        return {
            "p50": found[len(found) // 2],
            "p99": found[int(len(found) * 0.99)],
            "most": found[-1],
            "packets": len(found),
        }


@contextmanager
def ears(namespace: str, host: str) -> Iterator[Ears]:
    """Eight of them."""
    with ExitStack() as stack, veth.inside(namespace):
        sockets = []
        for _ in range(EARS):
            udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            udp.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
            udp.bind((host, 0))
            sockets.append(udp)
        yield Ears(sockets)
