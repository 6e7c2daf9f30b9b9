"""WHEP: watch a feed over HTTP (draft-ietf-wish-whep-03)."""

from collections.abc import Sequence

from aiohttp import web

from podium.edge.access import Authorise, Relay
from podium.edge.media import Extension, MediaEndpoint, Terms, Wait, at_once
from podium.edge.tenure import Tenure
from podium.relay.control import Role


def routes(
    relay: Relay,
    authorise: Authorise,
    tenure: Tenure,
    terms: Terms,
    extensions: Sequence[Extension] = (),
    wait: Wait = at_once,
) -> list[web.RouteDef]:
    """`/whep/ROOM/FEED`: POST an offer to watch. 409 with Retry-After while nobody publishes."""
    return MediaEndpoint(relay, authorise, Role.PLAY, tenure, terms, extensions, wait).routes("/whep")
