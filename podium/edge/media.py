"""What WHIP and WHEP have in common: an endpoint that takes offers, and the sessions it creates.

Sources: RFC 9725, draft-ietf-wish-whep-03, RFC 6750.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from multidict import CIMultiDict

from podium.edge.access import Action, Authorise, Denied, Granted, Relay
from podium.edge.bearer import bearer, denial
from podium.edge.floods import Floods
from podium.edge.iceservers import NO_ICE_SERVERS, IceServers
from podium.edge.resource import PREFLIGHT, Answered, body_of, dispatch, expect, feed_of, in_time, place, wait_out
from podium.edge.tenure import Tenure
from podium.relay.control import Code, Refused, Role

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"

#: Another node pulls the feed: it is not sent to where viewers are.
PULL_HEADER = "Podium-Pull"

#: New sessions of one publisher's token or of one feed's viewers, and requests to one session: at once, and per second.
PUBLISH_PACE = (60, 10)
PLAY_PACE = (2000, 1000)
SESSION_PACE = (60, 10)

# Counts an offer: the seconds that whoever sends it has to wait for, mostly none.
Wait = Callable[[web.Request], int]


def at_once(_request: web.Request) -> int:
    """Nobody has to wait."""
    return 0


# A session's path and answer to the Links of its 201 that announce an extension (RFC 9725 section 4.9).
Extension = Callable[[str, str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator has decided for both protocols.

    overflow: where viewers are sent when this server is full, like `https://second.example`; "" sends them nowhere.
    lenient: take trickle fragments to viewers' sessions without If-Match.
    watch: WHEP addresses of external engines, by feed: its viewers are sent there.
    """

    ice_servers: IceServers = NO_ICE_SERVERS
    overflow: str = ""
    lenient: bool = False
    watch: Mapping[str, str] = field(default_factory=dict)


class MediaEndpoint:
    """One of the two protocols: what a POST does to a feed, and who may."""

    def __init__(
        self,
        relay: Relay,
        authorise: Authorise,
        role: Role,
        tenure: Tenure,
        terms: Terms,
        extensions: Sequence[Extension] = (),
        wait: Wait = at_once,
    ) -> None:
        self._relay = relay
        self._wait = wait
        self._authorise = authorise
        self._role = role
        self._tenure = tenure
        self._terms = terms
        self._extensions = extensions
        self._openings = Floods(milliseconds, *(PUBLISH_PACE if role is Role.PUBLISH else PLAY_PACE))
        self._requests = Floods(milliseconds, *SESSION_PACE)

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """`PREFIX/ROOM/FEED` and `PREFIX/ROOM/FEED/SESSION`, every method: what is not served is 405 with Allow."""
        endpoint = {"POST": self._open, "GET": _no_content, "HEAD": _head, "OPTIONS": self._endpoint_options}
        session = {"PATCH": self._patch, "DELETE": self._close, "GET": self._find, "OPTIONS": self._session_options}
        path = prefix + "/{room}/{feed:[A-Za-z0-9_-]{1,64}}"
        return [
            web.route("*", path, dispatch(endpoint)),
            web.route("*", path + "/{session:[A-Za-z0-9_-]{1,64}}", dispatch(session)),
        ]

    async def _open(self, request: web.Request) -> web.Response:
        granted = self._check(request)
        token = bearer(request)
        publishes = self._role is Role.PUBLISH
        wait_out(self._wait(request))  # before the feed's own: what is refused here takes nothing from the others
        in_time(self._openings, token if publishes and token is not None else feed_of(request))
        expect(request, SDP, {"Accept": SDP, "Accept-Post": SDP})
        if not publishes and PULL_HEADER not in request.headers and feed_of(request) in self._terms.watch:
            raise _elsewhere(self._terms.watch[feed_of(request)])
        offer = await body_of(request, "sdp_malformed")
        try:
            opened = await self._relay.open(
                self._role, feed_of(request), offer, _local_address(request), standby=granted.standby
            )
        except Refused as refused:
            if refused.code != Code.BUSY or publishes or not self._terms.overflow:
                raise
            raise _elsewhere(self._terms.overflow + request.raw_path) from refused
        if token:
            self._tenure.begin(self._role, *place(request), opened.session, token)
        session = f"{request.rel_url.raw_path.rstrip('/')}/{opened.session}"
        headers = CIMultiDict({"Content-Type": SDP, "Location": session, "ETag": opened.etag, "Accept-Patch": FRAGMENT})
        for link in (
            *self._terms.ice_servers.links(),
            *(link for links in self._extensions for link in links(session, opened.answer)),
        ):
            headers.add("Link", link)
        return web.Response(status=201, body=opened.answer.encode(), headers=headers)

    async def _patch(self, request: web.Request) -> web.Response:
        self._check(request)
        self._session_in_time(request)
        expect(request, FRAGMENT, {"Accept": FRAGMENT, "Accept-Patch": FRAGMENT})
        fragment = await body_of(request, "fragment_malformed")
        condition = request.headers.get("If-Match")
        if condition is not None:  # our tags are ASCII; what is not is none of them
            condition = condition.encode("ascii", "replace").decode()
        elif self._terms.lenient and self._role is Role.PLAY:
            condition = "*"
        restarted = await self._relay.patch(
            self._role, feed_of(request), request.match_info["session"], condition, fragment
        )
        if restarted is None:
            return web.Response(status=204)
        headers = {"Content-Type": FRAGMENT, "ETag": restarted.etag}
        return web.Response(status=200, body=restarted.fragment.encode(), headers=headers)

    async def _close(self, request: web.Request) -> web.Response:
        self._check(request)
        self._session_in_time(request)
        await self._relay.close(self._role, feed_of(request), request.match_info["session"])
        return web.Response(status=200)

    async def _find(self, request: web.Request) -> web.Response:
        self._check(request)
        self._session_in_time(request)
        await self._relay.find(self._role, feed_of(request), request.match_info["session"])
        return web.Response(status=204)

    async def _endpoint_options(self, request: web.Request) -> web.Response:
        methods = "POST, GET, HEAD, OPTIONS"
        headers = CIMultiDict({**PREFLIGHT, "Access-Control-Allow-Methods": methods, "Accept-Post": SDP})
        is_preflight = "Access-Control-Request-Method" in request.headers
        # A preflight carries no token, and would mint credentials for nobody (RFC 9725 section 4.6).
        if not is_preflight and isinstance(self._verdict(request), Granted):
            for link in self._terms.ice_servers.links():
                headers.add("Link", link)
        return web.Response(headers=headers)

    async def _session_options(self, _request: web.Request) -> web.Response:
        methods = "PATCH, DELETE, GET, OPTIONS"
        return web.Response(headers={**PREFLIGHT, "Access-Control-Allow-Methods": methods, "Accept-Patch": FRAGMENT})

    def _verdict(self, request: web.Request) -> Granted | Denied:
        action: Action = "publish" if self._role is Role.PUBLISH else "play"
        return self._authorise(bearer(request), *place(request), action)

    def _check(self, request: web.Request) -> Granted:
        verdict = self._verdict(request)
        if isinstance(verdict, Denied):
            raise Answered(denial(verdict))
        return verdict

    def _session_in_time(self, request: web.Request) -> None:
        in_time(self._requests, request.match_info["session"])


def _elsewhere(url: str) -> Answered:
    """307 keeps method and body (RFC 9725 section 4.5)."""
    return Answered(web.Response(status=307, headers={"Location": url}))


async def _no_content(_request: web.Request) -> web.Response:
    return web.Response(status=204)


async def _head(_request: web.Request) -> web.Response:
    return web.Response(status=200, headers={"Content-Type": SDP, "Content-Length": "0", "Accept-Post": SDP})


def milliseconds() -> int:
    """A clock for floods."""
    return time.monotonic_ns() // 1_000_000


def _local_address(request: web.Request) -> str:
    """The address of ours that the request came to; "" over a Unix socket."""
    name = request.transport.get_extra_info("sockname") if request.transport is not None else None
    return str(name[0]) if isinstance(name, tuple) else ""
