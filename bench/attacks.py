"""What bench/abuse.py lets loose on a server: one kind of client that means no good, in a process of its own.

    python bench/attacks.py KIND PORT MEDIA_PORT SECONDS COUNT

Comes from 127.0.0.7, an address that no proxy has, and prints what became of it as JSON: what was tried, and the
answers by status or close code. "cut" is a connection that ended without an answer.
"""

import asyncio
import base64
import json
import os
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from podium.edge.http import PAGES
from tests.e2e.server import ROOM

SOURCE = "127.0.0.7"
PATIENCE = 0.1
SMALL = 4_096
"""Bytes that the kernel keeps of what is not read: phones on a bad network have little more."""

ETHERNET = 1_448
"""Bytes of a segment: over loopback they are 64 kB, and the kernel would keep a megabyte for whom nobody reads."""

UPGRADE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\n"
    "Sec-WebSocket-Protocol: podium.v1\r\n\r\n"
).encode()
POST = (
    f"POST /whep/{ROOM}/programme HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sdp\r\n"
    "Content-Length: {}\r\n\r\n"
)


def frame(payload: bytes, opcode: int = 1, size: int | None = None) -> bytes:
    """A masked frame (RFC 6455 section 5.2); size: what its head claims."""
    size = len(payload) if size is None else size
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65_536:
        head = bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0xFF)) + size.to_bytes(8, "big")
    return head + bytes(4) + payload  # a mask of zeros changes nothing


HELLO = frame(json.dumps({"type": "hello", "room": ROOM}).encode())
PING = frame(b'{"type":"ping","mark":1}')


class Attack:
    """So many connections at a time, each with the same words; who is cut off comes again."""

    def __init__(self, port: int, seconds: float, count: int) -> None:
        self.port = port
        self.tried = 0
        self.answers: Counter[str] = Counter()
        self._until = time.monotonic() + seconds
        self._count = count

    def going(self) -> bool:
        return time.monotonic() < self._until

    async def connect(self, *, deaf: bool = False) -> socket.socket:
        """A connection that nobody reads unless `hear` is called; deaf: with a small buffer."""
        made = socket.socket()
        made.setblocking(False)
        if deaf:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, ETHERNET)
        made.bind((SOURCE, 0))
        self.tried += 1
        await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", self.port))
        return made

    async def send(self, to: socket.socket, data: bytes) -> None:
        """All of it, or nothing more once the attack is over."""
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + max(0.0, self._until - time.monotonic())):
            await asyncio.get_running_loop().sock_sendall(to, data)

    def hear(self, from_: socket.socket) -> bool:
        """Note what has come, if anything; whether the connection is open."""
        try:
            said = from_.recv(65_536)
        except BlockingIOError:
            return True
        except OSError:
            said = b""
        self.note(said)
        return bool(said) and not said.startswith(b"HTTP/1.1 4") and not said.startswith(b"HTTP/1.1 5")

    def note(self, said: bytes) -> None:
        """Count an answer: an HTTP status, the close code of a WebSocket, or an end without either."""
        if said.startswith(b"HTTP/1.1 "):
            self.answers[said[9:12].decode()] += 1
        at = said.rfind(b"\x88")
        if at >= 0 and len(said) >= at + 4 and 1000 <= int.from_bytes(said[at + 2 : at + 4], "big") < 1016:
            self.answers[f"close {int.from_bytes(said[at + 2 : at + 4], 'big')}"] += 1
        elif not said:
            self.answers["cut"] += 1

    async def each(
        self, *words: bytes, then: Callable[[], bytes] | None = None, deaf: bool = False, pause: float = 0.5
    ) -> None:
        """Everybody says the words, and then the same thing again and again."""

        async def one() -> None:
            while self.going():
                with suppress(OSError, TimeoutError), await self.connect(deaf=deaf) as made:
                    for number, word in enumerate(words):
                        await self.send(made, word)
                        if word is UPGRADE:
                            await self._upgraded(made)
                        elif number + 1 < len(words):
                            await asyncio.sleep(PATIENCE)
                    while self.going() and (deaf or self.hear(made)):
                        if then is not None:
                            await self.send(made, then())
                        await asyncio.sleep(pause)
                await asyncio.sleep(PATIENCE)

        await asyncio.gather(*(one() for _ in range(self._count)))

    async def _upgraded(self, made: socket.socket) -> None:
        said = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(made, 1_024), 10)
        self.note(said)
        if not said.startswith(b"HTTP/1.1 101"):
            raise ConnectionError

    def connects(self) -> None:
        """As many connections a second as `count` says, whatever becomes of them; each asks for a page."""
        watching, began = selectors.DefaultSelector(), time.monotonic()
        held = 0
        while self.going():
            while self.tried < (time.monotonic() - began) * self._count and held < self._count:
                made = socket.socket()
                made.setblocking(False)
                made.bind((SOURCE, 0))
                made.connect_ex(("127.0.0.1", self.port))
                watching.register(made, selectors.EVENT_WRITE)
                self.tried += 1
                held += 1
            for key, events in watching.select(0.001):
                assert isinstance(key.fileobj, socket.socket)
                if events & selectors.EVENT_WRITE:
                    with suppress(OSError):
                        key.fileobj.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    watching.modify(key.fileobj, selectors.EVENT_READ)
                else:
                    with suppress(OSError):
                        self.note(key.fileobj.recv(65_536))
                    watching.unregister(key.fileobj)
                    key.fileobj.close()
                    held -= 1


async def run(kind: str, port: int, media_port: int, seconds: float, count: int) -> Attack:
    """One of the attacks, until its seconds are over."""
    attack = Attack(media_port if kind == "media" else port, seconds, count)
    match kind:
        case "silent" | "media":
            await attack.each()
        case "head":
            await attack.each(b"GET / HTTP/1.1\r\nX-Slow: ", then=lambda: b"x")
        case "body":
            await attack.each(POST.format(60_000).encode(), then=lambda: b"x")
        case "mute":
            await attack.each(UPGRADE)
        case "deaf":
            await attack.each(UPGRADE, HELLO, then=lambda: PING, deaf=True)
        case "pages":
            largest = max((PAGES / "assets").glob("*.js"), key=lambda path: path.stat().st_size)
            asked = f"GET /assets/{largest.name} HTTP/1.1\r\nHost: a\r\n\r\n".encode() * 64
            await attack.each(asked, then=lambda: asked, deaf=True)
        case "large":
            await attack.each(UPGRADE, HELLO, frame(b'"' + bytes(1_048_576)), pause=0.05)
        case "unended":
            await attack.each(UPGRADE, HELLO, frame(bytes(520_000), size=524_000))
        case "pings":
            many = frame(b"", opcode=9) * 10_000
            await attack.each(UPGRADE, HELLO, then=lambda: many, pause=0.0)
        case "connects":
            attack.connects()
    return attack


def main() -> None:
    kind, port, media_port, seconds, count = sys.argv[1:]
    os.nice(5)  # on a machine with few cores the server is not to lack one
    attack = asyncio.run(run(kind, int(port), int(media_port), float(seconds), int(count)))
    print(json.dumps({"tried": attack.tried, "answers": attack.answers}))


if __name__ == "__main__":
    main()
