"""`GET /metrics`: what Prometheus reads, for whoever has the token that is in `metrics.token` in the data folder.

Never open by address: behind a proxy everybody comes from the loopback.
"""

import hmac
from collections.abc import Callable, Iterable

from aiohttp import web

from podium.edge.access import Denied
from podium.edge.bearer import bearer, denial
from podium.metrics import CONTENT_TYPE, Family, written


class Metrics:
    """Serves what `collect` finds. token: the only one that may read."""

    def __init__(self, token: str, collect: Callable[[], Iterable[Family]]) -> None:
        self._token = token
        self._collect = collect

    def routes(self) -> list[web.RouteDef]:
        """One path."""
        return [web.get("/metrics", self._metrics)]

    async def _metrics(self, request: web.Request) -> web.Response:
        token = bearer(request)
        if token is None:
            return denial(Denied("token_missing", "metrics need the token of metrics.token (Authorization: Bearer)"))
        if not hmac.compare_digest(token.encode(errors="surrogateescape"), self._token.encode()):
            return denial(Denied("token_invalid", "the token is not the one of metrics.token"))
        headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
        return web.Response(body=written(self._collect()).encode(), headers=headers)
