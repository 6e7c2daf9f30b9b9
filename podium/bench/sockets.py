"""Thousands of WebSocket clients on one epoll: a task or a reader of asyncio for each would cost more than the server."""

import asyncio
import errno
import select
import socket
import time
from typing import Any, Protocol

import msgspec

from podium.bench.frames import CLOSE, PING, PONG, TEXT, NotWebSocket, accepted, framed, payloads, request, whole

READ = 16_384
KNOWN = 1_024
"""What was read lately and is often the same for thousands."""
IP_BIND_ADDRESS_NO_PORT = 24
"""ip(7): the port is chosen when the connection is made, so that each address has all of them for each server."""
PER_SOURCE = 10_000

Told = dict[str, Any]
"""A frame of the server, decoded; shared by all who were sent the same bytes: nobody changes it."""


class Client(Protocol):
    """Who is called for one connection. at: seconds of the monotonic clock that all processes of a machine share."""

    def opened(self) -> None:
        """The handshake is done; speak."""

    def received(self, told: Told, at: float) -> None:
        """A frame came."""

    def closed(self, reason: str) -> None:
        """The other side closed, or the connection could not be made."""


class Socket:
    """One connection. Made by Sockets.open."""

    __slots__ = ("_client", "_connection", "_open", "_rest", "_sockets")

    def __init__(self, sockets: "Sockets", client: Client, connection: socket.socket) -> None:
        self._sockets = sockets
        self._client = client
        self._connection = connection
        self._open = False
        self._rest = b""

    def send(self, payload: bytes) -> None:
        """A text frame. Frames of clients are small: a kernel that takes none has lost the other side."""
        self._send(framed(payload))

    def close(self) -> None:
        """At once, as when a phone loses its network."""
        self._sockets.forget(self._connection)
        self._connection.close()

    def happened(self, events: int) -> None:
        """The kernel has something to tell."""
        if not self._open and not self._rest and events & select.EPOLLOUT:
            self._sockets.listen(self._connection)
            self._send(self._sockets.request)
            return
        while self._read() == READ:  # told once of what has come, so all of it is read
            pass

    def _read(self) -> int:
        try:
            data = self._connection.recv(READ)
        except BlockingIOError:
            return 0
        except OSError as error:
            self._lost(error.strerror or str(error))
            return 0
        at = time.perf_counter()
        if not data:
            self._lost("closed")
        elif self._open:
            self._take(data, at)
        else:
            self._handshake(data, at)
        return len(data)

    def _handshake(self, data: bytes, at: float) -> None:
        self._rest += data
        try:
            rest = accepted(self._rest)
        except NotWebSocket as error:
            self._lost(str(error))
            return
        if rest is not None:
            self._open, self._rest = True, b""
            self._client.opened()
            if rest:
                self._take(rest, at)

    def _take(self, data: bytes, at: float) -> None:
        if self._rest:
            data = self._rest + data
            self._rest = b""
        known = self._sockets.known.get(data)
        if known is None:
            known, self._rest = self._sockets.read(data)
        self._sockets.frames += len(known)
        for opcode, told, payload in known:
            if opcode == TEXT:
                self._client.received(told, at)
            elif opcode == PING:
                self._send(framed(payload, PONG))
            elif opcode == CLOSE:
                self._lost(f"closed {int.from_bytes(payload[:2], 'big')}")
                return

    def _send(self, data: bytes) -> None:
        try:
            self._connection.send(data)
        except OSError as error:
            if error.errno != errno.EBADF:
                self._lost(error.strerror or str(error))

    def _lost(self, reason: str) -> None:
        if self._connection.fileno() >= 0:
            self.close()
            self._client.closed(reason)


class Sockets:
    """All connections of this process to one server. Use within a running loop; close() at the end."""

    def __init__(self, host: str, port: int) -> None:
        self._server = host, port
        self._loopback = host.startswith("127.")
        self._family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._epoll = select.epoll()
        self._open: dict[int, Socket] = {}
        self._made = 0
        self.request = request(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        self.known: dict[bytes, list[tuple[int, Told, bytes]]] = {}
        self.frames = 0
        """Frames that came in, of all clients."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._epoll.fileno(), self._ready)

    def open(self, client: Client) -> Socket:
        """Begin to connect; the client is told what becomes of it. Raises OSError when it cannot even begin."""
        connection = socket.socket(self._family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._loopback:
            connection.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            connection.bind((f"127.0.0.{1 + self._made // PER_SOURCE}", 0))
        self._made += 1
        opened = Socket(self, client, connection)
        self._open[connection.fileno()] = opened
        refused = connection.connect_ex(self._server)
        if refused not in (0, errno.EINPROGRESS):
            raise OSError(refused, "cannot connect")
        self._epoll.register(connection.fileno(), select.EPOLLOUT | select.EPOLLET)
        return opened

    def listen(self, connection: socket.socket) -> None:
        """It is connected: from now on only what comes in matters."""
        self._epoll.modify(connection.fileno(), select.EPOLLIN | select.EPOLLET)

    def forget(self, connection: socket.socket) -> None:
        """It is about to be closed, which ends its place in the epoll."""
        self._open.pop(connection.fileno(), None)

    def read(self, data: bytes) -> tuple[list[tuple[int, Told, bytes]], bytes]:
        """The frames in what was read, and the bytes of one that is not complete."""
        end = whole(data)
        told = [
            (opcode, msgspec.json.decode(payload) if opcode == TEXT else {}, payload)
            for opcode, payload in payloads(data)
        ]
        if end == len(data):
            if len(self.known) >= KNOWN:
                self.known.clear()
            self.known[data] = told
        return told, data[end:]

    def close(self) -> None:
        """End all connections."""
        for one in list(self._open.values()):
            one.close()
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()

    def _ready(self) -> None:
        for descriptor, events in self._epoll.poll(0, 512):
            one = self._open.get(descriptor)
            if one is not None:
                one.happened(events)
