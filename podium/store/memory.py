"""The journals in memory: for tests and for a podium that may forget."""

from collections.abc import Sequence

from podium.ports import Entry, StaleSeq, StoreUnavailable
from podium.store.entries import place_in_chain, refuse_malformed


class MemoryStore:
    """Keeps everything until the process ends or the store is closed."""

    def __init__(self) -> None:
        self._journals: dict[str, list[Entry]] = {}
        self._closed = False

    async def append(self, room: str, expected_seq: int, entries: Sequence[Entry]) -> None:
        """See `podium.ports.Store.append`."""
        self._refuse_closed()
        refuse_malformed(room, expected_seq, entries)
        if len(self._journals.get(room, ())) != expected_seq:
            raise StaleSeq(room, expected_seq)
        if entries:
            journal = self._journals.setdefault(room, [])
            journal += place_in_chain(room, journal[-1].hash if journal else "", entries)

    async def rewrite(self, room: str, expected_seq: int, entries: Sequence[Entry], blanked: Sequence[Entry]) -> None:
        """See `podium.ports.Erasure.rewrite`."""
        self._refuse_closed()
        journal = self._journals.get(room, [])
        for line in blanked:
            if not 1 <= line.seq <= len(journal) or journal[line.seq - 1].hash != line.hash:
                raise ValueError(f"line {line.seq} of {room!r} is another one")
        await self.append(room, expected_seq, entries)
        for line in blanked:
            journal[line.seq - 1] = line

    async def read(self, room: str, since: int, limit: int = 1000) -> Sequence[Entry]:
        """See `podium.ports.Store.read`."""
        self._refuse_closed()
        start = max(since, 0)
        return tuple(self._journals.get(room, ())[start : start + limit])

    async def rooms(self) -> Sequence[str]:
        """See `podium.ports.Store.rooms`."""
        self._refuse_closed()
        return sorted(self._journals)

    async def close(self) -> None:
        """See `podium.ports.Store.close`."""
        self._closed = True

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable("storage_unavailable", "the store is closed")
