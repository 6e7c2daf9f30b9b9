"""One UDP socket for all peers of a worker, over IPv4 and IPv6: who a datagram is from and what it is.

STUN is answered here and tells peers apart by ufrag; an authenticated check binds its source address to its peer,
and DTLS, SRTP and SRTCP are told apart by address from then on (RFC 7983, RFC 8445). An address nobody has
authenticated from reaches nobody.
"""

import asyncio
import contextlib
import errno
import socket
import struct
import sys
from collections import Counter
from typing import Any, Protocol

from podium.relay import stun

#: As the socket's family gives it: (host, port), over IPv6 (host, port, flow, scope).
Address = tuple[Any, ...]

EVERYWHERE = "::"
EVERYWHERE_IPV4 = "0.0.0.0"  # noqa: S104 - where the operator asked for every address
#: A picture for a thousand viewers is 9 MB, should the device not keep up.
BUFFER_BYTES = 16 * 1024 * 1024
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33  # Linux
_DATAGRAM_BYTES = 2048
_DATAGRAMS_PER_WAKE = 256
_ADDRESSES_PER_PEER = 8
# of linux/sock_diag.h; Python does not name them
_SO_MEMINFO = 55
_SK_MEMINFO_DROPS = 8


class MediaPortTaken(Exception):
    """The media port cannot be opened. The text is a sentence for the operator."""


class Receiver(Protocol):
    """A peer as the port sees it."""

    @property
    def password(self) -> str: ...

    @property
    def controls(self) -> bool:
        """Whether it asks the peer (RFC 8445, controlling), which is lite then or controlled."""

    def checked(self, address: Address, nominated: bool, priority: int) -> None:
        """An authenticated connectivity or consent check came from `address`."""

    def lost(self, address: Address) -> None:
        """Nothing can come from or go to `address` any more."""

    def dtls(self, datagram: bytes) -> None: ...

    def media(self, datagram: bytes) -> None:
        """SRTP or SRTCP, still protected."""


def open_socket(host: str, port: int) -> socket.socket:
    """A bound, non-blocking UDP socket with large buffers; port 0 takes a free one. Raises MediaPortTaken.

    `::` takes IPv4 as well, and IPv4 alone where the system has no IPv6.
    """
    try:
        udp = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    except OSError:
        if host != EVERYWHERE:
            raise
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if host == EVERYWHERE and udp.family == socket.AF_INET:
        host = EVERYWHERE_IPV4
    try:
        enlarge_buffers(udp)
        if udp.family == socket.AF_INET6:
            udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, host != EVERYWHERE)
        udp.setblocking(False)
        udp.bind((host, port))
    except OSError as error:
        udp.close()
        if host == EVERYWHERE and error.errno == errno.EADDRNOTAVAIL:  # IPv6 is switched off
            return open_socket(EVERYWHERE_IPV4, port)
        reason = error.strerror or str(error)
        taken = error.errno == errno.EADDRINUSE
        advice = "Stop the program that uses it or choose another media port" if taken else "Choose another --host"
        raise MediaPortTaken(f"The media port {port}/udp on {host} cannot be opened ({reason}). {advice}.") from error
    return udp


def enlarge_buffers(udp: socket.socket) -> None:
    """Ask for BUFFER_BYTES each way: past the system's limit (net.core.rmem_max, wmem_max) where we may, else up to it."""
    for force, plain in ((_SO_RCVBUFFORCE, socket.SO_RCVBUF), (_SO_SNDBUFFORCE, socket.SO_SNDBUF)):
        udp.setsockopt(socket.SOL_SOCKET, plain, BUFFER_BYTES)
        if sys.platform == "linux":
            with contextlib.suppress(PermissionError):  # without CAP_NET_ADMIN
                udp.setsockopt(socket.SOL_SOCKET, force, BUFFER_BYTES)


def overflowed(udp: socket.socket) -> int:
    """Datagrams that the kernel has dropped because nobody read this socket in time; 0 where it does not say."""
    if not sys.platform.startswith("linux"):
        return 0
    words = struct.unpack("9I", udp.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 36))
    return int(words[_SK_MEMINFO_DROPS])


class UdpPort:
    """Reads the socket, answers STUN, hands the rest to the peer of its source address."""

    def __init__(self, udp: socket.socket, counters: Counter[str]) -> None:
        self._udp = udp
        self._counters = counters
        self._by_ufrag: dict[str, Receiver] = {}
        self._by_address: dict[Address, Receiver] = {}
        self._addresses: dict[Receiver, list[Address]] = {}
        self._bridged: dict[Address, Address] = {}

    def start(self) -> None:
        """Read in the running loop until `stop`."""
        asyncio.get_running_loop().add_reader(self._udp, self._readable)

    def stop(self) -> None:
        asyncio.get_running_loop().remove_reader(self._udp)

    def admit(self, ufrag: str, receiver: Receiver) -> None:
        """Answer checks for `ufrag` in the name of `receiver`."""
        self._by_ufrag[ufrag] = receiver

    def dismiss(self, ufrag: str) -> None:
        """Checks for `ufrag` are no longer answered; the peer's addresses stay (ICE restart)."""
        self._by_ufrag.pop(ufrag, None)

    def bridge(self, address: Address, remote: Address) -> None:
        """Datagrams dispatched from `address` come in truth from `remote`, by another transport."""
        self._bridged[address] = remote

    def unbridge(self, address: Address) -> None:
        """That way is closed: its peer, if it has one, takes the next one it checks."""
        self._bridged.pop(address, None)
        receiver = self._by_address.pop(address, None)
        if receiver is not None:
            self._addresses[receiver].remove(address)
            receiver.lost(address)

    def knows(self, address: Address) -> bool:
        """Whether a peer has authenticated from there."""
        return address in self._by_address

    def forget(self, receiver: Receiver) -> None:
        """Nothing from the peer's addresses reaches it any more."""
        for address in self._addresses.pop(receiver, ()):
            del self._by_address[address]

    def send(self, datagram: bytes, address: Address) -> None:
        """Send one datagram; a full buffer or an unreachable network drops it, as UDP may."""
        try:
            self._udp.sendto(datagram, address)
        except OSError:
            self._counters["dropped_send"] += 1

    def _readable(self) -> None:
        receive, dispatch = self._udp.recvfrom, self.dispatch
        for _ in range(_DATAGRAMS_PER_WAKE):
            try:
                datagram, address = receive(_DATAGRAM_BYTES)
            except BlockingIOError:
                return
            except OSError:
                self._counters["dropped_receive"] += 1
                return
            dispatch(datagram, address)

    def dispatch(self, datagram: bytes, address: Address) -> None:
        """Hand one datagram to whom it concerns (RFC 7983 section 7)."""
        first = datagram[0] if datagram else 255
        if 128 <= first <= 191:
            if (receiver := self._by_address.get(address)) is not None:
                receiver.media(datagram)
            else:
                self._counters["dropped_unknown_address"] += 1
        elif first <= 3:
            self._stun(datagram, address)
        elif 20 <= first <= 63:
            if (receiver := self._by_address.get(address)) is not None:
                receiver.dtls(datagram)
            else:
                self._counters["dropped_unknown_address"] += 1
        else:
            self._counters["dropped_unknown_protocol"] += 1

    def _stun(self, datagram: bytes, address: Address) -> None:
        request = stun.parse_request(datagram)
        if request is None:
            self._counters["dropped_stun_malformed"] += 1
            return
        receiver = self._by_ufrag.get(request.ufrag)
        if receiver is None:
            self._counters["dropped_stun_unknown"] += 1
            return
        if not stun.is_authentic(request, receiver.password):
            self._counters["dropped_stun_forged"] += 1
            return
        if request.controlled and not receiver.controls:
            self.send(stun.role_conflict(request, receiver.password), address)
            return
        self.send(stun.success(request, receiver.password, self._bridged.get(address, address)), address)
        self.bind(receiver, address)
        receiver.checked(address, request.nominated, request.priority)

    def bind(self, receiver: Receiver, address: Address) -> None:
        """The peer has authenticated from this address."""
        owner = self._by_address.get(address)
        if owner is receiver:
            self._addresses[receiver].remove(address)
            self._addresses[receiver].append(address)  # the one unused for longest is forgotten first
            return
        if owner is not None:  # a NAT gave the address to another peer: the one who authenticated last has it
            self._addresses[owner].remove(address)
        addresses = self._addresses.setdefault(receiver, [])
        if len(addresses) == _ADDRESSES_PER_PEER:
            del self._by_address[addresses.pop(0)]
        addresses.append(address)
        self._by_address[address] = receiver
