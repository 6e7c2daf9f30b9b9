"""One worker's process: it comes back whatever happens, and leaves nothing behind."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from podium.relay.control import Event, Refused, Role
from podium.relay.process import _end
from podium.relay.supervisor import Supervisor
from tests.relay.house import House, running_house
from tests.relay.offers import offer
from tests.relay.rig import FEED, until


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    async with running_house() as running:
        yield running


async def ask(supervisor: Supervisor) -> str:
    """Open a publisher's session that never connects; its name."""
    return (await supervisor.open(Role.PUBLISH, FEED, offer("obs"), "127.0.0.1")).session


async def test_request_in_flight_is_refused_when_the_worker_dies(house: House) -> None:
    worker = house.process()
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(Refused) as refused:
        await ask(house.supervisor)
    assert refused.value.code == "relay_unavailable"


async def test_a_worker_that_hangs_costs_a_bounded_amount_of_memory(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podium.relay.process.MOST_WAITING", 400_000)
    monkeypatch.setattr("podium.relay.process.REPLY_SECONDS", 0.5)
    worker = house.process()
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    long = "v=0\r\n" * 40_000
    asked = (house.supervisor.open(Role.PUBLISH, FEED, long, "127.0.0.1") for _ in range(20))
    refused = await asyncio.gather(*asked, return_exceptions=True)
    assert {str(getattr(each, "code", each)) for each in refused} == {"relay_unavailable"}
    writer = house.supervisor._processes[0]._writer
    assert writer is not None
    assert 400_000 < writer.transport.get_write_buffer_size() < 400_000 + 2 * len(long)
    os.kill(worker, signal.SIGCONT)
    await until(lambda: not writer.transport.get_write_buffer_size())
    await ask(house.supervisor)


@pytest.mark.parametrize("turns", range(5))
async def test_stop_at_the_moment_at_which_the_worker_has_ended_is_heard(turns: int) -> None:
    """Or the keeper would start another one, and whoever stops would wait for ever."""

    class Ended:
        returncode = 0

        def __init__(self) -> None:
            self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def wait(self) -> int:
            return await self.ended

    process = Ended()
    ending = asyncio.create_task(_end(process))  # type: ignore[arg-type]
    for _ in range(3):
        await asyncio.sleep(0)
    process.ended.set_result(0)
    for _ in range(turns):
        await asyncio.sleep(0)
    if ending.cancel():
        with pytest.raises(asyncio.CancelledError):
            await ending


async def test_supervisor_that_is_stopped_while_its_worker_starts_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    processes: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def started(*arguments: object, **options: object) -> asyncio.subprocess.Process:
        processes.append(await start(*arguments, **options))  # type: ignore[arg-type]
        supervisor._processes[0]._keeper.cancel()  # type: ignore[union-attr]  # the moment at which a stop is worst
        return processes[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    monkeypatch.setattr("podium.relay.process.START_SECONDS", 0.1)
    supervisor = Supervisor("127.0.0.1", 0, on_event=lambda event: None)
    await supervisor.start()
    await supervisor.stop()
    assert [process.returncode is not None for process in processes] == [True]


async def test_relay_comes_back_when_no_process_can_be_started_or_a_listener_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures: list[Exception] = [OSError("no more processes"), ValueError("a listener's fault")]
    start = asyncio.create_subprocess_exec

    async def started(*arguments: object, **options: object) -> asyncio.subprocess.Process:
        if failures and isinstance(failures[0], OSError):
            raise failures.pop(0)
        return await start(*arguments, **options)  # type: ignore[arg-type]

    def listen(event: Event) -> None:
        if failures:
            raise failures.pop(0)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    supervisor = Supervisor("127.0.0.1", 0, on_event=listen)
    await supervisor.start()
    await until(lambda: not failures and supervisor.workers[0].process_id is not None)
    await ask(supervisor)
    await supervisor.stop()
