"""The media plane on a stage: publishers and viewers as sockets with keys, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from podium.relay import rtcp
from podium.relay.keyframe import begins_vp8
from podium.relay.media import RID, Section
from podium.relay.plane import MediaPlane, Publisher, Viewer
from podium.relay.rtp import Kind, RtpPacket, classify, parse
from podium.relay.srtp import TRAILER_ROOM, ffi, protect_rtp
from tests.relay.media import CONTINUED, DELTA, KEY, VP8, inbound, outbound, wire

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
        """As `Session.protect`, which takes no packet longer than 1,356 bytes."""
        sealed = ffi.new("char[]", clear + bytes(TRAILER_ROOM))
        length = ffi.new("int *", len(clear))
        assert protect_rtp(self._out._srtp[0], sealed, length) == 0
        return bytes(ffi.buffer(sealed, length[0]))

    def open_anew(self) -> None:
        """Forget which packets came, so that those sent again are read."""
        self._in = inbound(self.key + b"down")

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


class Layered:
    """A publisher of three layers in VP8, each with numbers, times and picture numbers of its own, 30 pictures a second."""

    NAMES = ("q", "h", "f")
    SIZES = (300, 800, 1200)

    def __init__(self, stage: Stage, began: float | None = None) -> None:
        section = Section("video", "0", (VP8,), {2: RID}, layers=self.NAMES)
        self.remote, self.publisher = stage.publish(section)
        self._feed = stage.plane.feed("hall/programme")
        self._count = 0
        self._began = asyncio.get_running_loop().time() if began is None else began

    @property
    def shot(self) -> int:
        """Pictures so far."""
        return self._count

    def shoot(self, count: int, *, key: bool = False) -> None:
        """Pictures of all layers; the first of all is a key frame. Rates are measured as if they had taken their time."""
        for _ in range(count):
            for layer, name in enumerate(self.NAMES):
                number = 1000 * (layer + 1) + self._count
                begins = b"\x00" if key or not self._count else b"\x01"
                descriptor = b"\x90\xe0" + (0x8000 | number).to_bytes(2, "big") + bytes((number & 0xFF, 0x20))
                frame = b"\x9d\x01\x2a" + (320 << layer).to_bytes(2, "little") + (180 << layer).to_bytes(2, "little")
                payload = descriptor + begins + b"\x00\x00" + frame + name.encode() * self.SIZES[layer]
                extensions = ((2, name.encode()),) if self._count < 3 else ()
                clear = wire(
                    number,
                    777 * layer + 3000 * self._count,
                    payload,
                    ssrc=10 + layer,
                    marker=True,
                    extensions=extensions,
                )
                self.publisher.receive(self.remote.seal(clear))
            self._count += 1
            self._feed.measure(self._began + self._count / 30)

    async def going_on(self, fact: Callable[[], bool]) -> None:
        """A key frame now and then, until the fact is there."""
        async with asyncio.timeout(PATIENCE):
            while not fact():
                self.shoot(1, key=True)
                await asyncio.sleep(0.01)

    def of(self, packet: RtpPacket) -> str:
        """The layer that a packet is of."""
        return packet.payload[-1:].decode()

    def is_key(self, packet: RtpPacket) -> bool:
        return begins_vp8(packet.payload)

    def seen(self, packets: list[RtpPacket]) -> list[str]:
        """The layers in the order in which they took turns."""
        names = [self.of(packet) for packet in packets]
        return [name for at, name in enumerate(names) if not at or names[at - 1] != name]

    def asked(self) -> set[str]:
        """The layers of which key frames were asked for."""
        return {self.NAMES[m.media - 10] for m in self.remote.control if isinstance(m, rtcp.KeyFrameRequest)}
