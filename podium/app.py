"""The composition root: picks the adapters, builds, starts, stops. Only the command line imports it."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Middleware

from moderation.command import Describe
from moderation.refusal import Refused
from moderation.room import Room
from podium.accord import Accord
from podium.admission import Admission
from podium.bus.local import LocalBus
from podium.clock import SystemClock
from podium.edge import whep, whip
from podium.edge.arrivals import Arrivals
from podium.edge.authority import Authority
from podium.edge.calls import Caller
from podium.edge.discretion import discreet_logger
from podium.edge.door import Inside
from podium.edge.events import Extensions
from podium.edge.export import Exports
from podium.edge.feeds import Feeds
from podium.edge.gate import Gate, taking_turns
from podium.edge.headers import secure
from podium.edge.health import Health
from podium.edge.http import Pages
from podium.edge.iceservers import IceServers
from podium.edge.media import Terms, milliseconds
from podium.edge.metrics import Metrics
from podium.edge.neighbours import Neighbours, forwarding
from podium.edge.pushes import Pushes
from podium.edge.resource import BODY_SECONDS
from podium.edge.streams import Streams
from podium.edge.tenure import Tenure
from podium.edge.websocket import Pump
from podium.engines import Engine, read_engines
from podium.hub import UNREADABLE, Hub
from podium.ids import RandomIds
from podium.meaning import Model
from podium.metrics import Family, RoomFigures, of_arrivals, of_feeds, of_parts, of_rooms, of_workers
from podium.ports import Bus, Clock, ErasableStore, Ids, StoreUnavailable
from podium.programme import ProgrammeRefused, read_programme
from podium.readiness import Readiness, of_bus, of_disk, of_relay, of_secret, of_store
from podium.relay import control
from podium.relay.reports import Reports
from podium.relay.supervisor import Supervisor
from podium.relay.udp import EVERYWHERE, MediaPortTaken
from podium.settings import Settings
from podium.store.opening import open_store
from podium.tokens import SecretUnusable, Tokens, metrics_token_in, secret_at, secret_in
from podium.whereabouts import Whereabouts

BACKLOG = 1_024
GOODBYE_SECONDS = 0.5
"""How long open connections may take to close when the server stops; again as long once they are cut off."""
LAST_PORT = 65_535
PORT_TRIES = 30
NODE_BYTES = 4
CALL_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
"""Of requests to other nodes and engines: event streams last, and say something every ten seconds."""
PORT_PAUSE = 0.1
"""After a crash the relay worker of before may hold the media port for a moment."""


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


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. settings: with the ports in use where 0 was asked for."""

    settings: Settings
    house: House
    hubs: Mapping[str, Hub]


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


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    """The whole server, from the first answer until the context ends. Raises StartRefused."""
    try:
        async with opened(settings) as house, asyncio.TaskGroup() as tasks, AsyncExitStack() as stack:
            terms = _terms(settings, house.clock, house.engines)
            model = Model()
            stack.callback(tasks.create_task(model.run(), name="model").cancel)
            hubs = {
                identifier: Hub(identifier, house.store, house.bus, house.clock, model)
                for identifier in house.programme
            }
            for hub in hubs.values():
                await load(hub)
            rooms = [tasks.create_task(hub.run(), name=f"room {hub.identifier}") for hub in hubs.values()]
            stack.callback(_cancel, rooms)
            for identifier, described in house.programme.items():
                await _describe(hubs[identifier], described)
            reports = Reports()
            streams = Streams(reports, asyncio.get_running_loop().time)
            listeners = [reports.take, streams.take]
            node = secrets.token_hex(NODE_BYTES) if settings.redis and settings.node_url else ""
            relay = await stack.enter_async_context(_relay(settings, hubs, listeners, node))
            http = await stack.enter_async_context(aiohttp.ClientSession(timeout=CALL_TIMEOUT))
            caller = Caller(relay, http)
            whereabouts = Whereabouts(node, settings.node_url, house.clock, house.tokens.seal)
            neighbours = Neighbours(whereabouts, house.bus, caller)
            pushes = Pushes(house.engines, whereabouts, caller)
            listeners += [caller.take, neighbours.take, pushes.take]
            for name, calling in (("neighbours", neighbours.run()), ("pushes", pushes.run())):
                stack.callback(tasks.create_task(calling, name=name).cancel)
            forward = forwarding(whereabouts, http)
            arrivals = Arrivals.by(settings, milliseconds)
            runner = await stack.enter_async_context(
                _web(house, hubs, relay, reports, streams, terms, tasks, forward, arrivals)
            )
            stack.callback(_cancel, rooms)  # first of all they say goodbye, while the connections are still open
            site, port = await _listen(runner, settings, arrivals)
            stack.push_async_callback(site.stop)  # who is sent away shall not come back here
            yield Running(replace(settings, port=port, media_port=relay.port), house, hubs)
    except BaseExceptionGroup as group:  # the rooms' TaskGroup wraps whatever ends it
        if len(group.exceptions) == 1:
            raise group.exceptions[0] from None
        raise


def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()


async def load(hub: Hub) -> None:
    """Fold the room's journal. Raises StartRefused."""
    try:
        await hub.load()
    except StoreUnavailable as error:
        raise StartRefused(f"The room {hub.identifier} cannot be read: {error}.") from error
    except UNREADABLE as error:
        raise StartRefused(
            f"The journal of the room {hub.identifier} cannot be read ({error}): a newer version of Podium has "
            "written it, or it is damaged. Start that version or a later one, or restore a copy of the data folder."
        ) from error


async def _describe(hub: Hub, described: Describe) -> None:
    try:
        await hub.order(described)
    except Refused as refused:
        raise StartRefused(f"The room {hub.identifier} cannot be written to disk: {refused.code}.") from refused


@asynccontextmanager
async def _relay(
    settings: Settings, hubs: Mapping[str, Hub], listeners: Sequence[Callable[[control.Event], None]], node: str
) -> AsyncIterator[Supervisor]:
    viewers: dict[str, int] = {}
    live: dict[str, int] = {}

    def happened(event: control.Event) -> None:
        for listener in listeners:
            listener(event)
        match event:
            case control.FeedLive(feed=feed, pulled=pulled):
                live[feed] = int(pulled)  # the node that it is pulled from counts a viewer for that
            case control.FeedGone(feed=feed):
                live.pop(feed, None)
            case control.Viewers(feed=feed, count=count):
                viewers[feed] = count
            case _:
                return
        room, _, name = feed.partition("/")
        if room in hubs:
            hubs[room].watch(name, viewers.get(feed, 0) - live[feed] if feed in live else None)

    workers = settings.workers(len(os.sched_getaffinity(0)))
    if settings.media_port + workers > LAST_PORT + 1:
        raise StartRefused(
            f"There are {workers} relay workers, and no {workers} ports from {settings.media_port} on. "
            "Choose a lower --media-port or fewer --relay-workers."
        )
    if settings.port and settings.media_port <= settings.port < settings.media_port + workers:
        raise StartRefused(
            f"The pages and the pictures cannot both have the port {settings.port}/tcp. "
            "Choose another port with --port or --media-port."
        )
    relay = Supervisor(
        settings.media_host,
        settings.media_port,
        on_event=happened,
        addresses=settings.announce,
        workers=workers,
        most_viewers=settings.viewers_per_worker,
        node=node,
    )
    for tries_left in reversed(range(PORT_TRIES)):
        try:
            await relay.start()
            break
        except MediaPortTaken as error:
            if not tries_left:
                raise StartRefused(str(error)) from error
            await asyncio.sleep(PORT_PAUSE)
    try:
        yield relay
    finally:
        await relay.stop()


@asynccontextmanager
async def _web(
    house: House,
    hubs: Mapping[str, Hub],
    relay: Supervisor,
    reports: Reports,
    streams: Streams,
    terms: Terms,
    tasks: asyncio.TaskGroup,
    forward: Middleware,
    arrivals: Arrivals,
) -> AsyncIterator[web.AppRunner]:
    def find_room(identifier: str) -> Room | None:
        hub = hubs.get(identifier)
        return None if hub is None else hub.room

    admission = Admission(house.tokens, house.ids, find_room)
    authority = Authority(house.tokens, find_room)
    pump = Pump(hubs, admission, house.clock, house.settings.public_url, house.settings.hello_seconds)
    application = web.Application(client_max_size=house.settings.body_bytes, middlewares=(taking_turns, forward))
    application[BODY_SECONDS] = house.settings.body_seconds
    application.on_response_prepare.append(secure(filter(None, (terms.overflow, *terms.watch.values()))))
    application.add_routes([web.get("/ws", arrivals.entrance(pump.handle))])
    tenure = Tenure(relay, authority.authorise)
    application.add_routes(whip.routes(relay, authority.authorise, tenure, terms))
    extensions = Extensions(relay, authority.authorise, streams)
    application.add_routes(whep.routes(relay, authority.authorise, tenure, terms, (extensions.links,)))
    application.add_routes(extensions.routes("/whep"))
    application.add_routes(Feeds(authority.produced, reports).routes())

    def collect() -> Iterable[Family]:
        rooms = {name: _figures(hub) for name, hub in hubs.items()}
        speaking = filter(reports.is_speaking, reports.feeds)
        return (
            *of_rooms(rooms),
            *of_parts(readiness.known),
            *of_arrivals(arrivals.refused),
            *of_workers(relay.workers),
            *of_feeds(reports.feeds, speaking),
        )

    accord = Accord(house.bus, house.tokens.fingerprint, asyncio.get_running_loop().time)
    readiness = _readiness(house, relay, accord)
    application.add_routes(Health(readiness).routes())
    application.add_routes(Metrics(_metrics_token(house.settings), collect).routes())
    application.add_routes(Exports(authority.moderated, house.store).routes())
    application.add_routes(Pages(find_room).routes())

    async def send_away(_application: web.Application) -> None:
        streams.close()

    application.on_shutdown.append(send_away)
    # an access log would keep the addresses of people
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=discreet_logger(),
        keepalive_timeout=house.settings.idle_seconds,
        shutdown_timeout=GOODBYE_SECONDS,
    )
    await runner.setup()
    await readiness.look()
    watching = [
        tasks.create_task(tenure.run(), name="tenure"),
        tasks.create_task(readiness.watch(), name="readiness"),
        tasks.create_task(accord.run(), name="accord"),
    ]
    try:
        yield runner
    finally:
        _cancel(watching)
        await runner.cleanup()


def _readiness(house: House, relay: Supervisor, accord: Accord) -> Readiness:
    def serving() -> list[bool]:
        return [worker.process_id is not None for worker in relay.workers]

    checks = {
        "store": of_store(house.store),
        "disk": of_disk(house.settings.data, holds_questions=not house.settings.database),
        "bus": of_bus(lambda: house.bus.connected),
        "relay": of_relay(serving),
        "secret": of_secret(lambda: accord.agrees),
    }
    return Readiness(checks, asyncio.get_running_loop().time)


def _metrics_token(settings: Settings) -> str:
    try:
        return metrics_token_in(settings.data)
    except SecretUnusable as error:
        raise StartRefused(str(error)) from error


def _figures(hub: Hub) -> RoomFigures:
    broadcast = hub.broadcast
    return RoomFigures(hub.room.seq, len(hub.room.questions), len(broadcast.members), broadcast.dropped)


def _terms(settings: Settings, clock: Clock, engines: Mapping[str, Engine]) -> Terms:
    """What the settings say about media sessions. Raises StartRefused."""
    secret = b""
    if settings.turn_secret is not None:
        try:
            secret = settings.turn_secret.read_bytes().strip()
        except OSError as error:
            raise StartRefused(f"The file {settings.turn_secret} cannot be read ({error.strerror}).") from error
        if not secret:
            raise StartRefused(f"The file {settings.turn_secret} is empty. It holds the secret of the TURN servers.")
    if not secret and any(server.startswith("turn") for server in settings.ice_servers):
        raise StartRefused("A TURN server takes credentials. Name the file with its secret: --turn-secret.")
    servers = IceServers(settings.ice_servers, secret, lambda: clock.now() / 1000)
    watch = {feed: engine.watch for feed, engine in engines.items() if engine.watch}
    return Terms(servers, settings.overflow_url, settings.lenient_trickle, watch)


async def _listen(runner: web.AppRunner, settings: Settings, arrivals: Arrivals) -> tuple[Gate, int]:
    """Answer from now on; the port in use."""
    # asyncio opens :: for IPv6 alone; without a host it opens both families, as the media port is
    host = None if settings.host == EVERYWHERE else settings.host
    assert runner.server is not None, "a runner that is set up has a server"
    inside = Inside.by(settings, runner.server, arrivals)
    site = Gate(runner, host, settings.port, inside, BACKLOG)
    try:
        await site.start()
    except OSError as error:
        reason = (error.strerror or str(error)).rstrip(".")
        raise StartRefused(
            f"The port {settings.port}/tcp on {settings.host} cannot be opened ({reason}). "
            "Stop the program that uses it or choose another port with --port."
        ) from error
    port: int = runner.addresses[0][1]
    return site, port
