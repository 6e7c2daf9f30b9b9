"""The HTTP of one connection: aiohttp's, but for what it would say to somebody who speaks none."""

import asyncio
from collections.abc import Callable
from functools import partial

from aiohttp import web
from aiohttp.http import HttpProcessingError

from podium.edge.discretion import discreet_logger
from podium.edge.problem import BARE, problem


class Handler(web.RequestHandler):
    """Tells nobody which library answers, nor what it understood of a request that is none."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """See aiohttp. What could not be read has no route, so that nobody else puts headers on the answer."""
        response = super().handle_error(request, status, exc, message)
        if isinstance(exc, HttpProcessingError):
            # without a name here, aiohttp gives its own with its version
            response = problem("request_malformed", "this cannot be read as HTTP", {**BARE, "Server": "Podium"})
            response.force_close()
        return response


def entrance(server: web.Server, idle_seconds: float) -> Callable[[], Handler]:
    """Makes the handler of each connection; there is no access log, for it would keep the addresses of people.

    idle_seconds: after which a connection without a request is closed.
    """
    return partial(
        Handler,
        server,
        loop=asyncio.get_running_loop(),
        access_log=None,  # type: ignore[arg-type]  # as of its own runners
        logger=discreet_logger(),
        keepalive_timeout=idle_seconds,
    )
