"""Who asks whom: the questions the media endpoints put to whoever knows the tokens, and to the relay."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from podium.relay.control import Opened, Restarted, Role

Action = Literal["publish", "play"]


@dataclass(frozen=True, slots=True)
class Granted:
    """Yes. A standby publisher takes a feed only while no other publisher has it."""

    standby: bool = False


@dataclass(frozen=True, slots=True)
class Denied:
    """No: `token_missing`, `token_invalid` (both 401), `token_insufficient` (403) or `room_unknown` (404)."""

    code: Literal["token_missing", "token_invalid", "token_insufficient", "room_unknown"]
    detail: str


# token (None without an Authorization header), room, feed, action
Authorise = Callable[[str | None, str, str, Action], Granted | Denied]


class Relay(Protocol):
    """The relay as the endpoints need it: podium.relay.supervisor.Supervisor. All raise Refused."""

    async def open(self, role: Role, feed: str, offer: str, address: str, *, standby: bool) -> Opened: ...

    async def patch(
        self, role: Role, feed: str, session: str, condition: str | None, fragment: str
    ) -> Restarted | None: ...

    async def close(self, role: Role, feed: str, session: str) -> None: ...

    async def find(self, role: Role, feed: str, session: str) -> None: ...

    async def choose(
        self,
        feed: str,
        session: str,
        *,
        media: int | None,
        rid: str | None,
        max_width: int | None,
        max_height: int | None,
    ) -> None: ...
