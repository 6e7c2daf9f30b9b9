"""A server that many knock at: the limits hold, the refusals can be read, and others are served meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from podium.edge import door
from podium.edge.arrivals import Arrivals
from podium.edge.door import READ_BYTES, Door, Inside
from podium.edge.gate import Gate
from podium.edge.handler import entrance
from tests.relay.rig import until

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LARGE = bytes(8_000_000)
"""More than the kernel takes for one connection."""
CLOSING = REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
PATIENCE = 5.0


@asynccontextmanager
async def house(
    most: int = 100,
    per_address: int = 100,
    head_seconds: float = PATIENCE,
    open_per_address: int = 100,
    unread_seconds: float = PATIENCE,
    unread_bytes: int = 1_000_000_000,
) -> AsyncIterator[tuple[int, Inside]]:
    """A server behind a door; its port, and what the door counts."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="in")

    app = web.Application()

    async def much(_request: web.Request) -> web.Response:
        return web.Response(body=LARGE)

    app.add_routes([web.get("/", answer), web.get("/large", much)])
    runner = web.AppRunner(app)
    await runner.setup()
    assert runner.server is not None
    arrivals = Arrivals(lambda: 0, 1_000, per_address, open_per_address)
    inside = Inside(entrance(runner.server, PATIENCE), arrivals, most, head_seconds, unread_seconds, unread_bytes)
    await Gate(runner, "127.0.0.1", 0, inside, 128).start()
    yield runner.addresses[0][1], inside
    await runner.cleanup()


async def ask(port: int, sent: bytes = REQUEST, address: str = "127.0.0.1") -> bytes:
    """All that comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    writer.write(sent)
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def read(answer: bytes) -> tuple[int, dict[str, str], dict[str, object]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in lines), json.loads(body)


async def test_an_address_that_comes_too_often_reads_why_and_others_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "REFUSED_SECONDS", 0.2)
    async with house(per_address=1) as (port, inside), ClientSession() as http:
        for _ in range(2):
            await ask(port, CLOSING, "127.0.0.7")
        status, headers, problem = read(await ask(port, address="127.0.0.7"))
        assert (status, headers["Retry-After"], problem["code"]) == (429, "1", "too_many_requests")
        assert headers["Content-Type"] == "application/problem+json"
        async with http.get(f"http://127.0.0.1:{port}/") as response:
            assert await response.text() == "in"
        # who never asks anything is not waited for
        assert await ask(port, b"", "127.0.0.7") == b""
        assert inside.arrivals.refused == {"connects_per_address": 2}


async def test_connections_are_bounded_and_free_again_when_somebody_leaves() -> None:
    async with house(most=2) as (port, inside):
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        status, headers, problem = read(await ask(port))
        assert (status, headers["Retry-After"], problem["code"]) == (503, "5", "too_many_connections")
        for _, writer in held:
            writer.close()
        async with asyncio.timeout(PATIENCE):
            while inside.open:
                await asyncio.sleep(0)
        assert b" 200 OK" in await ask(port, CLOSING)


async def test_a_head_that_trickles_is_cut_however_often_it_sends() -> None:
    async with house(head_seconds=0.1) as (port, inside):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        answer = asyncio.create_task(reader.read())
        async with asyncio.timeout(PATIENCE):
            while not answer.done():
                writer.write(b"X")
                await asyncio.wait((answer,), timeout=0.01)
        status, _, problem = read(await answer)
        writer.close()
    assert (status, problem["code"]) == (408, "head_too_slow")
    assert inside.arrivals.refused == {"head_seconds": 1}


async def test_a_head_in_pieces_and_what_follows_it_reach_the_server() -> None:
    async with house(head_seconds=0.3) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for byte in REQUEST:
            writer.write(bytes((byte,)))
            await writer.drain()
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(2)
        # the time for the head is over, the connection is not
        await asyncio.wait((asyncio.create_task(reader.read(1)),), timeout=0.4)
        assert not reader.at_eof()
        writer.close()


async def test_one_address_has_so_many_connections_and_others_come_in() -> None:
    async with house(open_per_address=1) as (port, inside):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.7", 0))
        status, headers, problem = read(await ask(port, address="127.0.0.7"))
        assert (status, headers["Retry-After"], problem["code"]) == (503, "5", "too_many_connections")
        assert b" 200 OK" in await ask(port, CLOSING)
        writer.close()
        await until(lambda: not inside.open)
        assert b" 200 OK" in await ask(port, CLOSING, "127.0.0.7")
        assert inside.arrivals.refused == {"connections_per_address": 1}
        assert await reader.read() == b""


async def deaf(port: int) -> asyncio.StreamWriter:
    """A connection that asks for much and reads nothing of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(REQUEST.replace(b"/ ", b"/large "))
    reader.set_exception(ConnectionError())  # nobody shall wait for it
    return writer


async def test_who_takes_nothing_of_what_waits_is_cut_off() -> None:
    async with house(unread_seconds=0.05) as (port, inside):
        writer = await deaf(port)
        await until(lambda: inside.arrivals.refused == {"unread_seconds": 1})
        await until(lambda: not inside.open)
        assert not inside.unread
        writer.transport.abort()


class Slow(asyncio.Transport):
    """Takes something until it has been asked so often, and then nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.cut = 0, False

    def get_write_buffer_size(self) -> int:
        self.asked += 1
        return max(100_000 - self.asked, 99_995)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def abort(self) -> None:
        self.cut = True


async def test_who_reads_slowly_is_cut_off_only_once_nothing_is_taken_any_more() -> None:
    inside = Inside(asyncio.Protocol, Arrivals(lambda: 0, 1, 1, 1), 1, PATIENCE, 0.001, 1_000_000)
    door, slow = Door(inside, ""), Slow()
    door.connection_made(slow)
    door.pause_writing()
    await until(lambda: slow.cut)
    assert slow.asked >= 6
    door.connection_lost(None)


async def test_when_much_waits_in_all_who_has_not_read_for_longest_is_cut_off() -> None:
    async with house() as (port, inside):
        writers = [await deaf(port)]
        await until(lambda: len(inside.unread) == 1)
        (first,) = inside.unread
        inside.unread_bytes = inside.unread[first] * 3 // 2
        writers.append(await deaf(port))
        await until(lambda: inside.arrivals.refused == {"unread_megabytes": 1})
        assert first not in inside.unread
        assert len(inside.unread) == 1
        for writer in writers:
            writer.transport.abort()


async def test_who_sends_by_the_megabyte_is_read_in_small_pieces() -> None:
    sizes: list[int] = []

    class Counting(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            sizes.append(len(data))

    async with house() as (port, inside):
        inside.enter = Counting
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(LARGE[:1_000_000])
        await until(lambda: sum(sizes) == 1_000_000)
        assert max(sizes) <= READ_BYTES
        writer.close()
        await until(lambda: not inside.open)
