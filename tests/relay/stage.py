"""The media plane on a stage: publishers and viewers as sockets with keys, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from podium.relay import rtcp
from podium.relay.media import Section
from podium.relay.plane import MediaPlane, Publisher, Viewer
from podium.relay.rtp import Kind, RtpPacket, classify, parse
from tests.relay.media import CONTINUED, DELTA, KEY, inbound, outbound, wire

PATIENCE = 5.0


class Remote:
    """The far end of one transport: a socket and the keys of the peer."""

    def __init__(self, key: bytes) -> None:
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setblocking(False)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.udp.bind(("127.0.0.1", 0))
        self.key = key
        self._in = inbound(key + b"down")
        self._out = outbound(key + b"up")
        self.rtp: list[RtpPacket] = []
        self.control: list[rtcp.Message] = []

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.udp.getsockname()
        return host, port

    def attach(self, handle: Publisher | Viewer) -> None:
        handle.connected(inbound(self.key + b"up"), outbound(self.key + b"down"))

    def seal(self, clear: bytes) -> bytes:
        return self._out.protect(clear)

    def seal_control(self, *messages: rtcp.Message) -> bytes:
        return self._out.protect_rtcp(rtcp.build(messages))

    def read(self) -> None:
        while True:
            try:
                datagram = self.udp.recv(4096)
            except BlockingIOError:
                return
            if classify(datagram) is Kind.RTCP:
                messages, unread = rtcp.parse(self._in.unprotect_rtcp(datagram))
                assert unread == 0
                self.control += messages
            else:
                self.rtp.append(parse(self._in.unprotect(datagram)))

    def of(self, ssrc: int) -> list[RtpPacket]:
        return [packet for packet in self.rtp if packet.ssrc == ssrc]

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            self.read()
            while not fact():
                ready = asyncio.Event()
                asyncio.get_running_loop().add_reader(self.udp, ready.set)
                try:
                    await ready.wait()
                finally:
                    asyncio.get_running_loop().remove_reader(self.udp)
                self.read()


class Stage:
    def __init__(self, plane: MediaPlane) -> None:
        self.plane = plane
        self.closed: list[str] = []
        self._remotes: list[Remote] = []

    def remote(self) -> Remote:
        self._remotes.append(Remote(bytes([len(self._remotes) + 1]) * 8))
        return self._remotes[-1]

    def publish(self, *sections: Section) -> tuple[Remote, Publisher]:
        remote = self.remote()
        publisher = self.plane.publish("hall/programme", sections, address=remote.address, on_closed=self.closed.append)
        remote.attach(publisher)
        return remote, publisher

    def play(self, *sections: Section) -> tuple[Remote, Viewer]:
        remote = self.remote()
        viewer = self.plane.play("hall/programme", sections, address=remote.address, on_closed=self.closed.append)
        remote.attach(viewer)
        return remote, viewer

    def end(self) -> None:
        for remote in self._remotes:
            remote.udp.close()


def pictures(remote: Remote, publisher: Publisher, first: int, count: int, *, ssrc: int = 0x1111) -> None:
    """A key frame of two packets, then one delta frame per packet, 30 a second."""
    publisher.receive(remote.seal(wire(first, 3000 * first, KEY, ssrc=ssrc)))
    publisher.receive(remote.seal(wire(first + 1, 3000 * first, CONTINUED, marker=True, ssrc=ssrc)))
    for number in range(first + 2, first + count):
        publisher.receive(remote.seal(wire(number, 3000 * number, DELTA, marker=True, ssrc=ssrc)))
