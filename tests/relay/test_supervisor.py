import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from podium.relay.control import Event, FeedGone, Refused, Role
from podium.relay.supervisor import Supervisor
from podium.relay.udp import MediaPortTaken, open_socket
from tests.relay.browser import publisher
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


async def test_killed_worker_is_restarted_on_the_same_port(house: House) -> None:
    """MP-28."""
    port, worker = house.supervisor.port, house.process()
    source = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 1)
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    await until(lambda: FeedGone(FEED, "relay_restarted") in house.events)
    with pytest.raises(Refused) as refused:
        await ask(house.supervisor)
    assert (refused.value.code, refused.value.retry_after) == ("relay_unavailable", 1)
    headers = {"Content-Type": "application/sdp"}
    async with house.http.post(house.whep, data=offer("firefox_play"), headers=headers) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
    await until(lambda: house.process() not in (None, worker))
    assert house.supervisor.port == port
    again = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 2)
    await source.close()
    await again.close()


async def test_worker_ends_with_its_supervisor(house: House) -> None:
    worker = house.process()
    assert worker is not None
    os.kill(worker, signal.SIGINT)  # Ctrl-C in the terminal is not for the worker
    await ask(house.supervisor)
    await house.supervisor.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    with pytest.raises(Refused):
        await ask(house.supervisor)


async def test_sessions_are_found_patched_and_closed(house: House) -> None:
    session = await ask(house.supervisor)
    await house.supervisor.find(Role.PUBLISH, FEED, session)
    assert await house.supervisor.patch(Role.PUBLISH, FEED, session, "*", "a=end-of-candidates\r\n") is None
    await house.supervisor.close(Role.PUBLISH, FEED, session)
    with pytest.raises(Refused) as refused:
        await house.supervisor.find(Role.PUBLISH, FEED, session)
    assert refused.value.code == "session_unknown"


async def test_address_of_another_machine_is_a_sentence() -> None:
    supervisor = Supervisor("192.0.2.1", 0, on_event=lambda event: None)
    with pytest.raises(MediaPortTaken, match="Choose another --host"):
        await supervisor.start()
    await supervisor.stop()


async def test_taken_media_port_is_a_sentence() -> None:
    events: list[Event] = []
    with open_socket("127.0.0.1", 0) as taken:
        supervisor = Supervisor("127.0.0.1", taken.getsockname()[1], on_event=events.append)
        with pytest.raises(MediaPortTaken, match="choose another media port"):
            await supervisor.start()
        await supervisor.stop()
