"""WHIP: publish a feed over HTTP (RFC 9725)."""

from aiohttp import web

from podium.edge.access import Authorise, Relay
from podium.edge.media import MediaEndpoint, Terms
from podium.edge.tenure import Tenure
from podium.relay.control import Role


def routes(relay: Relay, authorise: Authorise, tenure: Tenure, terms: Terms) -> list[web.RouteDef]:
    """`/whip/ROOM/FEED`: POST an offer to publish. A second publisher takes the feed over once it is connected."""
    return MediaEndpoint(relay, authorise, Role.PUBLISH, tenure, terms).routes("/whip")
