"""A server that many knock at: the limits hold, the refusals can be read, and others are served meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from podium.edge import door
from podium.edge.arrivals import Arrivals
from podium.edge.door import DoorSite, Inside

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = 5.0


@asynccontextmanager
async def house(
    most: int = 100, per_address: int = 100, head_seconds: float = PATIENCE
) -> AsyncIterator[tuple[int, Inside]]:
    """A server behind a door; its port, and what the door counts."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="in")

    app = web.Application()
    app.add_routes([web.get("/", answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    assert runner.server is not None
    inside = Inside(runner.server, Arrivals(lambda: 0, 1_000, per_address), most, head_seconds)
    await DoorSite(runner, "127.0.0.1", 0, inside, 128).start()
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
        for _ in range(10):
            await ask(port, REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), "127.0.0.7")
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
        assert b" 200 OK" in await ask(port, REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))


async def test_a_head_that_trickles_is_cut_however_often_it_sends() -> None:
    async with house(head_seconds=0.1) as (port, inside):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        answer = asyncio.create_task(reader.read())
        async with asyncio.timeout(PATIENCE):
            while not answer.done():
                writer.write(b"X" if inside.open else b"")
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
