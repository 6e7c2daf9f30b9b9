"""Frames as an independent implementation (`websockets`) reads and writes them."""

import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from podium.bench.frames import CLOSE, TEXT, NotWebSocket, accepted, framed, payloads, request, whole

SIZES = (0, 1, 125, 126, 65_535, 65_536)


@pytest.mark.parametrize("size", SIZES)
def test_an_independent_implementation_reads_what_is_sent(size):
    reader = StreamReader()
    reader.feed_data(framed(b"x" * size))
    parsing = Frame.parse(reader.read_exact, mask=True)
    with pytest.raises(StopIteration) as parsed:
        next(parsing)
    assert (parsed.value.value.opcode, parsed.value.value.data) == (Opcode.TEXT, b"x" * size)


def test_frames_are_read_wherever_the_network_cuts_them():
    frames = [Frame(Opcode.TEXT, b"x" * size).serialize(mask=False) for size in SIZES]
    frames.append(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=False))
    line = b"".join(frames)
    for cut in (0, 1, 2, 5, 130, 131, 133, 70_000, len(line)):
        end = whole(line[:cut])
        assert payloads(line[:cut]) + payloads(line[end:]) == [
            *((TEXT, b"x" * size) for size in SIZES),
            (CLOSE, b"\x03\xe8"),
        ]


def test_a_handshake_is_waited_for_and_a_refusal_is_told():
    assert b"Host: 127.0.0.1:8080\r\n" in request("127.0.0.1:8080")
    assert accepted(b"HTTP/1.1 101 Switching") is None
    assert accepted(b"HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\nrest") == b"rest"
    with pytest.raises(NotWebSocket, match="503 Service Unavailable"):
        accepted(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
