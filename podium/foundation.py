"""What the server and its commands build on: the data folder, the programme, the store and the bus, in use."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from moderation.command import Describe
from podium.bus.local import LocalBus
from podium.clock import SystemClock
from podium.engines import Engine, read_engines
from podium.history import UNREADABLE
from podium.hub import Hub
from podium.ids import RandomIds
from podium.ports import Bus, Clock, ErasableStore, Ids, StoreUnavailable
from podium.programme import ProgrammeRefused, read_programme
from podium.settings import Settings
from podium.store.opening import open_store
from podium.tokens import SecretUnusable, Tokens, secret_at, secret_in


class StartRefused(Exception):
    """The server cannot start. The text is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class House:
    """What everything else is built from."""

    settings: Settings
    programme: Mapping[str, Describe]
    engines: Mapping[str, Engine]
    tokens: Tokens
    store: ErasableStore
    bus: Bus
    clock: Clock
    ids: Ids


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The data folder in use: secret, programme and store. Raises StartRefused."""
    clock = SystemClock()
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        programme = read_programme(settings.programme_file)
        engines = read_engines(settings.programme_file, programme)
        tokens = Tokens(secret_at(settings.secret) if settings.secret else secret_in(settings.data), clock)
        store = await open_store(settings.data, settings.database)
    except OSError as error:
        raise StartRefused(f"The data folder {settings.data} cannot be used ({error.strerror}).") from error
    except (ProgrammeRefused, SecretUnusable, StoreUnavailable) as error:
        raise StartRefused(str(error)) from error
    bus = _bus(settings)
    try:
        yield House(settings, programme, engines, tokens, store, bus, clock, RandomIds())
    finally:
        await bus.close()
        await store.close()


def _bus(settings: Settings) -> Bus:
    if not settings.redis:
        return LocalBus()
    from podium.bus.redis import open_redis

    return open_redis(settings.redis)


async def load(hub: Hub) -> None:
    """Fold the journal of a room. Raises StartRefused."""
    try:
        await hub.load()
    except StoreUnavailable as error:
        raise StartRefused(f"The room {hub.identifier} cannot be read: {error}.") from error
    except UNREADABLE as error:
        raise StartRefused(
            f"The journal of the room {hub.identifier} cannot be read ({error}): a newer version of Podium has "
            "written it, or it is damaged. Start that version or a later one, or restore a copy of the data folder."
        ) from error
