"""The bus between nodes, and what goes on while Redis is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from podium.bus.redis import RedisBus, open_redis
from tests.servers import Redis

PATIENCE = 10.0


@asynccontextmanager
async def nodes(url: str, count: int = 2, **seconds: float) -> AsyncIterator[list[RedisBus]]:
    """Buses of as many nodes, each of which hears the others."""
    buses = [open_redis(url, **seconds) for _ in range(count)]
    try:
        await acquainted(buses)
        yield buses
    finally:
        for bus in buses:
            await bus.close()


async def acquainted(buses: list[RedisBus]) -> None:
    """Wait until what one says is heard by every other."""
    for speaker in buses:
        for listener in buses:
            if listener is not speaker:
                await heard_by(speaker, listener)


async def heard_by(speaker: RedisBus, listener: RedisBus) -> None:
    async with asyncio.timeout(PATIENCE), listener.subscribe("hello") as messages:
        hearing = asyncio.create_task(anext(messages))
        while not hearing.done():
            await speaker.publish("hello", b"?")
            await asyncio.wait((hearing,), timeout=0.01)


async def take(messages: AsyncIterator[bytes], count: int) -> list[bytes]:
    async with asyncio.timeout(PATIENCE):
        return [await anext(messages) for _ in range(count)]


async def test_every_node_hears_every_other_in_order_and_itself_once(redis: Redis) -> None:
    async with nodes(redis.url, 3) as (first, second, third):
        sent = [bytes([number]) + b"\0\r\n\xff" for number in range(50)]
        async with (
            first.subscribe("room/ä") as here,
            second.subscribe("room/ä") as there,
            third.subscribe("x") as other,
        ):
            for message in sent:
                await first.publish("room/ä", message)
            await second.publish("x", b"another topic")
            assert await take(there, 50) == sent
            assert await take(other, 1) == [b"another topic"]
            await second.publish("room/ä", b"answer")
            assert await take(here, 51) == [*sent, b"answer"]


async def test_installations_with_numbers_of_their_own_do_not_hear_each_other(redis: Redis) -> None:
    async with (
        nodes(redis.url) as ours,
        nodes(f"{redis.url}?db=1") as theirs,
        ours[0].subscribe("room") as messages,
    ):
        await theirs[0].publish("room", b"theirs")
        await heard_by(theirs[0], theirs[1])
        await ours[1].publish("room", b"ours")
        assert await take(messages, 1) == [b"ours"]


async def test_what_is_no_message_of_a_node_is_passed_over(redis: Redis) -> None:
    async with nodes(redis.url) as (first, second), first.subscribe("room") as messages:
        for noise in ("", "x", "12345678", "12345678no end", "12345678\udcff\0"):
            redis.administer("PUBLISH", "podium/0", noise.encode(errors="surrogateescape"))
        await second.publish("room", b"sense")
        assert await take(messages, 1) == [b"sense"]


async def test_without_redis_a_node_hears_itself_and_counts_what_others_miss(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    async with nodes(redis.url) as buses:
        redis.kill()
        try:
            async with asyncio.timeout(PATIENCE), buses[0].subscribe("room") as messages:
                while not buses[0].dropped:
                    await buses[0].publish("room", b"question")
                    assert await anext(messages) == b"question"
                while buses[0].connected:
                    await asyncio.sleep(0)
        finally:
            redis.start()
        await acquainted(buses)
        assert buses[0].connected
        assert [record.message.partition(":")[0] for record in caplog.records].count("Redis is back") == 2


async def test_a_server_that_says_nothing_more_is_left_for_a_new_connection(redis: Redis) -> None:
    """As when a firewall has forgotten the connection: nothing is refused, nothing comes."""
    async with nodes(redis.url, heartbeat_seconds=0.05, silence_seconds=0.2) as buses:
        ids = {line.split()[0] for line in redis.administer("CLIENT", "LIST", "TYPE", "pubsub").decode().splitlines()}
        redis.administer("CLIENT", "PAUSE", "400", "ALL")
        await acquainted(buses)
        now = redis.administer("CLIENT", "LIST", "TYPE", "pubsub").decode().splitlines()
        assert ids.isdisjoint(line.split()[0] for line in now)


@pytest.mark.parametrize("answer", [b":no number\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_a_server_that_is_no_redis_is_asked_again(answer: bytes) -> None:
    visits: asyncio.Queue[None] = asyncio.Queue()

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.put_nowait(None)
        writer.write(answer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(answering, "127.0.0.1", 0)
    bus = open_redis(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with asyncio.timeout(PATIENCE), server:
        for _ in range(2):
            await visits.get()
        assert not bus.connected
        await bus.close()


async def test_a_server_that_lets_nobody_speak_is_away_and_said_to_be_once(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    redis.administer("ACL", "SETUSER", "default", "-publish")
    mute = open_redis(redis.url)
    try:
        async with asyncio.timeout(PATIENCE):
            before = refused(redis)
            while refused(redis) < before + 3:
                await mute.publish("room", b"somewhere else")
                await asyncio.sleep(0)
        assert not mute.connected
    finally:
        redis.administer("ACL", "SETUSER", "default", "+publish")
    async with nodes(redis.url, 1) as buses:
        await acquainted([mute, *buses])
    await mute.close()
    said = [record.message.partition(":")[0] for record in caplog.records]
    assert said == ["Redis is away", "Redis is back"]


async def test_a_node_ends_at_whatever_moment_redis_goes_away(redis: Redis) -> None:
    for turns in range(16):
        bus = open_redis(redis.url)
        async with asyncio.timeout(PATIENCE):
            while not bus.connected:
                await asyncio.sleep(0)
            redis.administer("CLIENT", "KILL", "TYPE", "pubsub")
            for _ in range(turns):
                await asyncio.sleep(0)
            await bus.close()


def refused(redis: Redis) -> int:
    """How often somebody was not allowed to speak."""
    known = redis.administer("INFO", "commandstats")
    return int(known.get("cmdstat_publish", {}).get("rejected_calls", 0))


async def test_a_server_that_is_not_there_yet_hinders_no_start() -> None:
    bus = open_redis("unix:///nonexistent/redis")
    async with bus.subscribe("room") as messages:
        await bus.publish("room", b"question")
        assert await take(messages, 1) == [b"question"]
    await bus.close()
