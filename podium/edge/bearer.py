"""The token of a role link over HTTP: as a bearer token in a header (RFC 6750), never in an address."""

from aiohttp import web

from podium.edge.access import Denied
from podium.edge.problem import problem

_CHALLENGES = {
    "token_missing": 'Bearer realm="podium"',
    "token_invalid": 'Bearer realm="podium", error="invalid_token"',
    "token_insufficient": 'Bearer realm="podium", error="insufficient_scope"',
}


def bearer(request: web.Request) -> str | None:
    """The token of the request; None without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def denial(denied: Denied) -> web.Response:
    """The answer to somebody who may not, with the challenge that RFC 6750 section 3 asks for."""
    challenge = _CHALLENGES.get(denied.code)
    return problem(denied.code, denied.detail, {"WWW-Authenticate": challenge} if challenge else {})
