"""The client's side of WebSocket frames (RFC 6455), for many connections: as little work per frame as possible."""

import struct
from collections.abc import Iterator

from podium.wire import SUBPROTOCOL

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
"""Opcodes, section 5.2."""
FINAL, MASKED = 0x80, 0x80
_KEY = "cG9kaXVtIGJlbmNobWFyaw=="
_ACCEPTED = b"HTTP/1.1 101 "
_END_OF_HEAD = b"\r\n\r\n"
_MASK = bytes(4)
"""Masks protect proxies from scripts (section 10.3). There is no script here, and zeros cost nothing to apply."""


class NotWebSocket(Exception):
    """The server answered something else. The text is its status line."""


def request(host: str) -> bytes:
    """The opening handshake (section 4.1); host: as in the header."""
    lines = (
        "GET /ws HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {_KEY}",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")


def accepted(buffer: bytes) -> bytes | None:
    """What follows the server's handshake; None while that is not complete. Raises NotWebSocket."""
    head, end, rest = buffer.partition(_END_OF_HEAD)
    if not end:
        return None
    if not head.startswith(_ACCEPTED):
        raise NotWebSocket(head.partition(b"\r\n")[0].decode("latin-1"))
    return rest


def framed(payload: bytes, opcode: int = TEXT) -> bytes:
    """One final frame of a client (section 5.2)."""
    size = len(payload)
    if size < 126:
        head = bytes((FINAL | opcode, MASKED | size))
    elif size < 65_536:
        head = struct.pack("!BBH", FINAL | opcode, MASKED | 126, size)
    else:
        head = struct.pack("!BBQ", FINAL | opcode, MASKED | 127, size)
    return head + _MASK + payload


def whole(buffer: bytes) -> int:
    """How many bytes of the buffer are frames that are complete."""
    return max((end for _, _, end in _frames(buffer)), default=0)


def payloads(buffer: bytes) -> list[tuple[int, bytes]]:
    """Opcode and payload of every complete frame of a server."""
    return [(opcode, payload) for opcode, payload, _ in _frames(buffer)]


def _frames(buffer: bytes) -> Iterator[tuple[int, bytes, int]]:
    at, size = 0, len(buffer)
    while size - at >= 2:
        length, begin = buffer[at + 1], at + 2
        if length == 126:
            length, begin = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
        elif length == 127:
            length, begin = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
        if begin + length > size:
            return
        yield buffer[at] & 0x0F, buffer[begin : begin + length], begin + length
        at = begin + length
