"""Whoever comes back by number sees the same as somebody who comes new."""

from collections.abc import Mapping
from typing import Any

import msgspec
from hypothesis import given

from moderation import command
from moderation.policy import Role, Who
from moderation.question import Passage, Question, State
from moderation.room import Room
from podium import broadcast as broadcast_module
from podium.batch import Step, Want, decide_all
from podium.broadcast import HEARTBEAT, Broadcast, Member
from podium.outbox import BYTES, Outbox
from podium.wire import Screen
from tests.clock import SettableClock
from tests.moderation.rooms import ASKERS, MODERATOR, SPEAKERS, described, done, played, steps, with_questions
from tests.moderation.test_staging import HOST

ROOM = "digitales-podium"
AUDIENCES = (Who(Role.ATTENDEE, ""), ASKERS[0], MODERATOR, *SPEAKERS)


async def frames(member: Member) -> list[dict[str, Any]]:
    """Everything that waits for a member."""
    member.outbox.end(None, 1000)
    read = []
    while (frame := member.outbox.take()) is not None:
        read.append(msgspec.json.decode(frame))
    return read


def joined(room: Broadcast, who: Who, since: int | None = None, link: str | None = None) -> Member:
    member = Member(who, link, Outbox())
    room.join(member, since)
    return member


def merged(seen: Mapping[str, Any], frame: Mapping[str, Any]) -> dict[str, Any]:
    """What a page makes of a frame."""
    if frame["type"] == "welcome":
        kept = {} if frame["complete"] else seen
        put, drop = frame["entities"], frame["drop"]
    else:
        kept, put, drop = seen, frame.get("put", {}), frame.get("drop", ())
    return {key: entity for key, entity in {**kept, **put}.items() if key not in drop}


def test_the_stage_is_told_before_the_crowd():
    queued = done(with_questions("Eins"), command.Enqueue(1, "panel"))
    room = Broadcast(ROOM, queued, SettableClock())
    told: list[str] = []
    for who in (*AUDIENCES, Who(Role.ATTENDEE, "")):
        member = Member(who, None, Outbox())

        def note(frames: tuple[bytes, ...], who: Who = who) -> bool:
            told.append(who.role)
            return True

        member.outbox.direct = note
        room.join(member, None)
    told.clear()
    room.step(_step(queued, command.Air(1, None)))
    crowd = told.index(Role.ATTENDEE)
    assert {Role.SPEAKER, Role.MODERATOR} == {*told[:crowd]}
    assert {Role.ATTENDEE} == {*told[crowd:]}


@given(steps)
async def test_resuming_from_any_number_leads_to_the_snapshot_for_every_audience(script):
    history = played(script)
    start = described()
    room = Broadcast(ROOM, start, SettableClock())
    known = {who: [merged({}, (await frames(joined(room, who)))[0])] for who in AUDIENCES}
    live = {who: joined(room, who) for who in AUDIENCES}
    for before, happened, after in history:
        room.step(Step(before, happened, after))
        for who in AUDIENCES:
            known[who].append(merged({}, (await frames(joined(room, who)))[0]))
    for who in AUDIENCES:
        seen: dict[str, Any] = {}
        for frame in await frames(live[who]):
            seen = merged(seen, frame)
        assert seen == known[who][-1], "snapshot and events lead to the later snapshot"
        for since, seen in enumerate(known[who], start=start.seq):
            (welcome,) = await frames(joined(room, who, since))
            assert not welcome["complete"]
            assert merged(seen, welcome) == known[who][-1]


@given(steps)
async def test_a_resumed_audience_never_reads_what_is_not_public(script):
    room = Broadcast(ROOM, described(), SettableClock())
    for before, happened, after in played(script):
        room.step(Step(before, happened, after))
        for since in range(after.seq + 1):
            (welcome,) = await frames(joined(room, AUDIENCES[0], since))
            text = str(welcome)
            hidden = [q.text for q in after.questions.values() if not q.is_public]
            assert not [secret for secret in hidden if secret in text]


async def test_a_number_out_of_reach_gets_the_whole_snapshot(monkeypatch):
    monkeypatch.setattr(broadcast_module, "REACH", 2)
    before = with_questions("Eins")
    room = Broadcast(ROOM, before, SettableClock())
    for wanted in (command.Approve(1), command.Enqueue(1, "ulm"), command.Approve(1)):
        step = _step(before, wanted)
        room.step(step)
        before = step.after
    complete = {}
    for since in (-1, 0, 2, 3, 5, 6):
        (welcome,) = await frames(joined(room, MODERATOR, since))
        complete[since] = welcome["complete"]
    assert complete == {-1: True, 0: True, 2: True, 3: False, 5: False, 6: True}


async def test_after_a_restart_whoever_missed_nothing_gets_nothing_but_the_own_receipts():
    room = Broadcast(ROOM, with_questions("Eins"), SettableClock())
    (welcome,) = await frames(joined(room, ASKERS[0], since=2))
    assert not welcome["complete"]
    assert list(welcome["entities"]) == ["receipt/1"]


async def test_a_device_that_enrols_gets_its_receipts_from_then_on():
    before = described()
    room = Broadcast(ROOM, before, SettableClock())
    member = joined(room, Who(Role.ATTENDEE, ""))
    room.identify(member, ASKERS[0])
    room.step(_step(before, command.Ask("Eins", "de"), ASKERS[0]))
    _, receipt = await frames(member)
    assert list(receipt["put"]) == ["receipt/1"]


async def test_everybody_of_an_audience_gets_the_same_bytes():
    before = with_questions("Eins")
    room = Broadcast(ROOM, before, SettableClock())
    one, other = joined(room, ASKERS[1]), joined(room, ASKERS[2])
    for member in (one, other):
        member.outbox.take()
    room.step(_step(before, command.Approve(1)))
    assert one.outbox.take() is other.outbox.take()


async def test_a_tick_names_only_the_counts_that_changed():
    clock = SettableClock()
    room = Broadcast(ROOM, done(with_questions("Eins", "Zwei"), command.Approve(1), command.Approve(2)), clock)
    member = joined(room, Who(Role.ATTENDEE, ""))
    room.step(_step(room.room, command.Vote(1, support=True), ASKERS[0]))
    room.tick()
    clock.advance(HEARTBEAT)
    room.tick()
    room.step(_step(room.room, command.Vote(1, support=False), ASKERS[0]))
    room.tick()
    ticks = (await frames(member))[1:]
    assert [tick.get("votes") for tick in ticks] == [{"1": 1}, None, {"1": 0}]
    assert [tick["seq"] for tick in ticks] == [6, 6, 7]


async def test_a_moderator_of_a_room_of_thousands_is_welcomed_once_however_slow_the_line():
    passages = (Passage(State.SUBMITTED, 0),)
    asked = {n: Question(n, "Wann? " * 60, None, None, None, "de", "device:a", passages) for n in range(1, 2_501)}
    broadcast = Broadcast(ROOM, Room(questions=asked), SettableClock())
    moderator = joined(broadcast, MODERATOR)
    for number in range(1, 4):
        broadcast.step(_step(broadcast.room, command.Approve(number)))
        broadcast.tick()
    read = await frames(moderator)
    assert [frame["type"] for frame in read] == ["welcome", *["event", "tick"] * 3]
    sizes = [len(msgspec.json.encode(frame)) for frame in read]
    assert sizes[0] > BYTES > 50 * max(sizes[1:]), "the welcome alone is more than all news that may wait"


async def test_news_for_the_staff_alone_cost_the_audience_no_frame():
    clock = SettableClock()
    room = Broadcast(ROOM, described(), clock)
    anna, host, screen = joined(room, ASKERS[0]), joined(room, HOST), joined(room, SPEAKERS[0])
    room.tick()
    room.desk.screens.report(screen.screen, Screen(None, 1280, 720, "card", 7))
    room.tick()
    clock.advance(HEARTBEAT)
    room.tick()
    assert [frame["type"] for frame in await frames(anna)] == ["welcome", "tick", "tick"], "one was a sign of life"
    told = (await frames(host))[2]
    assert told["desk"]["screens"][0]["width"] == 1280


async def test_a_revoked_link_is_cut_off_and_no_other():
    room = Broadcast(ROOM, described(), SettableClock())
    revoked, other = joined(room, MODERATOR, link="m1"), joined(room, MODERATOR, link="m2")
    room.step(_step(room.room, command.Revoke("m1"), Who(Role.SYSTEM, "system")))
    assert [frame["type"] for frame in await frames(revoked)] == ["bye"]
    assert [frame["type"] for frame in await frames(other)] == ["welcome"]


async def test_whose_link_has_expired_is_told_nothing_more_though_it_only_reads():
    clock = SettableClock()
    room = Broadcast(ROOM, described(), clock)
    seconds = clock.now() // 1000 + 60
    silent, other = (Member(MODERATOR, "m1", Outbox(), expires=seconds + more) for more in (0, 1))
    for member in (silent, other):
        room.join(member, None)
    clock.advance(60_000)
    room.tick()
    assert [(frame["type"], frame.get("code")) for frame in await frames(silent)] == [("bye", "token_expired")]
    assert [frame["type"] for frame in await frames(other)] == ["welcome", "tick"]


async def test_what_slow_clients_missed_stays_counted_when_they_are_gone():
    room = Broadcast(ROOM, described(), SettableClock())
    member = Member(MODERATOR, None, Outbox(frames=1))
    room.join(member, None)
    room.tick()
    assert room.dropped == 1
    room.leave(member)
    assert room.dropped == 1


def _step(before: Room, wanted: command.Command, who: Who = MODERATOR) -> Step:
    (step,) = decide_all(before, [Want(who, "", wanted, lambda _: None)], 10**9).steps
    return step
