"""One room's questions compared as they come and as they are typed, beside the commands, which never wait for it."""

import asyncio
from collections.abc import Callable

from moderation.room import Room
from podium import wire
from podium.duplicates import Duplicates
from podium.meaning import Meaning
from podium.outbox import Outbox

SOUGHT = 64
"""Texts being typed that may wait to be compared; one more is answered at once, with nothing."""
GATHER = 0.2
"""Seconds in which what is new gathers: people are told of it first, and many texts cost less together."""
PAUSE = 0.01
"""Seconds between two of them: whoever types a lot keeps no core busy."""


class Comparison:
    """Without a model nothing is compared, and every answer is none. duplicates: what was found so far."""

    def __init__(self, meaning: Meaning | None) -> None:
        self.duplicates = None if meaning is None else Duplicates(meaning)
        self._sought: dict[Outbox, wire.Seek] = {}
        self._look = asyncio.Event()

    def look(self) -> None:
        """Something in the room may have changed."""
        self._look.set()

    def seek(self, outbox: Outbox, mark: float, text: str) -> None:
        """Somebody types a question; of several texts of theirs that wait, the last is compared and answered."""
        if self.duplicates is None or (len(self._sought) >= SOUGHT and outbox not in self._sought):
            outbox.answer(wire.encode(wire.Found(mark, ())))
            return
        self._sought[outbox] = wire.Seek(mark, text)
        self._look.set()

    async def run(self, room: Callable[[], Room], told: Callable[[], None]) -> None:
        """Until cancelled; room: as it is now. told: called when there may be other suggestions than before."""
        while self.duplicates is not None:
            await self._look.wait()
            self._look.clear()
            if not self._sought:
                await asyncio.sleep(GATHER)
            if await self.duplicates.follow(room()):
                self._look.set()
            told()
            while self._sought:
                outbox = next(iter(self._sought))
                seek = self._sought.pop(outbox)
                outbox.answer(wire.encode(wire.Found(seek.mark, await self.duplicates.seek(seek.text, room))))
                await asyncio.sleep(PAUSE)
