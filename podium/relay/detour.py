"""The way of one call to another server: a socket of its own, so that a server tells the sessions of one worker apart.

Servers tell peers apart by address, and two workers may have several sessions with each other. As a TCP connection, a
call is bridged: to the rest of the relay, the batched fan-out included, its peer has a loopback address.
"""

import asyncio
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress

from podium.relay import stun
from podium.relay.peer import Peer
from podium.relay.tcp import DATAGRAMS_PER_WAKE, LONGEST_FRAME, TcpPort, open_bridge
from podium.relay.udp import Address, UdpPort, enlarge_buffers

#: Checks whose answer may still come.
MOST_ASKED = 64
_NOMINATED = 1 << 31


class Detour:
    """Asks, and carries what the peer and the relay say to each other, until closed. Raises OSError."""

    def __init__(
        self, port: UdpPort, tcp: TcpPort, peer: Peer, remote: stun.Remote, candidates: Sequence[tuple[str, int]]
    ) -> None:
        self._port = port
        self._peer = peer
        self._remote = remote
        self._ways = tuple(candidates)
        self._towards: Address | None = None
        self._chosen = False
        self._asked: list[bytes] = []
        self._tie_breaker = secrets.randbits(64)
        self._bridge = open_bridge(tcp.family, tcp.relay)
        try:
            self._outside = socket.socket(tcp.family, socket.SOCK_DGRAM)
        except OSError:
            self._bridge.close()
            raise
        self._outside.setblocking(False)
        enlarge_buffers(self._outside)
        if tcp.family == socket.AF_INET6:
            self._outside.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, False)
        self._address: Address = self._bridge.getsockname()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._outside, self._from_peer)
        loop.add_reader(self._bridge, self._from_relay)

    def ask(self) -> None:
        """Check the way that was chosen, or all of them (RFC 8445, 7.2.2; RFC 7675)."""
        for host, number in [self._towards[:2]] if self._chosen and self._towards else self._ways:
            transaction, datagram = stun.request(self._remote, self._tie_breaker)
            self._asked = [*self._asked[1 - MOST_ASKED :], transaction]
            mapped = f"::ffff:{host}" if self._outside.family == socket.AF_INET6 and ":" not in host else host
            self._send(datagram, (mapped, number))

    def close(self) -> None:
        """What the relay said last still leaves."""
        self._from_relay()
        for one in (self._outside, self._bridge):
            asyncio.get_running_loop().remove_reader(one)
            one.close()
        self._port.unbridge(self._address)

    def _from_peer(self) -> None:
        for _ in range(DATAGRAMS_PER_WAKE):
            try:
                datagram, source = self._outside.recvfrom(LONGEST_FRAME)
            except OSError:  # nothing more for now, or nobody listens there
                return
            if self._chosen and source != self._towards:
                continue
            if datagram[8:20] in self._asked:
                self._choose(datagram, source)
            else:
                self._towards = source
                self._port.dispatch(datagram, self._address)

    def _choose(self, datagram: bytes, source: Address) -> None:
        if (transaction := stun.answered(datagram, self._remote.password)) is None:
            return
        self._asked.remove(transaction)
        self._towards, self._chosen = source, True
        self._port.bridge(self._address, source)
        self._port.bind(self._peer, self._address)
        self._peer.checked(self._address, True, _NOMINATED)

    def _from_relay(self) -> None:
        for _ in range(DATAGRAMS_PER_WAKE):
            try:
                datagram = self._bridge.recv(LONGEST_FRAME)
            except OSError:  # nothing more for now
                return
            if self._towards is not None:
                self._send(datagram, self._towards)

    def _send(self, datagram: bytes, address: Address) -> None:
        with suppress(OSError):  # a full buffer or an unreachable network drops it, as UDP may
            self._outside.sendto(datagram, address)
