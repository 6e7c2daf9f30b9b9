"""Who somebody is, from the tokens of a hello; never from anything else a message says."""

from collections.abc import Callable
from dataclasses import dataclass

from moderation.policy import Role, Who
from moderation.refusal import Code, Refused
from moderation.room import Room
from podium import wire
from podium.ports import Ids
from podium.tokens import Link, Tokens

FindRoom = Callable[[str], Room | None]
"""The room with an identifier as it stands now; None when there is none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a connection belongs. link: the id of the role link it came by; expires: its end, as in Link."""

    room: str
    who: Who
    link: str | None
    expires: int | None = None


class Admission:
    """Lets connections into rooms and gives devices their tokens."""

    def __init__(self, tokens: Tokens, ids: Ids, find_room: FindRoom) -> None:
        self._tokens = tokens
        self._ids = ids
        self._find_room = find_room

    def enter(self, hello: wire.Hello) -> Entry:
        """Refused with unknown_room, token_invalid, token_expired or token_revoked.

        With a role link the device does not matter; without one the role is attendee.
        """
        room = self._find_room(hello.room)
        if room is None:
            raise Refused(Code.UNKNOWN_ROOM)
        if hello.token is not None:
            link = valid_link(self._tokens, hello.token, hello.room, room)
            return Entry(hello.room, Who(link.role, f"link:{link.id}", link.panellist), link.id, link.expires)
        if hello.device is None:
            return Entry(hello.room, Who(Role.ATTENDEE, ""), None)
        return Entry(hello.room, _attendee(self._tokens.read_device(hello.device)), None)

    def enrol(self) -> tuple[str, Who]:
        """A token for a new device, and who it is from now on."""
        identifier = self._ids.new()
        return self._tokens.sign_device(identifier), _attendee(identifier)


def valid_link(tokens: Tokens, token: str, room_identifier: str, room: Room) -> Link:
    """The role link of this room. Refused with token_invalid, token_expired or token_revoked."""
    link = tokens.read_link(token)
    if link.room != room_identifier or link.role not in (Role.MODERATOR, Role.HOST, Role.SPEAKER, Role.STUDIO):
        raise Refused(Code.TOKEN_INVALID)
    if link.id in room.revoked:
        raise Refused(Code.TOKEN_REVOKED)
    return link


def _attendee(device: str) -> Who:
    return Who(Role.ATTENDEE, f"device:{device}")
