"""A media session lasts no longer than the token that opened it: expiry and revocation end it by themselves."""

import asyncio
from dataclasses import dataclass

from podium.edge.access import Action, Authorise, Denied, Relay
from podium.relay.control import Code, Refused, Role

REVIEW_SECONDS = 2.0
ENDED = (Code.SESSION_UNKNOWN, Code.TAKEN_OVER)


@dataclass(frozen=True, slots=True)
class _Held:
    role: Role
    room: str
    feed: str
    token: str

    @property
    def action(self) -> Action:
        return "publish" if self.role is Role.PUBLISH else "play"


class Tenure:
    """The sessions that were opened with a token. As many as the relay has at most: those it forgot are forgotten."""

    def __init__(self, relay: Relay, authorise: Authorise) -> None:
        self._relay = relay
        self._authorise = authorise
        self._held: dict[str, _Held] = {}

    def begin(self, role: Role, room: str, feed: str, session: str, token: str) -> None:
        """A session was opened with this token."""
        self._held[session] = _Held(role, room, feed, token)

    async def run(self) -> None:
        """Review for ever."""
        while True:
            await asyncio.sleep(REVIEW_SECONDS)
            await self.review()

    async def review(self) -> None:
        """Close the sessions whose token would not open them now."""
        for session, held in tuple(self._held.items()):
            verdict = self._authorise(held.token, held.room, held.feed, held.action)
            ask = self._relay.close if isinstance(verdict, Denied) else self._relay.find
            try:
                await ask(held.role, f"{held.room}/{held.feed}", session)
            except Refused as refused:
                if refused.code in ENDED:  # a worker that does not answer now is asked again
                    self._held.pop(session, None)
