"""Keeps a source on air: publishes it, notices when the session dies, and publishes it again."""

import asyncio
import ipaddress
import random
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
from aiortc import RTCIceServer

from podium.publish.peer import Peer, PeerError
from podium.publish.source import FormatChanged, Source
from podium.publish.whip import GONE, Created, WhipClient, WhipError

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
CHECK_SECONDS = 1.0
SETTLED_SECONDS = 10.0
"""A session that lived this long was no part of a quarrel over the feed: after it the pauses begin small again."""
MISSED_CHECKS = 3
"""So many checks in a row without any answer mean that the server is gone."""


class Publisher:
    """One source, one WHIP endpoint. `run` returns when all has been played."""

    def __init__(
        self,
        source: Source,
        endpoint: str,
        token: str | None,
        *,
        say: Callable[[str], None],
        check_seconds: float = CHECK_SECONDS,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        """`say` is given each sentence about a change of state."""
        self._source = source
        self._endpoint = endpoint
        self._token = token
        self._say = say
        self._check_seconds = check_seconds
        self._first_pause = first_pause
        self._ice_servers: tuple[RTCIceServer, ...] = ()
        self._was_live = False
        self._failures = 0
        self._said = ""

    async def run(self) -> None:
        """Publish until all is played. Raises WhipError when trying again is useless, and MediaError.

        When cancelled, the session is deleted before this returns.
        """
        async with aiohttp.ClientSession() as http:
            client = WhipClient(http, self._endpoint, self._token)
            self._ice_servers = await client.ice_servers()
            while True:
                try:
                    await self._publish_once(client)
                    return
                except FormatChanged as change:
                    self._say(str(change))
                except (WhipError, PeerError) as error:
                    await self._pause(error)

    async def _publish_once(self, client: WhipClient) -> None:
        peer = Peer(self._source, self._ice_servers, loopback=_is_loopback(self._endpoint))
        created: Created | None = None
        try:
            created = await client.create(await peer.offer())
            self._ice_servers = created.ice_servers or self._ice_servers
            self._source.start()
            await peer.connect(created.answer)
            self._said = ""
            self._say(f"live: sending {describe(self._source)} to {self._endpoint}")
            self._was_live = True
            since = time.monotonic()
            try:
                await self._watch(client, peer, created.url)
            finally:
                if time.monotonic() - since > SETTLED_SECONDS:
                    self._failures = 0
        finally:
            if created is not None:
                await client.delete(created.url)
            await peer.close()

    async def _watch(self, client: WhipClient, peer: Peer, session: str) -> None:
        """Wait for the end of the session.

        ICE takes half a minute to notice a dead server (RFC 7675), so the session is asked for by HTTP; a
        server that never knew GET on a session is believed to live as long as it answers at all.
        """
        knows_get = False
        missed = 0
        while True:
            alive = await client.alive(session)
            missed = missed + 1 if alive is None else 0
            if (alive is False and knows_get) or missed >= MISSED_CHECKS:
                raise PeerError("The server has lost the session.")
            knows_get = knows_get or alive is True
            await asyncio.wait({peer.over}, timeout=self._check_seconds)
            if peer.over.done():
                if peer.over.exception() is not None:
                    await client.alive(session)  # somebody else may have taken over: that is final
                peer.over.result()
                return

    async def _pause(self, error: WhipError | PeerError) -> None:
        # After a restart a server may not know its rooms yet; a token that ends does not come back, and who takes a
        # feed back from somebody else begins a quarrel.
        given_up = (401, 403, GONE)
        if isinstance(error, WhipError) and error.final and not (self._was_live and error.status not in given_up):
            raise error
        longest = min(self._first_pause * 2**self._failures, LONGEST_PAUSE)
        pause = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads the load, keeps no secret
        if isinstance(error, WhipError) and error.retry_after is not None:
            pause = error.retry_after
        if str(error) != self._said or pause > LONGEST_PAUSE:
            self._said = str(error)
            again = "Trying again." if pause <= LONGEST_PAUSE else f"Trying again in {pause:.0f} seconds."
            self._say(f"{error} {again}")
        self._failures = min(self._failures + 1, 10)
        await asyncio.sleep(pause)


def describe(source: Source) -> str:
    """What the source sends, like "1280x720 VP8 + Opus"."""
    parts = []
    if video := source.video_format:
        codec = {"H264": "H.264", "VP8": "VP8"}[video.codec]
        parts.append(f"{video.width}x{video.height} {codec}")
    if source.has_audio:
        parts.append("Opus")
    return " + ".join(parts)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
