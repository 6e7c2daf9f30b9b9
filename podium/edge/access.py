"""The question the media endpoints ask before anything else: may this token do that to this feed?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

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
