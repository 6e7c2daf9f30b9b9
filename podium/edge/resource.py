"""What all resources of WHIP and WHEP have in common: methods, CORS, bodies within limits, and refusals as problems.

Sources: RFC 9725, RFC 9110, the Fetch standard for CORS.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from podium.edge.floods import Floods
from podium.edge.problem import problem
from podium.relay.control import Refused

MAX_BODY_BYTES = 256 * 1024
"""Of an answer that this server asked for."""
BODY_SECONDS = web.AppKey("body_seconds", float)
"""The application's time for a body; its `client_max_size` is the limit of the bytes."""

# Browsers do not let `*` stand for Authorization, so the headers are named.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Retry-After, Accept-Post, Accept-Patch, WWW-Authenticate",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Max-Age": "86400",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Answered(Exception):
    """Leave a handler with this response."""

    def __init__(self, response: web.Response) -> None:
        super().__init__(response.status)
        self.response = response


def dispatch(handlers: Mapping[str, Handler]) -> Handler:
    """One handler for all methods of a resource, with CORS on whatever it answers."""

    async def handle(request: web.Request) -> web.StreamResponse:
        handler = handlers.get(request.method)
        try:
            if handler is None:
                allow = ", ".join(handlers)
                response: web.StreamResponse = problem(
                    "method_not_allowed", f"this resource takes {allow}", {"Allow": allow}
                )
            else:
                response = await handler(request)
        except Answered as answered:
            response = answered.response
        except Refused as refused:
            retry = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
            response = problem(refused.code, refused.detail, retry)
        if not response.prepared:  # a stream has sent its headers
            response.headers.update(CORS)
        return response

    return handle


def expect(request: web.Request, content_type: str, headers: Mapping[str, str]) -> None:
    """Leave with 415 unless the body is of this type."""
    if "Content-Type" not in request.headers or request.content_type.lower() != content_type:
        raise Answered(problem("media_type_unsupported", f"send {content_type}", headers))


async def body_of(request: web.Request, code: str) -> str:
    """The whole body; leave with a problem when it is too large, too slow or (`code`) not text."""
    body, most, seconds = b"", request.client_max_size, request.config_dict.get(BODY_SECONDS)
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    raise Answered(problem("body_too_large", f"at most {most} bytes"))
        return body.decode()
    except TimeoutError:
        raise Answered(problem("body_too_slow", f"the body has to be complete in {seconds:g} s")) from None
    except (web.RequestPayloadError, ConnectionError):
        raise Answered(problem(code, "the body is cut off, or not in its Content-Encoding")) from None
    except UnicodeDecodeError:
        raise Answered(problem(code, "the body is not UTF-8")) from None


def in_time(floods: Floods, key: str) -> None:
    """Leave with 429 when there have been too many."""
    wait_out(floods.wait(key))


def wait_out(seconds: int) -> None:
    """Leave with 429 unless there is nothing to wait for."""
    if seconds:
        raise Answered(problem("too_many_requests", "slow down", {"Retry-After": str(seconds)}))


def place(request: web.Request) -> tuple[str, str]:
    """Room and feed of the path."""
    return request.match_info["room"], request.match_info["feed"]


def feed_of(request: web.Request) -> str:
    """The feed as the relay names it."""
    return "/".join(place(request))
