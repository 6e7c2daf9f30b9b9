"""This server as a client of WHIP and WHEP: feeds pulled from other nodes, and pushed to an external engine.

Sources: RFC 9725, draft-ietf-wish-whep-03.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp

from podium.edge.media import PULL_HEADER, SDP
from podium.edge.resource import MAX_BODY_BYTES
from podium.relay.control import Called, Event, FeedGone, FeedLive, Refused, Role, SessionClosed

REDIRECTS = 3
ANSWER_SECONDS = 5.0
LOOK_SECONDS = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds: an answer is waited for, the relay is asked whether a session lives, attempts are apart."""

_log = logging.getLogger(__name__)


class Relay(Protocol):
    """The relay as calls need it: podium.relay.supervisor.Supervisor. All raise Refused."""

    async def call(self, role: Role, feed: str) -> Called: ...

    async def answered(self, call: str, answer: str) -> None: ...

    async def close(self, role: Role, feed: str, session: str) -> None: ...

    async def find(self, role: Role, feed: str, session: str) -> None: ...


class CallFailed(Exception):
    """The other server did not take the call. The text is for the log and holds no address of a person."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is called: `role` is PUBLISH for a feed that is pulled here, PLAY for one that is pushed there."""

    role: Role
    feed: str
    url: str
    token: str = ""


class Caller:
    """Keeps lines up. `take` is told what happens at the relay."""

    def __init__(self, relay: Relay, http: aiohttp.ClientSession) -> None:
        self._relay = relay
        self._http = http
        self._lives: dict[str, tuple[str, asyncio.Event]] = {}

    def take(self, event: Event) -> None:
        """What happens at the relay is noticed at once."""
        match event:
            case SessionClosed(session=session) if session in self._lives:
                self._lives[session][1].set()
            case FeedGone(feed=feed) | FeedLive(feed=feed):
                self.look(feed)
            case _:
                pass

    def look(self, feed: str) -> None:
        """Something has changed that decides whether the feed's sessions stay."""
        for known, changed in self._lives.values():
            if known == feed:
                changed.set()

    async def keep(self, line: Line, wanted: Callable[[], bool], stays: Callable[[], bool]) -> None:
        """Call while it is wanted, again whenever a session ends; one that is up lasts as long as it stays."""
        pause, told = FIRST_PAUSE, False
        while wanted():
            try:
                session, resource = await self._call(line)
                if told:
                    _log.warning("%s goes on", line.feed)
                pause, told = FIRST_PAUSE, False
                await self._ended(line, session, stays)
                await self._hang_up(line, resource)
            except (CallFailed, Refused, aiohttp.ClientError, TimeoutError) as error:
                if not told:
                    where = urlsplit(line.url).netloc
                    _log.warning("%s: %s does not take the call: %s", line.feed, where, _reason(error))
                    told = True
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _call(self, line: Line) -> tuple[str, str]:
        """The session here and its resource there, "" when the other server names none."""
        called = await self._relay.call(line.role, line.feed)
        headers = {"Content-Type": SDP, "Accept": SDP, **_bearer(line)}
        if line.role is Role.PUBLISH:
            headers[PULL_HEADER] = "1"
        url = line.url
        async with asyncio.timeout(ANSWER_SECONDS):
            for _ in range(REDIRECTS + 1):
                post = self._http.post(url, data=called.offer.encode(), headers=headers, allow_redirects=False)
                async with post as response:
                    location = _location(url, response)
                    if response.status in (307, 308) and location:
                        url = location
                        continue
                    if response.status != 201:
                        raise CallFailed(f"it answered {response.status}")
                    await self._relay.answered(called.session, await _text(response))
                    self._lives[called.session] = line.feed, asyncio.Event()
                    return called.session, location
        raise CallFailed("it redirects again and again")

    async def _ended(self, line: Line, session: str, stays: Callable[[], bool]) -> None:
        _, changed = self._lives[session]
        try:
            while stays():
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await changed.wait()
                changed.clear()
                await self._relay.find(line.role, line.feed, session)
            await self._relay.close(line.role, line.feed, session)
        except Refused:
            pass  # it has ended
        finally:
            del self._lives[session]

    async def _hang_up(self, line: Line, resource: str) -> None:
        if not resource:
            return
        with suppress(aiohttp.ClientError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS), self._http.delete(resource, headers=_bearer(line)):
                pass


def _bearer(line: Line) -> dict[str, str]:
    return {"Authorization": f"Bearer {line.token}"} if line.token else {}


def _location(url: str, response: aiohttp.ClientResponse) -> str:
    """Where the answer points to, or "": a token is never sent on from an encrypted address to one that is not."""
    try:
        location = urljoin(url, response.headers["Location"])
    except (KeyError, ValueError):
        return ""
    follows = location.startswith("https://") or (location.startswith("http://") and url.startswith("http://"))
    return location if follows else ""


async def _text(response: aiohttp.ClientResponse) -> str:
    """The whole body, in however many packets it comes."""
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise CallFailed(f"its answer is longer than {MAX_BODY_BYTES} bytes")
    return body.decode("utf-8", "replace")


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
