"""The store in memory, beyond what tests/contracts holds every store to."""

from podium.ports import Entry
from podium.store.memory import MemoryStore


async def test_each_store_remembers_for_itself_alone() -> None:
    first, second = MemoryStore(), MemoryStore()
    await first.append("room", 0, [Entry(1, 0, "system", "", "asked", "{}")])
    assert await first.rooms() == ["room"]
    assert await second.rooms() == []
