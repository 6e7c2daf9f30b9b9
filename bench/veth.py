"""Two network namespaces joined by a veth pair: the relay in one, deaf viewers in the other. Needs root.

Sockets belong to the namespace they were opened in, whatever thread uses them later, so that one process may hold
both ends. Everything made here is gone when the context ends.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

SO_ATTACH_FILTER = 26
CLONE_NEWNET = 0x40000000
RELAY, AUDIENCE = "10.77.0.1", "10.77.0.2"
BUFFER_BYTES = 4 << 20
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33
_DROP_ALL = struct.pack("=HBBI", 0x06, 0, 0, 0)  # BPF_RET with 0: not a byte reaches the socket

_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """What this thread opens meanwhile belongs to the namespace; "" is the one it is in."""
    if not namespace:
        yield
        return
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    other = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        _enter(other)
        yield
    finally:
        _enter(own)
        os.close(own)
        os.close(other)


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def pair() -> Iterator[tuple[str, str]]:
    """The names of the two namespaces, RELAY and AUDIENCE their addresses."""
    names = f"podium-bench-{os.getpid()}-a", f"podium-bench-{os.getpid()}-b"
    with ExitStack() as stack:
        for name in names:
            _ip("netns", "add", name)
            stack.callback(_ip, "netns", "delete", name)
        near, far = names
        _ip("-n", near, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", far)
        for name, address in ((near, RELAY), (far, AUDIENCE)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "veth0")
            for device in ("lo", "veth0"):
                _ip("-n", name, "link", "set", device, "up")
        yield near, far


def _ip(*words: str) -> None:
    subprocess.run([shutil.which("ip") or "/usr/sbin/ip", *words], check=True)


def deafen(udp: socket.socket) -> None:
    """Let the kernel drop every datagram for this socket (classic BPF: return 0)."""
    program = ctypes.create_string_buffer(_DROP_ALL)
    udp.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("@HP", 1, ctypes.addressof(program)))


@contextmanager
def deaf_viewers(count: int, namespace: str, host: str) -> Iterator[list[tuple[str, int]]]:
    """Addresses of so many sockets that drop what they are sent."""
    with ExitStack() as stack, inside(namespace):
        addresses = []
        for _ in range(count):
            udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            deafen(udp)
            udp.bind((host, 0))
            addresses.append(udp.getsockname())
        yield addresses


@contextmanager
def bound(namespace: str, host: str) -> Iterator[socket.socket]:
    """A non-blocking UDP socket with large buffers."""
    with inside(namespace):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with udp:
        udp.setblocking(False)
        udp.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER_BYTES)
        udp.setsockopt(socket.SOL_SOCKET, _SO_SNDBUFFORCE, BUFFER_BYTES)
        with inside(namespace):
            udp.bind((host, 0))
        yield udp


def softirq_seconds() -> float:
    """What all cores spent in soft interrupts since the start, ksoftirqd's time among it."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    return int(fields[7]) / os.sysconf("SC_CLK_TCK")


def ksoftirqd_seconds() -> float:
    """CPU time of the kernel's own threads that take soft interrupts over when there are too many."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        if "(ksoftirqd/" in text:
            fields = text.rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
