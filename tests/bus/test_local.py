"""The bus within one process."""

from podium.bus.local import WAITING_LIMIT, LocalBus


async def test_it_counts_what_slow_subscribers_miss_even_after_they_left() -> None:
    bus = LocalBus()
    async with bus.subscribe("room"):
        for _ in range(WAITING_LIMIT + 3):
            await bus.publish("room", b"tick")
        assert bus.dropped == 3
    assert bus.dropped == 3


async def test_a_topic_without_subscribers_leaves_nothing_behind() -> None:
    bus = LocalBus()
    async with bus.subscribe("room"):
        await bus.publish("room", b"tick")
    await bus.publish("elsewhere", b"tick")
    assert bus.dropped == 0
    await bus.close()
    assert bus.dropped == 0
