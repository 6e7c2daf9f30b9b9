"""Many who come at once: a few in each turn, most refusals without a word, and nobody else held up."""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from podium.edge import gate
from podium.edge.arrivals import Arrivals
from podium.edge.door import Inside
from podium.edge.gate import TURN, Gate, taking_turns
from tests.relay.rig import until

PATIENCE = 5.0


@pytest_asyncio.fixture
async def runner() -> AsyncIterator[web.AppRunner]:
    made = web.AppRunner(web.Application())
    await made.setup()
    yield made
    await made.cleanup()


async def opened(runner: web.AppRunner, per_address: int = 1_000) -> tuple[int, Inside]:
    """The port of a gate, and what is inside."""
    assert runner.server is not None
    arrivals = Arrivals(lambda: 0, 1_000, per_address, 1_000)
    inside = Inside(runner.server, arrivals, 1_000, PATIENCE, PATIENCE, 1_000_000)
    await Gate(runner, "127.0.0.1", 0, inside, 128).start()
    return runner.addresses[0][1], inside


def connected(port: int) -> socket.socket:
    """A connection; the kernel answers before the gate looks."""
    return socket.create_connection(("127.0.0.1", port))


async def test_a_crowd_comes_in_a_few_a_turn_while_others_have_theirs(runner: web.AppRunner) -> None:
    port, inside = await opened(runner)
    crowd = [connected(port) for _ in range(5 * TURN)]
    before, most = 0, 0
    async with asyncio.timeout(PATIENCE):
        while inside.open < len(crowd):
            await asyncio.sleep(0)
            most, before = max(most, inside.open - before), inside.open
    assert 0 < most <= TURN
    for each in crowd:
        each.close()
    await until(lambda: not inside.open)


async def test_most_of_those_who_are_too_many_are_closed_without_a_word(
    runner: web.AppRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "MOST_REFUSING", 3)
    port, inside = await opened(runner, per_address=1)
    crowd = [connected(port) for _ in range(10)]
    await until(lambda: inside.arrivals.refused["connects_per_address"] == 8 and inside.refusing == gate.TOLD)
    assert inside.open == 2, "who is refused takes nobody's place"
    crowd += [connected(port) for _ in range(10)]
    await until(lambda: inside.arrivals.refused["connects_per_address"] == 18)
    await until(lambda: inside.refusing == 3)
    for each in crowd:
        each.close()
    await until(lambda: not inside.open and not inside.refusing)


async def test_requests_that_come_in_one_piece_take_turns_with_others() -> None:
    served: list[int] = []

    async def serve(request: web.Request) -> web.Response:
        served.append(turns)
        return web.Response()

    turns, app = 0, web.Application(middlewares=[taking_turns])
    app.add_routes([web.get("/", serve)])
    runner = web.AppRunner(app)
    await runner.setup()
    port, _ = await opened(runner)
    with connected(port) as many:
        many.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 10)
        async with asyncio.timeout(PATIENCE):
            while len(served) < 10:
                turns += 1
                await asyncio.sleep(0)
    assert len(set(served)) == 10
    await runner.cleanup()


async def test_when_descriptors_are_short_people_wait_and_come_in_afterwards(
    runner: web.AppRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "SHORTAGE_SECONDS", 0.01)
    port, inside = await opened(runner)
    accept, short, told = socket.socket.accept, [True], []

    def accept_while_there_are(listening: socket.socket) -> tuple[socket.socket, object]:
        if short:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return accept(listening)

    monkeypatch.setattr(socket.socket, "accept", accept_while_there_are)
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"].errno))
    with connected(port):
        await until(lambda: told == [errno.EMFILE] * 2)
        short.clear()
        await until(lambda: inside.open == 1)
    asyncio.get_running_loop().set_exception_handler(None)


async def test_nobody_comes_in_any_more_once_it_is_stopped(runner: web.AppRunner) -> None:
    port, _ = await opened(runner)
    (site,) = runner.sites
    await site.stop()
    with pytest.raises(ConnectionRefusedError):
        connected(port)
