"""The composition root: builds the server, starts it, stops it. Only the command line imports it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
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
from podium.edge import whep, whip
from podium.edge.arrivals import Arrivals
from podium.edge.authority import Authority
from podium.edge.calls import Caller
from podium.edge.door import Inside
from podium.edge.events import Extensions
from podium.edge.export import Exports
from podium.edge.feeds import Feeds
from podium.edge.gate import Gate, taking_turns
from podium.edge.handler import entrance
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
from podium.engines import Engine
from podium.foundation import House, StartRefused, load, opened
from podium.hub import Hub
from podium.meaning import Model
from podium.metrics import Family, RoomFigures, of_arrivals, of_feeds, of_parts, of_rooms, of_workers
from podium.ports import Clock
from podium.readiness import Readiness, of_bus, of_disk, of_relay, of_secret, of_store
from podium.relay.reports import Reports
from podium.relay.supervisor import Supervisor
from podium.relay.udp import EVERYWHERE
from podium.relaying import relaying
from podium.settings import Settings
from podium.tokens import SecretUnusable, metrics_token_in
from podium.whereabouts import Whereabouts

BACKLOG = 1_024
GOODBYE_SECONDS = 0.5
"""How long open connections may take to close when the server stops; again as long once they are cut off."""
NODE_BYTES = 4
CALL_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
"""Of requests to other nodes and engines: event streams last, and say something every ten seconds."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. settings: with the ports in use where 0 was asked for."""

    settings: Settings
    house: House
    hubs: Mapping[str, Hub]


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
            relay = await stack.enter_async_context(relaying(settings, hubs, listeners, node))
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


async def _describe(hub: Hub, described: Describe) -> None:
    try:
        await hub.order(described)
    except Refused as refused:
        raise StartRefused(f"The room {hub.identifier} cannot be written to disk: {refused.code}.") from refused


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
    application.add_routes(
        whep.routes(relay, authority.authorise, tenure, terms, (extensions.links,), arrivals.offered)
    )
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
    runner = web.AppRunner(application, shutdown_timeout=GOODBYE_SECONDS)
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
    inside = Inside.by(settings, entrance(runner.server, settings.idle_seconds), arrivals)
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
