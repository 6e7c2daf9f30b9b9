"""What moderators are told that is counted in no event: who is here, who has been heard, whose turn it would be, and
which questions seem to ask the same."""

from typing import Any

import msgspec

from moderation.fairness import Fairness, Share, fairness
from moderation.room import Room
from podium import wire
from podium.crowd import Count, Crowd
from podium.duplicates import Duplicates
from podium.entities import ColleagueView
from podium.ports import Clock
from podium.presence import Presence
from podium.screens import Screens
from podium.stage_entities import ScreenView

RECOUNT = 10_000
"""Milliseconds after which the time of who is on air is counted anew."""


class Message(msgspec.Struct, frozen=True):
    """Who and what is connected to a node."""

    node: str
    colleagues: tuple[ColleagueView, ...]
    screens: tuple[ScreenView, ...]
    count: Count = Count()


_message: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class Desk:
    """The state of one room's desk as it was last told. presence: who is here. screens: the prompters. crowd: how many."""

    def __init__(self, node: str, clock: Clock, duplicates: Duplicates | None = None) -> None:
        self.presence = Presence(node, clock)
        self.screens = Screens(node, clock)
        self.crowd = Crowd(clock)
        self._node = node
        self._clock = clock
        self._duplicates = duplicates
        self._told: dict[str, Any] = {}
        self._room: Room | None = None
        self._counted = 0
        self._fairness: wire.FairnessView | None = None

    def whole(self, room: Room, me: str | None) -> wire.Desk:
        """All of it, for somebody who has just come."""
        return wire.Desk(me=me, **self._state(room))

    def news(self, room: Room) -> wire.Desk | None:
        """What changed since the last news; None when nothing did."""
        state = self._state(room)
        changed = {name: value for name, value in state.items() if self._told.get(name) != value}
        if "similar" in changed:
            before, after = self._told.get("similar", {}), state["similar"]
            numbers = [number for number in {**before, **after} if before.get(number) != after.get(number)]
            changed["similar"] = {number: after.get(number, ()) for number in numbers}
        self._told = state
        return wire.Desk(**changed) if changed else None

    def message(self) -> bytes:
        """What the other nodes shall hear."""
        return msgspec.json.encode(Message(self._node, self.presence.own(), self.screens.own(), self.crowd.own()))

    def heard(self, message: bytes) -> bool:
        """Whether a message of some node was news; what cannot be read is no message."""
        try:
            said = _message.decode(message)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        if said.node == self._node:
            return False
        return any(
            (
                self.presence.heard(said.node, said.colleagues),
                self.screens.heard(said.node, said.screens),
                self.crowd.heard(said.node, said.count),
            )
        )

    def _state(self, room: Room) -> dict[str, Any]:
        now = self._clock.now()
        # while somebody speaks, whose turn it would be changes without an event
        is_old = room.on_air is not None and now - self._counted >= RECOUNT
        if self._room is not room or is_old:
            self._room, self._counted, self._fairness = room, now, _view(fairness(room, now))
        similar = self._duplicates.similar(room) if self._duplicates is not None else {}
        return {
            "colleagues": self.presence.colleagues(),
            "fairness": self._fairness,
            "screens": self.screens.all(),
            "similar": {str(number): others for number, others in similar.items()},
        }


def _view(told: Fairness) -> wire.FairnessView:
    return wire.FairnessView(
        panellists=tuple(map(_share, told.panellists)),
        affiliations=tuple(map(_share, told.affiliations)),
        languages=tuple(map(_share, told.languages)),
        first_time=_share(told.first_time),
        next=None if told.next is None else wire.SuggestionView(told.next.question, told.next.reasons),
    )


def _share(share: Share) -> wire.ShareView:
    return wire.ShareView(share.key, share.asked, share.waiting, share.answered, share.airtime)
