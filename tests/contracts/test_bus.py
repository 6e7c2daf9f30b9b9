"""What every bus does, whatever carries the messages."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.bus.local import LocalBus
from podium.bus.redis import open_redis
from podium.ports import Bus

WAITING_LIMIT = 1000


@pytest.fixture(params=["local", "redis"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    bus = LocalBus() if request.param == "local" else open_redis(request.getfixturevalue("redis").url)
    yield bus
    await bus.close()


async def take(messages: AsyncIterator[bytes], count: int) -> list[bytes]:
    async with asyncio.timeout(5):
        return [await anext(messages) for _ in range(count)]


async def rest(messages: AsyncIterator[bytes]) -> list[bytes]:
    async with asyncio.timeout(5):
        return [message async for message in messages]


async def test_every_present_subscriber_gets_every_message_in_order(bus: Bus) -> None:
    async with bus.subscribe("room") as first, bus.subscribe("room") as second:
        for message in (b"1", b"2", b"3"):
            await bus.publish("room", message)
        assert await take(first, 3) == [b"1", b"2", b"3"]
        assert await take(second, 3) == [b"1", b"2", b"3"]


async def test_a_waiting_subscriber_is_woken(bus: Bus) -> None:
    async with bus.subscribe("room") as messages:
        heard, _ = await asyncio.gather(take(messages, 1), bus.publish("room", b"asked"))
        assert heard == [b"asked"]


async def test_topics_do_not_mix(bus: Bus) -> None:
    async with bus.subscribe("podium") as podium, bus.subscribe("insights") as insights:
        await bus.publish("insights", b"a")
        await bus.publish("podium", b"b")
        assert await take(podium, 1) == [b"b"]
        assert await take(insights, 1) == [b"a"]


async def test_nobody_hears_what_was_said_before_or_after_the_visit(bus: Bus) -> None:
    await bus.publish("room", b"before")
    async with bus.subscribe("room") as messages:
        await bus.publish("room", b"during")
    await bus.publish("room", b"after")
    assert await rest(messages) == [b"during"]


async def test_a_message_without_subscribers_is_no_error(bus: Bus) -> None:
    await bus.publish("nobody", b"hello")


async def test_a_slow_subscriber_loses_the_oldest_and_hinders_nobody(bus: Bus) -> None:
    excess = 17
    sent = [str(number).encode() for number in range(WAITING_LIMIT + excess)]
    async with bus.subscribe("room") as slow, bus.subscribe("room") as quick:
        heard = []
        for message in sent:
            await bus.publish("room", message)
            heard += await take(quick, 1)
        assert heard == sent
        assert await take(slow, WAITING_LIMIT) == sent[excess:]


async def test_closing_ends_every_iteration(bus: Bus) -> None:
    async with bus.subscribe("room") as waiting, bus.subscribe("room") as behind:
        reading = asyncio.create_task(rest(waiting))
        await bus.publish("room", b"last")
        await bus.close()
        assert await reading == [b"last"]
        assert await rest(behind) == [b"last"]
        assert await rest(behind) == []


async def test_a_closed_bus_is_silent(bus: Bus) -> None:
    await bus.close()
    await bus.close()
    async with bus.subscribe("room") as messages:
        await bus.publish("room", b"too late")
        assert await rest(messages) == []


async def test_a_subscriber_that_leaves_while_another_listens_takes_nothing_along(bus: Bus) -> None:
    async with bus.subscribe("room") as staying:
        async with bus.subscribe("room"):
            await bus.publish("room", b"1")
        await bus.publish("room", b"2")
        assert await take(staying, 2) == [b"1", b"2"]


async def test_a_cancelled_reader_loses_no_message(bus: Bus) -> None:
    async with bus.subscribe("room") as messages:
        reading = asyncio.create_task(take(messages, 1))

        async def publish_and_cancel() -> None:
            await bus.publish("room", b"1")
            reading.cancel()

        outcome, _ = await asyncio.gather(reading, publish_and_cancel(), return_exceptions=True)
        assert isinstance(outcome, asyncio.CancelledError)
        assert await take(messages, 1) == [b"1"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.binary(max_size=8), st.none())))
async def test_what_is_read_is_what_was_published_in_order(bus: Bus, steps: list[bytes | None]) -> None:
    """A step is a message, or None: the subscriber reads one if one waits."""
    published: list[bytes] = []
    heard: list[bytes] = []
    async with bus.subscribe("room") as messages:
        for step in steps:
            if step is not None:
                await bus.publish("room", step)
                published.append(step)
            elif len(heard) < len(published):
                heard += await take(messages, 1)
    assert heard + await rest(messages) == published
