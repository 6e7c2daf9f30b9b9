"""Thousands are told in rounds: late and together, yet nothing too late, nothing twice, nothing out of order."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import command
from moderation.policy import Role, Who
from podium import spread as spread_module
from podium import wire
from podium.batch import Step
from podium.broadcast import Broadcast, Member
from podium.outbox import Outbox
from podium.spread import merged
from tests.clock import SettableClock
from tests.moderation.rooms import ASKERS, described, played, steps
from tests.test_boundary import hidden
from tests.test_broadcast import frames
from tests.test_broadcast import merged as seen_after

ROOM = "digitales-podium"
CROWD = (Who(Role.ATTENDEE, ""), *ASKERS, Who(Role.ATTENDEE, "device:late"))


@pytest.fixture(autouse=True)
def crowded(monkeypatch):
    """Two are a crowd, and nobody pauses between rounds."""
    monkeypatch.setattr(spread_module, "SLICE", 1)
    monkeypatch.setattr(spread_module, "PAUSE", 0)


class Watching:
    """An attendee: reads in the moment in which it is sent, against the room as it is then."""

    def __init__(self, room: Broadcast, who: Who) -> None:
        self.seen: dict[str, Any] = {}
        self.numbers: list[int] = []
        self.writes = 0
        outbox = Outbox()

        def read(told: tuple[bytes, ...]) -> bool:
            self.writes += 1
            for frame in told:
                text = frame.decode()
                assert [secret for secret in hidden(room.room, who) if secret in text] == []
                decoded = msgspec.json.decode(frame)
                self.seen = seen_after(self.seen, decoded) if decoded["type"] != "tick" else self.seen
                self.numbers.append(decoded["seq"])
            return True

        outbox.direct = read
        self.member = Member(who, None, outbox)
        room.join(self.member, None)


@given(steps, st.lists(st.integers(1, 6), min_size=1, max_size=8))
async def test_whatever_gathers_between_rounds_everybody_sees_the_room_as_it_is_and_never_what_is_hidden(
    script, pauses
):
    room = Broadcast(ROOM, described(), SettableClock())
    crowd = [Watching(room, who) for who in CROWD]
    waiting = 0
    for turn, (before, happened, after) in enumerate(played(script)):
        room.step(Step(before, happened, after))
        waiting += 1
        if waiting >= pauses[turn % len(pauses)]:
            room.tick()
            await room.round()
            waiting = 0
    room.tick()
    if waiting:
        await room.round()
    for one in crowd:
        (fresh,) = await frames(_joined(room, one.member.who))
        assert one.seen == fresh["entities"]
        assert one.numbers == sorted(one.numbers), "told in order"


async def test_what_happened_during_a_round_is_one_write_in_the_next():
    room = Broadcast(ROOM, described(), SettableClock())
    crowd = [Watching(room, Who(Role.ATTENDEE, "")) for _ in range(3)]
    joined = [one.writes for one in crowd]
    script = [(ASKERS[0], _ask()), (ASKERS[1], _ask())]
    for before, happened, after in played(script):
        room.step(Step(before, happened, after))
    room.tick()
    assert [one.writes for one in crowd] == joined, "a crowd waits for the round"
    await room.round()
    assert [one.writes - before for one, before in zip(crowd, joined, strict=True)] == [1, 1, 1]


async def test_the_asker_reads_the_receipt_at_once_and_everything_before_it_first():
    room = Broadcast(ROOM, described(), SettableClock())
    asker, stranger = Watching(room, ASKERS[0]), Watching(room, Who(Role.ATTENDEE, ""))
    for before, happened, after in played([(ASKERS[0], _ask())]):
        room.step(Step(before, happened, after))
    assert "receipt/1" in asker.seen
    assert "receipt/1" not in stranger.seen
    assert asker.numbers == sorted(asker.numbers)


async def test_two_ticks_before_a_round_leave_as_one_that_tells_both():
    room = Broadcast(ROOM, described(), SettableClock())
    members = [_joined(room, Who(Role.ATTENDEE, "")) for _ in range(2)]
    room.desk.crowd.watch("programme", 3)
    room.tick()
    room.tick()
    await room.round()
    for member in members:
        _, tick = await frames(member)
        assert tick["viewers"] == {"programme": 3}


def test_merged_events_lead_where_all_of_them_lead():
    events = [
        wire.Event(4, {"a": 1, "b": 1}, ()),  # type: ignore[dict-item]
        wire.Event(6, {"a": 2}, ("b", "c")),  # type: ignore[dict-item]
        wire.Event(7, {"c": 3}, ()),  # type: ignore[dict-item]
    ]
    assert merged(events) == wire.Event(7, {"a": 2, "c": 3}, ("b",))  # type: ignore[dict-item]


def _ask() -> command.Ask:
    return command.Ask("Wann?", "de")


def _joined(room: Broadcast, who: Who) -> Member:
    member = Member(who, None, Outbox())
    room.join(member, None)
    return member
