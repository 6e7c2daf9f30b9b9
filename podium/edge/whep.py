"""WHEP: watch a feed over HTTP (draft-ietf-wish-whep-03)."""

from aiohttp import web

from podium.edge.access import Authorise, Relay
from podium.edge.media import MediaEndpoint
from podium.edge.tenure import Tenure
from podium.relay.control import Role


def routes(relay: Relay, authorise: Authorise, tenure: Tenure) -> list[web.RouteDef]:
    """`/whep/ROOM/FEED`: POST an offer to watch. 409 with Retry-After while nobody publishes."""
    return MediaEndpoint(relay, authorise, Role.PLAY, tenure).routes("/whep")
