"""`podium invite`: make a link for a role, or end one, while the server runs or not."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from moderation.command import Describe, Revoke
from moderation.policy import Role
from moderation.queue import PANEL
from moderation.refusal import Refused
from podium.clock import SystemClock
from podium.foundation import StartRefused, load, opened
from podium.hub import Hub
from podium.ids import RandomIds
from podium.links import new_link, path_of, room_of
from podium.programme import ProgrammeRefused, read_programme
from podium.settings import Settings
from podium.tokens import SecretUnusable, Tokens, secret_at, secret_in

Say = Callable[[str], None]

REFUSED = 2
LONGEST_DAYS = 3_650
_RANDOM = re.compile(r"[A-Za-z0-9_-]{22}")
"""See `podium.ids.RandomIds`: an id that lost its end in a mail must not be thought revoked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The link to make. days: how long it is valid."""

    room: str
    role: Role
    panellist: str | None
    days: int


class InviteRefused(Exception):
    """There can be no such link. The text is a sentence for the operator."""


def invite(settings: Settings, wanted: Wanted, say: Say, remark: Say) -> int:
    """Say the link alone, so that scripts can use it; remark how long it is valid and how to end it."""
    clock = SystemClock()
    try:
        _check(wanted, read_programme(settings.programme_file).get(wanted.room))
        tokens = Tokens(secret_at(settings.secret) if settings.secret else secret_in(settings.data), clock)
    except (InviteRefused, ProgrammeRefused, SecretUnusable) as refused:
        remark(str(refused))
        return REFUSED
    link = new_link(wanted.room, wanted.role, wanted.panellist, wanted.days, clock, RandomIds())
    path = path_of(wanted.room, wanted.role, wanted.panellist)
    say(f"{settings.address}{path}#{tokens.sign_link(link)}")
    until = datetime.fromtimestamp(link.expires, UTC).astimezone()
    remark(f"valid until {until:%Y-%m-%d %H:%M}; `podium invite --revoke {link.id}` ends it before.")
    return 0


async def revoke(settings: Settings, link: str, remark: Say) -> int:
    """End a link's validity. A server that runs on the same data folder closes its connections within seconds."""
    room = room_of(link)
    try:
        async with opened(settings) as house:
            if room not in house.programme or not _RANDOM.fullmatch(link.removeprefix(f"{room}.")):
                remark(
                    f"“{link}” is the id of no link, and none was revoked: `podium invite` printed it with the link, "
                    "like digitales-podium.5sYw0v1nT2uQe7kXb3mJ8A."
                )
                return REFUSED
            hub = Hub(room, house.store, house.bus, house.clock)
            await load(hub)
            running = asyncio.create_task(hub.run())
            try:
                await hub.order(Revoke(link))
            finally:
                running.cancel()
                await asyncio.wait((running,))
    except StartRefused as refused:
        remark(str(refused))
        return REFUSED
    except Refused as refused:
        remark(f"The link could not be revoked, try again in a moment: {refused.code}.")
        return REFUSED
    remark("revoked.")
    return 0


def _check(wanted: Wanted, room: Describe | None) -> None:
    if room is None:
        raise InviteRefused(f"The programme has no room “{wanted.room}”.")
    if not 1 <= wanted.days <= LONGEST_DAYS:
        raise InviteRefused(f"--days is a number from 1 to {LONGEST_DAYS}.")
    known = [*(panellist.id for panellist in room.panellists), PANEL]
    if wanted.role is Role.SPEAKER and wanted.panellist not in known:
        raise InviteRefused(f"A speaker's link needs --panellist, one of: {', '.join(known)}.")
    if wanted.role is not Role.SPEAKER and wanted.panellist is not None:
        raise InviteRefused("--panellist belongs to --role speaker.")
