"""Who may publish or watch a feed, see how it is, and take records home, by the same role links as everything else."""

from moderation.policy import STAFF, Role
from moderation.refusal import Code, Refused
from moderation.room import Room
from podium.admission import FindRoom, valid_link
from podium.edge.access import Action, Denied, Granted
from podium.tokens import Link, Tokens


class Authority:
    """Publishing takes a link of the studio, records one of a moderator. Watching takes none: the stage is public."""

    def __init__(self, tokens: Tokens, find_room: FindRoom) -> None:
        self._tokens = tokens
        self._find_room = find_room

    def authorise(self, token: str | None, room: str, feed: str, action: Action) -> Granted | Denied:
        """May the bearer of this token do that to this feed? See podium.edge.access.Authorise."""
        found = self._find_room(room)
        if found is None or feed not in found.feeds:
            return Denied("room_unknown", "there is no such room, or it has no such feed")
        if token is None:
            if action == "play":
                return Granted()
            return Denied("token_missing", "publishing needs the token of a studio link (Authorization: Bearer)")
        link = self._link(token, room, found)
        if isinstance(link, Denied):
            return link
        if action == "publish" and link.role is not Role.STUDIO:
            return Denied("token_insufficient", "publishing needs the token of a studio link")
        return Granted(standby=link.standby)

    def moderated(self, token: str | None, room: str) -> Room | Denied:
        """The room, for the bearer of a moderator's or the host's token. See podium.edge.export.Moderated."""
        return self._staffed(token, room, STAFF, "a moderator's or the host's link")

    def produced(self, token: str | None, room: str) -> Room | Denied:
        """The room, for those who produce its feeds or look after them. See podium.edge.feeds.Produced."""
        return self._staffed(token, room, _PRODUCERS, "a studio's, a host's or a moderator's link")

    def _staffed(self, token: str | None, room: str, roles: frozenset[Role], link_of: str) -> Room | Denied:
        found = self._find_room(room)
        if found is None:
            return Denied("room_unknown", "there is no such room")
        if token is None:
            return Denied("token_missing", f"this needs the token of {link_of} (Authorization: Bearer)")
        link = self._link(token, room, found)
        if isinstance(link, Denied):
            return link
        return found if link.role in roles else Denied("token_insufficient", f"this needs the token of {link_of}")

    def _link(self, token: str, room: str, found: Room) -> Link | Denied:
        try:
            return valid_link(self._tokens, token, room, found)
        except Refused as refused:
            return Denied("token_invalid", _WHY[refused.code])


_PRODUCERS = STAFF | {Role.STUDIO}
_WHY = {
    Code.TOKEN_INVALID: "the token is not valid for this room",
    Code.TOKEN_EXPIRED: "the token has expired",
    Code.TOKEN_REVOKED: "the token has been revoked",
}
