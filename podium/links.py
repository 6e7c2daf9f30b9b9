"""The links of a programme: for everybody, for each role, for encoders and players."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from moderation.command import Describe
from moderation.policy import Role
from moderation.queue import PANEL
from moderation.refusal import Refused
from podium.ports import Clock, Ids
from podium.tokens import Link, Tokens

SECONDS_PER_DAY = 86_400
DEMO_DAYS = 365
RENEW_DAYS = 30
"""Links written to a file live this long, and are replaced when they have less than that to live."""

Mint = Callable[[str, Role, str | None], str]
"""The token for a room, a role and perhaps a panellist."""


def new_link(room: str, role: Role, panellist: str | None, days: int, clock: Clock, ids: Ids) -> Link:
    """A link that lives for so many days. Its id begins with the room it is valid for."""
    expires = clock.now() // 1000 + days * SECONDS_PER_DAY
    return Link(room, role, panellist, expires, f"{room}.{ids.new()}")


def room_of(link: str) -> str:
    """The room a link's id belongs to."""
    return link.rpartition(".")[0]


def path_of(room: str, role: Role, panellist: str | None) -> str:
    """Where the page for a role is."""
    match role:
        case Role.MODERATOR:
            return f"/moderate/{room}"
        case Role.HOST:
            return f"/host/{room}"
        case Role.STUDIO:
            return f"/studio/{room}"
        case Role.SPEAKER if panellist == PANEL:
            return f"/prompt/{room}"
        case Role.SPEAKER:
            return f"/prompt/{room}/{panellist}"
        case _:
            return f"/r/{room}"


def room_links(address: str, identifier: str, room: Describe, mint: Mint) -> dict[str, Any]:
    """Every link of a room. whip and whep name the first feed."""

    def page(role: Role, panellist: str | None = None) -> str:
        return f"{address}{path_of(identifier, role, panellist)}#{mint(identifier, role, panellist)}"

    feed = f"{identifier}/{room.feeds[0]}" if room.feeds else identifier
    return {
        "attend": f"{address}{path_of(identifier, Role.ATTENDEE, None)}",
        "moderate": page(Role.MODERATOR),
        "host": page(Role.HOST),
        "studio": page(Role.STUDIO),
        "prompt": {place: page(Role.SPEAKER, place) for place in (*(one.id for one in room.panellists), PANEL)},
        "whip": {"url": f"{address}/whip/{feed}", "token": mint(identifier, Role.STUDIO, None)},
        # sees what everybody sees, and no more
        "whep": {"url": f"{address}/whep/{feed}", "token": mint(identifier, Role.SPEAKER, None)},
    }


def all_links(address: str, rooms: Mapping[str, Describe], mint: Mint) -> dict[str, Any]:
    """The links of the first room, and of all rooms under `rooms`."""
    by_room = {identifier: room_links(address, identifier, room, mint) for identifier, room in rooms.items()}
    return {**next(iter(by_room.values())), "rooms": by_room}


class LinkFile:
    """`links.json` in the data folder, mode 0600: links stay the same from start to start."""

    def __init__(self, path: Path, tokens: Tokens, clock: Clock, ids: Ids) -> None:
        self._path = path
        self._tokens = tokens
        self._clock = clock
        self._ids = ids

    def write(self, address: str, rooms: Mapping[str, Describe], revoked: Callable[[Link], bool]) -> dict[str, Any]:
        """Keep the tokens that are still good, add what is missing, write the file; returns what it says."""
        tokens = self._kept(revoked)

        def mint(room: str, role: Role, panellist: str | None) -> str:
            key = room, role, panellist
            if key not in tokens:
                link = new_link(room, role, panellist, DEMO_DAYS, self._clock, self._ids)
                tokens[key] = self._tokens.sign_link(link)
            return tokens[key]

        links = all_links(address, rooms, mint)
        beside = self._path.with_suffix(".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(links, file, ensure_ascii=False, indent=2)
        beside.replace(self._path)
        return links

    def _kept(self, revoked: Callable[[Link], bool]) -> dict[tuple[str, Role, str | None], str]:
        try:
            written = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        kept = {}
        soon = self._clock.now() // 1000 + RENEW_DAYS * SECONDS_PER_DAY
        for text in _texts(written):
            try:
                token = text.rpartition("#")[2]
                link = self._tokens.read_link(token)
            except Refused:
                continue
            if link.expires > soon and not revoked(link):
                kept[link.room, link.role, link.panellist] = token
        return kept


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    return [value] if isinstance(value, str) else []
