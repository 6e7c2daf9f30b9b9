"""Paces handshakes: a flight of DTLS costs one to two milliseconds of CPU, and a storm of them must not stop the picture."""

import asyncio
from collections import deque


class Turnstile:
    """Lets one through in each turn of the event loop, in the order of their coming: media has every other step."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_open = True

    async def enter(self) -> None:
        """Return when it is our turn. Whoever is cancelled while waiting costs nobody else a turn."""
        if not self._is_open:
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(mine)
            try:
                await mine
            except asyncio.CancelledError:
                if mine.done() and not mine.cancelled():
                    self._next()  # it was our turn: pass it on
                raise
        self._is_open = False
        asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        """One turn later: the sockets have been looked at in between."""
        self._is_open = True
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                self._is_open = False
                waiting.set_result(None)
                return
