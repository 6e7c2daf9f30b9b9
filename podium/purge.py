"""`podium purge`: forget who asked and voted in a room, while the server runs or not, and look whether somebody is still known."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from moderation.apply import fold
from moderation.command import Purge
from moderation.event import IdentitiesPurged
from moderation.refusal import Refused
from moderation.room import Room
from podium import chain, erasure, journal, traces
from podium.export.log import log, log_to_json
from podium.export.record import record, to_json
from podium.foundation import House, StartRefused, load, opened
from podium.hub import Hub
from podium.ports import Entry, Store, StoreUnavailable
from podium.settings import Settings
from podium.store.sqlite import DATABASE
from podium.traces import Known

Say = Callable[[str], None]

LEFT, REFUSED = 1, 2
NOT_YET = "not everything is forgotten yet, try again in a moment: {}."


async def purge(settings: Settings, room: str, say: Say, complain: Say, scanned: Sequence[Path] = ()) -> int:
    """Purge, look for everybody who was known, and say what was found; the exit status, 0 when nobody is any more.

    Looked at are every line again, exports made of them, the files of the data folder, and those that are named, like
    older exports and logs.
    """
    try:
        for path in traces.files(scanned):
            path.open("rb").close()
    except OSError as error:
        complain(f"nobody was forgotten yet: {error.filename} cannot be looked at ({error.strerror}).")
        return REFUSED
    try:
        async with opened(settings) as house:
            if room not in await house.store.rooms():
                complain(
                    f"there is no room “{room}”; the rooms are: {', '.join(await house.store.rooms()) or 'none yet'}."
                )
                return REFUSED
            before = await journal.read_all(house.store, room)
            code = await _forget(house, room)
            lines = await journal.read_all(house.store, room)
            if code and not any(line.kind == IdentitiesPurged.__name__ for line in lines[len(before) :]):
                complain(NOT_YET.format(code))
                return REFUSED
            last = next((line.seq for line in reversed(lines) if line.kind == IdentitiesPurged.__name__), len(lines))
            forgotten = traces.known(before).without(traces.known(lines[last:]))
            elsewhere = await _known_elsewhere(house.store, room)
    except StartRefused as refused:
        complain(str(refused))
        return REFUSED
    except StoreUnavailable as unavailable:
        complain(NOT_YET.format(unavailable.code))
        return REFUSED
    known = [line.seq for line in erasure.purged(lines[:last]) if line != lines[line.seq - 1]]
    finding = chain.examined(room, lines)
    if known or finding.broken is not None:
        complain(f"line {known[0] if known else finding.broken} of {room} is not as it should be; run podium verify.")
        return LEFT
    try:
        found, looked = _told(settings, scanned, forgotten, elsewhere, wiped=not code)
    except OSError as error:
        complain(f"everybody is forgotten, but {error.filename or 'a file'} cannot be looked at ({error.strerror}).")
        return LEFT
    if traces.devices_in(_exports(room, lines), forgotten):
        found = (*found, "an export that is made now")
    if left := _left(found, code):
        complain("\n".join(left))
        return LEFT
    say(
        f"Nobody who asked or voted in {room} is known any more: {len(lines)} lines, their exports and {looked} files "
        "looked at, none names a device, and the chain holds. Texts, numbers and votes stay; copies taken before still "
        "know."
    )
    return 0


async def _forget(house: House, room: str) -> str:
    """The code with which it was refused, "" when it is done. The journal may be blank when the file is not yet."""
    hub = Hub(room, house.store, house.bus, house.clock)
    await load(hub)
    running = asyncio.create_task(hub.run())
    try:
        await hub.order(Purge())
    except Refused as refused:
        return refused.code
    finally:
        running.cancel()
        await asyncio.wait((running,))
    return ""


def _left(found: Sequence[str], code: str) -> list[str]:
    """What there is to do: files that tell of somebody, and the code with which the wiping was refused."""
    files = ["still known are people in:", *(f"  {place}" for place in found)] if found else []
    return [*files, NOT_YET.format(code)] if code else files


async def _known_elsewhere(store: Store, room: str) -> Known:
    """Who is known in the other rooms, and stays."""
    others = [await journal.read_all(store, other) for other in await store.rooms() if other != room]
    return traces.known(line for lines in others for line in lines)


def _told(
    settings: Settings, scanned: Sequence[Path], forgotten: Known, elsewhere: Known, *, wiped: bool
) -> tuple[tuple[str, ...], int]:
    """The files that still tell of somebody, and how many were looked at. Raises OSError.

    What somebody wrote stays in the data folder, and may be a name: there, only devices are looked for. The database is
    looked at once it is wiped: nobody shall be told to delete it.
    """
    found, looked = [], 0
    own = set(traces.files([settings.data]))
    for path in (*own, *(path for path in traces.files(scanned) if path not in own)):
        if path.name.startswith(DATABASE) and not wiped:
            continue
        content, looked = path.read_bytes(), looked + 1
        here = forgotten.without(elsewhere) if path in own else forgotten
        devices = traces.devices_in(content, here)
        names = 0 if path in own else traces.names_in(content, here)
        if devices or names:
            found.append(f"{path}: {devices} devices, {names} names")
    return tuple(found), looked


def _exports(room: str, lines: Sequence[Entry]) -> bytes:
    """All that `podium export` would write."""
    taken = record(room, fold(Room(), journal.events(lines)), lines, public=False, zone=None)
    return (to_json(taken) + log_to_json(log(room, lines, zone=None))).encode()
