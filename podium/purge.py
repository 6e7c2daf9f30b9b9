"""`podium purge`: forget who asked and voted in a room, while the server runs or not."""

import asyncio
from collections.abc import Callable

from moderation.command import Purge
from moderation.refusal import Refused
from podium import chain, erasure, journal
from podium.app import StartRefused, load, opened
from podium.hub import Hub
from podium.settings import Settings

Say = Callable[[str], None]

LEFT, REFUSED = 1, 2


async def purge(settings: Settings, room: str, say: Say, complain: Say) -> int:
    """Purge, look at every line again, and say what was found; the exit status, 0 when nobody is known any more."""
    try:
        async with opened(settings) as house:
            if room not in await house.store.rooms():
                complain(
                    f"there is no room “{room}”; the rooms are: {', '.join(await house.store.rooms()) or 'none yet'}."
                )
                return REFUSED
            hub = Hub(room, house.store, house.bus, house.clock)
            await load(hub)
            running = asyncio.create_task(hub.run())
            try:
                await hub.order(Purge())
            finally:
                running.cancel()
                await asyncio.wait((running,))
            lines = await journal.read_all(house.store, room)
    except StartRefused as refused:
        complain(str(refused))
        return REFUSED
    except Refused as refused:
        complain(f"nobody was forgotten, try again in a moment: {refused.code}.")
        return REFUSED
    known = [line.seq for line in erasure.purged(lines) if line != lines[line.seq - 1]]
    finding = chain.examined(room, lines)
    if known or finding.broken is not None:
        complain(f"line {known[0] if known else finding.broken} of {room} is not as it should be; run podium verify.")
        return LEFT
    say(
        f"Nobody who asked or voted in {room} is known any more: {len(lines)} lines looked at, none names a device, "
        "and the chain holds. Texts, numbers and votes stay; copies taken before still know."
    )
    return 0
