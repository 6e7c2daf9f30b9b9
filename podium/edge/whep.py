"""WHEP: watch a feed over HTTP (draft-ietf-wish-whep-03)."""

from aiohttp import web

from podium.edge.media import Authorise, MediaEndpoint, Relay
from podium.relay.control import Role


def routes(relay: Relay, authorise: Authorise) -> list[web.RouteDef]:
    """`/whep/ROOM/FEED`: POST an offer to watch. 409 with Retry-After while nobody publishes."""
    return MediaEndpoint(relay, authorise, Role.PLAY).routes("/whep")
