"""Extensions of WHEP: events from the server, and the choice of a layer (draft-ietf-wish-whep, core extensions).

`SESSION/events` takes the kinds of events a player wants and creates a stream, `SESSION/events/STREAM` sends them as
WHATWG server-sent events, `SESSION/layer` takes a layer by name or by the size that is looked at.
"""

import asyncio
from collections.abc import Iterable
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web

from podium.edge.access import Action, Authorise, Denied, Relay
from podium.edge.bearer import bearer, denial
from podium.edge.floods import Floods
from podium.edge.link import link
from podium.edge.media import SESSION_PACE, milliseconds
from podium.edge.problem import problem
from podium.edge.resource import CORS, PREFLIGHT, Answered, Handler, body_of, dispatch, expect, feed_of, in_time, place
from podium.edge.streams import EVENTS, Streams
from podium.relay.control import Code, Refused, Role

JSON = "application/json"
EVENT_STREAM = "text/event-stream"
#: A comment goes out so often: proxies keep the connection, and a session that is over is noticed (seconds).
HEARTBEAT_SECONDS = 10.0
#: A browser whose connection broke asks again after so long (milliseconds).
RETRY = 2000
T = TypeVar("T")
Index = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}$")]
Pixels = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
_ACTION: Action = "play"
_CORE = "urn:ietf:params:whep:ext:core"
_HEADERS = {
    "Content-Type": EVENT_STREAM,
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # a proxy that gathers events would send them late
}


class LayerWish(msgspec.Struct, rename="camel"):
    """What a player asks for. Without a name and without a size the server chooses by itself again.

    media_id: the index of an m-line. encoding_id: what some players say for rid. Layers in time or space within one encoding cannot be chosen.
    """

    media_id: Index | None = None
    rid: str | None = None
    encoding_id: str | None = None
    spatial_layer_id: int | None = None
    temporal_layer_id: int | None = None
    max_spatial_layer_id: int | None = None
    max_temporal_layer_id: int | None = None
    max_width: Pixels | None = None
    max_height: Pixels | None = None


class Extensions:
    """The resources below a viewer's session."""

    def __init__(self, relay: Relay, authorise: Authorise, streams: Streams) -> None:
        self._relay = relay
        self._authorise = authorise
        self._streams = streams
        self._requests = Floods(milliseconds, *SESSION_PACE)

    def links(self, session: str, answer: str) -> Iterable[str]:
        """What the 201 of a session says: where to ask for events and for layers."""
        kinds = [line[2:].split(" ", 1)[0] for line in answer.splitlines() if line.startswith("m=")]
        video = f"?video={kinds.index('video')}" if "video" in kinds[1:] and kinds[0] != "video" else ""
        yield link(f"{session}/events{video}", rel=f"{_CORE}:server-sent-events", events=",".join(EVENTS))
        yield link(f"{session}/layer", rel=f"{_CORE}:layer")

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Every method: what is not served is 405 with Allow."""
        session = prefix + "/{room}/{feed:[A-Za-z0-9_-]{1,64}}/{session:[A-Za-z0-9_-]{1,64}}"
        return [
            web.route("*", session + "/events", dispatch({"POST": self._create, "OPTIONS": _options("POST")})),
            web.route(
                "*",
                session + "/events/{stream:[A-Za-z0-9_-]{1,64}}",
                dispatch({"GET": self._send, "DELETE": self._delete, "OPTIONS": _options("GET, DELETE")}),
            ),
            web.route("*", session + "/layer", dispatch({"POST": self._choose, "OPTIONS": _options("POST")})),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        session = await self._session(request)
        wanted: tuple[str, ...] = EVENTS
        if request.body_exists:
            expect(request, JSON, {"Accept": JSON, "Accept-Post": JSON})
            wanted = _read(await body_of(request, "events_malformed"), tuple[str, ...], "events_malformed")
        unknown = [name for name in wanted if name not in EVENTS]
        if unknown:
            raise Answered(problem("event_unknown", f"the events are {', '.join(EVENTS)}"))
        video = request.query.get("video", "0")
        name = self._streams.create(session, feed_of(request), wanted, video if video.isdecimal() else "0")
        path = f"{request.rel_url.raw_path}/{name}"
        return web.Response(status=201, headers={"Location": path})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        session = await self._session(request)
        stream = self._streams.find(session, request.match_info["stream"])
        response = web.StreamResponse(headers=_HEADERS | CORS)
        await response.prepare(request)
        turn = stream.begin()
        try:
            await response.write(f"retry: {RETRY}\n\n".encode())
            while turn == stream.turn:
                for name, data in stream.taken():
                    await response.write(f"event: {name}\ndata: {data}\n\n".encode())
                if stream.over:
                    break
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await stream.changed.wait()
                except TimeoutError:
                    await response.write(b":\n\n")
                    await self._look(request, session)
        except ConnectionError:
            pass  # the reader has gone
        finally:
            stream.leave(turn, self._streams.now())
        return response

    async def _look(self, request: web.Request, session: str) -> None:
        """End the streams of a session that is over, however it ended; a worker that does not answer now is asked again."""
        try:
            await self._relay.find(Role.PLAY, feed_of(request), session)
        except Refused as refused:
            if refused.code == Code.SESSION_UNKNOWN:
                self._streams.end(session)

    async def _delete(self, request: web.Request) -> web.Response:
        session = await self._session(request)
        self._streams.delete(session, request.match_info["stream"])
        return web.Response(status=200)

    async def _choose(self, request: web.Request) -> web.Response:
        session = await self._session(request)
        expect(request, JSON, {"Accept": JSON, "Accept-Post": JSON})
        wish = _read(await body_of(request, "layer_malformed"), LayerWish, "layer_malformed")
        rid, media = wish.rid or wish.encoding_id, wish.media_id
        if (
            wish.spatial_layer_id
            or wish.temporal_layer_id
            or 0
            in (
                wish.spatial_layer_id,
                wish.temporal_layer_id,
                wish.max_spatial_layer_id,
                wish.max_temporal_layer_id,
            )
        ):
            raise Answered(problem("layer_unknown", "layers within one encoding cannot be chosen, only encodings"))
        await self._relay.choose(
            feed_of(request),
            session,
            media=None if media is None else int(media),
            rid=rid,
            max_width=wish.max_width,
            max_height=wish.max_height,
        )
        return web.Response(status=200)

    async def _session(self, request: web.Request) -> str:
        """The session of the path, when the bearer may watch and it exists."""
        verdict = self._authorise(bearer(request), *place(request), _ACTION)
        if isinstance(verdict, Denied):
            raise Answered(denial(verdict))
        session = request.match_info["session"]
        in_time(self._requests, session)
        await self._relay.find(Role.PLAY, feed_of(request), session)
        return session


def _read(text: str, kind: type[T], code: str) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise Answered(problem(code, f"{error}")) from None


def _options(methods: str) -> Handler:
    async def options(_request: web.Request) -> web.Response:
        allowed = {"Access-Control-Allow-Methods": f"{methods}, OPTIONS", "Accept-Post": JSON}
        return web.Response(headers={**PREFLIGHT, **allowed})

    return options
