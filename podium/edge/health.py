"""`GET /healthz`: this process lives. `GET /readyz`: it can do its work, or which part cannot. For programs; no secrets."""

from aiohttp import web

from podium.readiness import Condition, Readiness, State, worst

RETRY_SECONDS = 5


class Health:
    """Serves both, to everybody: a load balancer has no token."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def routes(self) -> list[web.RouteDef]:
        """Two paths."""
        return [web.get("/healthz", _alive), web.get("/readyz", self._ready)]

    async def _ready(self, _request: web.Request) -> web.Response:
        parts = await self._readiness.look()
        state = worst(parts)
        status = "not_ready" if state is State.FAILED else str(state)
        body = {"status": status, "parts": {name: _told(condition) for name, condition in parts.items()}}
        if state is State.FAILED:
            return web.json_response(body, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
        return web.json_response(body)


def _told(condition: Condition) -> dict[str, str]:
    told = {"state": str(condition.state)}
    return told if condition.code is None else told | {"code": str(condition.code)}


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")
