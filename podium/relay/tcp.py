"""ICE over TCP for networks that block UDP: passive candidates (RFC 6544) with framed datagrams (RFC 4571).

A connection is bridged: what comes in is dispatched as a datagram, and towards the peer the relay sends to a loopback
UDP socket of that connection, which this module reads and frames. So a TCP peer is to all the rest of the relay,
the batched fan-out included, a UDP peer with a loopback address, and what a slow connection cannot take is dropped for
it alone.
"""

import asyncio
import errno
import socket
from collections import Counter
from ipaddress import IPv4Address, ip_address

from podium.relay.udp import Address, MediaPortTaken, UdpPort, overflowed

BACKLOG = 128
#: A frame holds one packet; nothing longer comes from a peer.
LONGEST_FRAME = 2048
#: Connections that lead to no peer: not yet, or not any more. One address cannot have them all while others come.
MOST_STRANGERS = 256
#: So often each is looked at (seconds).
STRANGER_SECONDS = 10.0
#: Frames a stranger may send.
STRANGER_FRAMES = 16
#: What may wait for a slow connection: here, and in the kernel, whose own limit would be seconds of video.
MOST_WAITING = 128 * 1024
KERNEL_BYTES = 256 * 1024
BRIDGE_BYTES = 1024 * 1024
DATAGRAMS_PER_WAKE = 64


def open_listener(udp: socket.socket) -> socket.socket:
    """A listening, non-blocking TCP socket at the address of a UDP one. Raises MediaPortTaken."""
    listener = socket.socket(udp.family, socket.SOCK_STREAM)
    host, port = udp.getsockname()[:2]
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)  # connections inherit it
        if udp.family == socket.AF_INET6:
            only = udp.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
        listener.setblocking(False)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        taken = error.errno == errno.EADDRINUSE
        advice = "Stop the program that uses it or choose another media port" if taken else "Choose another --host"
        raise MediaPortTaken(f"The media port {port}/tcp on {host} cannot be opened ({reason}). {advice}.") from error
    return listener


class TcpPort:
    """Accepts connections for `port`, whose peers they lead to. `udp` is the socket that the relay sends from."""

    def __init__(self, listener: socket.socket, udp: socket.socket, port: UdpPort, counters: Counter[str]) -> None:
        self.port = port
        self.counters = counters
        self.family = udp.family
        self.relay: Address = udp.getsockname()
        host = ip_address(self.relay[0])
        if host.is_unspecified:  # a socket for both families reaches 127.0.0.1 even where IPv6 is switched off
            self.relay = ("127.0.0.1" if host.version == 4 else "::ffff:127.0.0.1", *self.relay[1:])
        self.connections: dict[Connection, None] = {}
        self.overflowed_before = 0  # by connections that have ended
        self._listener = listener
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Accept in the running loop until `stop`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), sock=self._listener, backlog=BACKLOG)

    def stop(self) -> None:
        """Accept no more, end all connections."""
        if self._server is not None:
            self._server.close()
        for connection in list(self.connections):
            connection.abort()

    def overflowed(self) -> int:
        """Datagrams for TCP peers that the kernel has dropped because a bridge was not read in time."""
        return self.overflowed_before + sum(connection.overflowed() for connection in self.connections)

    def strangers(self) -> int:
        """Connections that are no peer's way: never authenticated on, given up for newer ones, or of a session that is over."""
        return sum(not connection.known for connection in self.connections)

    def make_room(self, subscriber: str) -> bool:
        """Whether one more stranger may come from there: where too many are, the eldest of those who have most gives way."""
        strangers = [connection for connection in self.connections if not connection.known]
        if len(strangers) < MOST_STRANGERS:
            return True
        counts = Counter(stranger.subscriber for stranger in strangers)
        ((most, count),) = counts.most_common(1)
        if counts[subscriber] == count:
            return False
        next(stranger for stranger in strangers if stranger.subscriber == most).send_away()
        return True


class Connection(asyncio.Protocol):
    """One accepted connection and its bridge."""

    def __init__(self, tcp: TcpPort) -> None:
        self._tcp = tcp
        self._counters = tcp.counters
        self._transport: asyncio.Transport | None = None
        self._bridge: socket.socket | None = None
        self._address: Address = ()
        self._received = bytearray()
        self._frames = 0
        self._judgement: asyncio.TimerHandle | None = None
        self.subscriber = ""

    @property
    def known(self) -> bool:
        """Whether it is a way to a peer now."""
        return self._tcp.port.knows(self._address)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer: Address = transport.get_extra_info("peername") or ("", 0)
        self.subscriber = _subscriber(peer[0])
        if not self._tcp.make_room(self.subscriber):
            self._counters["dropped_tcp_strangers"] += 1
            transport.abort()
            return
        try:
            self._bridge = bridge = open_bridge(self._tcp.family, self._tcp.relay)
        except OSError:  # no more descriptors
            self._counters["dropped_tcp_strangers"] += 1
            transport.abort()
            return
        self._address = bridge.getsockname()
        self._tcp.connections[self] = None
        self._tcp.port.bridge(self._address, peer)
        loop = asyncio.get_running_loop()
        loop.add_reader(bridge, self._from_relay)
        self._judgement = loop.call_later(STRANGER_SECONDS, self._judge)
        self._counters["tcp_connections"] += 1

    def data_received(self, data: bytes) -> None:
        received, at = self._received, 0
        received += data
        while len(received) - at >= 2:
            length = int.from_bytes(received[at : at + 2], "big")
            if not length or length > LONGEST_FRAME:
                self._counters["dropped_tcp_malformed"] += 1
                self.abort()
                return
            if len(received) - at < 2 + length:
                break
            frame = bytes(received[at + 2 : at + 2 + length])
            at += 2 + length
            self._tcp.port.dispatch(frame, self._address)
            if not self.known:
                self._frames += 1
                if self._frames >= STRANGER_FRAMES:
                    self.send_away()
                    return
        del received[:at]

    def _judge(self) -> None:
        if self.known:
            self._judgement = asyncio.get_running_loop().call_later(STRANGER_SECONDS, self._judge)
        else:
            self.send_away()

    def send_away(self) -> None:
        """End a connection that leads to no peer."""
        self._counters["dropped_tcp_strangers"] += 1
        self.abort()

    def _from_relay(self) -> None:
        transport, bridge = self._transport, self._bridge
        assert transport is not None
        assert bridge is not None
        framed = bytearray()
        waiting = transport.get_write_buffer_size()
        for _ in range(DATAGRAMS_PER_WAKE):
            try:
                datagram = bridge.recv(LONGEST_FRAME)
            except OSError:  # nothing more for now
                break
            if waiting + len(framed) > MOST_WAITING:
                self._counters["dropped_tcp_slow"] += 1
                continue
            framed += len(datagram).to_bytes(2, "big")
            framed += datagram
        if framed and not transport.is_closing():
            transport.write(framed)

    def overflowed(self) -> int:
        """What the kernel has dropped on the bridge."""
        return overflowed(self._bridge) if self._bridge is not None else 0

    def abort(self) -> None:
        """End it now; what waits is lost."""
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it ended is all the same
        if self._judgement is not None:
            self._judgement.cancel()
        if self._bridge is not None:
            asyncio.get_running_loop().remove_reader(self._bridge)
            self._tcp.port.unbridge(self._address)
            self._tcp.overflowed_before += overflowed(self._bridge)
            self._bridge.close()
            self._bridge = None
        self._tcp.connections.pop(self, None)


def _subscriber(host: str) -> str:
    """Who shares an address: that of IPv4, the first 64 bits of IPv6."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:  # gone already
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or address.packed[:8].hex())


def open_bridge(family: int, relay: Address) -> socket.socket:
    """A UDP socket on the relay's own host that hears nobody but the relay's media socket."""
    bridge = socket.socket(family, socket.SOCK_DGRAM)
    try:
        bridge.setblocking(False)
        bridge.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BRIDGE_BYTES)
        bridge.bind((relay[0], 0))
        bridge.connect(relay)
    except OSError:
        bridge.close()
        raise
    return bridge
