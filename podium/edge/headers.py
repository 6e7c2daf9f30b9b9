"""The headers of every response: what a page of ours may do, and nothing else."""

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from aiohttp import web

DEVICES = ("camera", "microphone", "display-capture")
NEVER = ("geolocation", "payment", "usb", "serial", "midi", "browsing-topics")


def content_security_policy(elsewhere: Iterable[str]) -> str:
    """Everything a page needs comes from this server; media plays from streams (WebRTC) and blobs.

    elsewhere: addresses that viewers' sessions may be redirected to. Their whole servers are allowed: where the address
    of a session is, which a page ends by DELETE, is each server's own affair (Janus' is beside that of its endpoint).
    """
    connect = " ".join(("connect-src 'self'", *dict.fromkeys(map(_origin, elsewhere))))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"{connect}; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def permissions(*, studio: bool) -> str:
    """The Permissions-Policy: camera, microphone and screen for the studio page alone."""
    devices = "(self)" if studio else "()"
    return ", ".join([f"{name}={devices}" for name in DEVICES] + [f"{name}=()" for name in NEVER])


def secure(elsewhere: Iterable[str] = ()) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Puts them on a response; to be connected to on_response_prepare."""
    policy = content_security_policy(elsewhere)

    async def put(request: web.Request, response: web.StreamResponse) -> None:
        studio = request.path.startswith("/studio/")
        response.headers.update(
            {
                "Content-Security-Policy": policy,
                "Permissions-Policy": permissions(studio=studio),
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Opener-Policy": "same-origin",
            }
        )
        if not request.path.startswith(("/whip/", "/whep/")):  # those answer players of other sites, with CORS
            response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.popall("Server", None)

    return put
