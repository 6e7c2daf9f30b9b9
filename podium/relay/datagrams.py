"""Many datagrams in one system call: `sendmmsg` over an arena, with UDP segmentation offload where the kernel has it.

A run is one or more packets of `segment` bytes each (the last may be shorter) that lie one behind the other in the
arena and go to one address. Linux sends a run as one message (UDP_SEGMENT); elsewhere every packet is a `sendto`.
"""

from __future__ import annotations

import errno
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any, Protocol

import cffi  # type: ignore[import-untyped]  # ships no types

Address = tuple[Any, ...]

#: What is sealed together is sent while it is still in the processor's cache.
ARENA = 256 * 1024
MOST_MESSAGES = 256
#: What the kernel takes in one message (UDP_MAX_SEGMENTS of Linux before 6.9, and the longest datagram).
MOST_SEGMENTS = 64
MOST_RUN_BYTES = 65_000

_UDP_SEGMENT = 103
_MESSAGE = struct.Struct("@PI4xPNPNi4xI4x")
_VECTOR = struct.Struct("@PN")
_CONTROL = struct.Struct("@NiiH6x")


class Recipient(Protocol):
    """Whom a run is for: the address in both forms, and where losses are counted."""

    address: Address
    name_pointer: int
    name_length: int

    def drop(self, packets: int) -> None:
        """So many of its packets did not leave."""


class Datagrams:
    """Runs collected in an arena until `send`. `view` is the arena's memory, `pointer` its cffi pointer."""

    def __init__(self, udp: socket.socket, *, batched: bool = True, segmented: bool = True) -> None:
        self._udp = udp
        self._ffi = cffi.FFI()
        self._ffi.cdef("int sendmmsg(int, void *, unsigned int, int);")
        self._sendmmsg = _find_sendmmsg(self._ffi) if batched else None
        self.segmented = segmented and self._sendmmsg is not None and _has_segmentation(udp)
        self.pointer = self._ffi.new("char[]", ARENA)
        self.view = memoryview(self._ffi.buffer(self.pointer))
        self._base = self._address_of(self.pointer)
        self._messages = self._ffi.new("char[]", _MESSAGE.size * MOST_MESSAGES)
        self._message_view = memoryview(self._ffi.buffer(self._messages))
        self._vectors = self._ffi.new("char[]", _VECTOR.size * MOST_MESSAGES)
        self._vector_view = memoryview(self._ffi.buffer(self._vectors))
        self._vector_base = self._address_of(self._vectors)
        self._controls = self._ffi.new("char[]", _CONTROL.size * MOST_MESSAGES)
        self._control_view = memoryview(self._ffi.buffer(self._controls))
        self._control_base = self._address_of(self._controls)
        self._runs: list[tuple[Recipient, int, int, int]] = []
        self.used = 0
        self.dropped = 0

    def _address_of(self, pointer: object) -> int:
        return int(self._ffi.cast("uintptr_t", pointer))

    def __len__(self) -> int:
        return len(self._runs)

    def room_for(self, size: int, runs: int) -> bool:
        """Whether so many bytes in so many runs still fit before the next `send`."""
        return self.used + size <= ARENA and len(self._runs) + runs <= MOST_MESSAGES

    def add(self, recipient: Recipient, offset: int, size: int, segment: int) -> None:
        """A run of `size` bytes at `offset` of the arena, in packets of `segment` bytes (0: it is one packet)."""
        number = len(self._runs)
        self._runs.append((recipient, offset, size, segment))
        control = controls = 0
        if segment:
            control, controls = self._control_base + number * _CONTROL.size, _CONTROL.size
            _CONTROL.pack_into(
                self._control_view, number * _CONTROL.size, 18, socket.IPPROTO_UDP, _UDP_SEGMENT, segment
            )
        _VECTOR.pack_into(self._vector_view, number * _VECTOR.size, self._base + offset, size)
        _MESSAGE.pack_into(
            self._message_view,
            number * _MESSAGE.size,
            recipient.name_pointer,
            recipient.name_length,
            self._vector_base + number * _VECTOR.size,
            1,
            control,
            controls,
            0,
            0,
        )

    def send(self) -> None:
        """Send all runs. What the kernel refuses is dropped for that recipient and counted; nothing is raised."""
        if self._runs:
            if self._sendmmsg is None:
                for run in self._runs:
                    self._send_plainly(*run)
            else:
                self._send_batched(self._sendmmsg)
            self._runs.clear()
        self.used = 0

    def _send_batched(self, sendmmsg: Callable[..., int]) -> None:
        done, total, descriptor = 0, len(self._runs), self._udp.fileno()
        while done < total:
            sent = sendmmsg(descriptor, self._messages + done * _MESSAGE.size, total - done, 0)
            if sent > 0:
                done += sent
                continue
            code = self._ffi.errno
            if code == errno.EINTR:
                continue
            recipient, offset, size, segment = self._runs[done]
            if segment and code in (errno.EINVAL, errno.EIO, errno.EMSGSIZE, errno.EOPNOTSUPP):
                self.segmented = self.segmented and code != errno.EIO
                self._send_plainly(recipient, offset, size, segment)
            else:
                self._drop(recipient, size, segment)
            done += 1

    def _send_plainly(self, recipient: Recipient, offset: int, size: int, segment: int) -> None:
        step = segment or size
        for at in range(offset, offset + size, step):
            end = min(at + step, offset + size)
            try:
                self._udp.sendto(self.view[at:end], recipient.address)
            except OSError:
                self._drop(recipient, end - at, 0)

    def _drop(self, recipient: Recipient, size: int, segment: int) -> None:
        packets = -(-size // segment) if segment else 1
        recipient.drop(packets)
        self.dropped += packets


def _find_sendmmsg(ffi: cffi.FFI) -> Callable[..., int] | None:
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return None
    try:
        found: Callable[..., int] = ffi.dlopen(None).sendmmsg
    except (OSError, AttributeError):
        return None
    return found


def _has_segmentation(udp: socket.socket) -> bool:
    try:
        udp.getsockopt(socket.IPPROTO_UDP, _UDP_SEGMENT)
    except OSError:
        return False
    return True


def pack_name(family: int, address: Address) -> bytes:
    """The C `sockaddr_in` or `sockaddr_in6` of an address as Python's sockets give it (flow and scope optional)."""
    if family == socket.AF_INET:
        return struct.pack("=H", family) + struct.pack("!H", address[1]) + socket.inet_aton(address[0]) + bytes(8)
    host, port, flow, scope = (*address, 0, 0)[:4]
    packed = socket.inet_pton(socket.AF_INET6, str(host).partition("%")[0])
    return struct.pack("=H", family) + struct.pack("!HI", port, flow) + packed + struct.pack("=I", scope)
