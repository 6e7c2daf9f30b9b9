"""WHIP: publish a feed over HTTP (RFC 9725)."""

from aiohttp import web

from podium.edge.media import Authorise, MediaEndpoint, Relay
from podium.relay.control import Role


def routes(relay: Relay, authorise: Authorise) -> list[web.RouteDef]:
    """`/whip/ROOM/FEED`: POST an offer to publish. A second publisher takes the feed over once it is connected."""
    return MediaEndpoint(relay, authorise, Role.PUBLISH).routes("/whip")
