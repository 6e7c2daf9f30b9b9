"""The sessions of a worker that are not connected yet: bounded, and nobody keeps others out by opening many.

Anybody may POST an offer. One whose peer has sent no check yet costs a little memory, so there is room for many; when it
is full, the oldest gives way, for a real peer checks as soon as it has its answer. One that has checked costs a handshake:
fewer of those, and the oldest gives way once it has had the time that a handshake takes. It is not asked
where somebody is: a flood comes from many places, and behind a proxy all seem to come from one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

#: Offers whose peer has sent no check, and how old (seconds) one of them is at least when it gives way.
MOST_UNCHECKED = 1024
UNCHECKED_SECONDS = 0.3
#: Handshakes that are under way, and how old (seconds) the session of one is at least when it gives way.
MOST_HANDSHAKES = 256
HANDSHAKE_SECONDS = 2.0


class Waiting(Protocol):
    """A session that is not connected yet."""

    opened_at: float

    @property
    def is_checked(self) -> bool:
        """Whether its peer has sent an authenticated check."""


Session = TypeVar("Session", bound=Waiting)


class HalfOpen(Generic[Session]):
    """In the order of their opening. `now` is the clock of `opened_at`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions: dict[Session, None] = {}

    def __contains__(self, session: Session) -> bool:
        return session in self._sessions

    def add(self, session: Session) -> None:
        """It was opened just now."""
        self._sessions[session] = None

    def discard(self, session: Session) -> None:
        """It is connected, or over."""
        self._sessions.pop(session, None)

    @property
    def handshakes(self) -> int:
        """Those whose peer has sent a check."""
        return sum(session.is_checked for session in self._sessions)

    @property
    def unchecked(self) -> list[Session]:
        """Those whose peer has not, the oldest first."""
        return [session for session in self._sessions if not session.is_checked]

    def giving_way(self) -> list[Session] | None:
        """Who has to go so that one more may be opened, mostly nobody; None when all are too young for that."""
        unchecked = self.unchecked
        checked = [session for session in self._sessions if session.is_checked]
        going = []
        for sessions, most, seconds in (
            (unchecked, MOST_UNCHECKED, UNCHECKED_SECONDS),
            (checked, MOST_HANDSHAKES, HANDSHAKE_SECONDS),
        ):
            if len(sessions) < most:
                continue
            if self._now() - sessions[0].opened_at < seconds:
                return None
            going.append(sessions[0])
        return going
