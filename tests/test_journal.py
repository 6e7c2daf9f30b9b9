import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import given

from moderation.apply import fold
from moderation.command import Intake
from moderation.question import Origin, State
from moderation.room import Opening, Room
from podium.journal import KINDS, UnknownEvent, entry, events, happened, read_all
from podium.ports import Entry
from podium.store.memory import MemoryStore
from tests.export.rooms import IDENTIFIER as ROOM
from tests.export.rooms import history
from tests.moderation.rooms import DESCRIBE, SYSTEM, play, played, steps

FIRST = Path(__file__).parent / "first_journal.jsonl"
"""Written by the version before questions could be held, merged or deferred; never to be changed."""


SECOND = Path(__file__).parent / "second_journal.jsonl"
"""Written by the version before rooms had modes; never to be changed."""

THIRD = Path(__file__).parent / "third_journal.jsonl"
"""Written by the version before identities could be purged; never to be changed."""


@given(steps)
def test_an_event_comes_back_from_the_store_as_it_went(script) -> None:
    _, first = play(Room(), DESCRIBE, SYSTEM, 5)
    for one in [*first, *(what for _, what, _ in played(script))]:
        assert happened(entry(one)) == one


def test_lines_keep_their_order() -> None:
    _, journal = play(Room(), DESCRIBE, SYSTEM, 5)
    assert list(events(map(entry, journal))) == journal


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("QuestionEaten", "{}"),
        ("QuestionApproved", "{}"),
        ("QuestionApproved", '{"question":"one"}'),
        ("QuestionApproved", "{"),
    ],
)
def test_a_line_of_another_version_is_named_not_guessed(kind: str, body: str) -> None:
    with pytest.raises(UnknownEvent, match="event 7"):
        happened(Entry(7, 0, "system", "", kind, body))


def test_a_journal_of_the_first_version_still_tells_its_room() -> None:
    lines = FIRST.read_text(encoding="utf-8").splitlines()
    room = fold(Room(), events(Entry(**json.loads(line)) for line in lines))
    assert {number: question.state for number, question in room.questions.items()} == {
        1: State.ANSWERED,
        2: State.ANSWERED,
        3: State.WITHDRAWN,
    }
    assert room.votes == {2: {"device:c"}}
    assert room.queues == {"ulm": (), "panel": ()}


def test_a_journal_of_the_second_version_still_tells_its_room() -> None:
    lines = SECOND.read_text(encoding="utf-8").splitlines()
    room = fold(Room(), events(Entry(**json.loads(line)) for line in lines))
    assert {number: question.state for number, question in room.questions.items()} == {
        1: State.ANSWERED,
        2: State.ANSWERED,
        3: State.WITHDRAWN,
        4: State.ANSWERED,
        5: State.MERGED,
        6: State.QUEUED,
    }
    assert room.votes == {2: {"device:c"}, 4: {"device:a"}, 5: {"device:a"}}
    assert (room.sources, room.queues) == ({4: (5,)}, {"ulm": (6,), "panel": ()})
    assert room.questions[4].original == "Wann komt die Bürgerkarte?"
    assert (room.opening, room.premoderated) == (Opening(), True), "as it was before rooms had modes"


def test_a_journal_of_the_third_version_still_tells_its_room() -> None:
    lines = THIRD.read_text(encoding="utf-8").splitlines()
    room = fold(Room(), events(Entry(**json.loads(line)) for line in lines))
    assert [question.state for question in room.questions.values()][6:] == [
        State.SUBMITTED,
        State.APPROVED,
        State.APPROVED,
    ]
    assert (room.opening.intake, room.premoderated, room.watched) == (Intake.CLOSED, False, ("Quatsch*",))
    assert (room.questions[4].text, room.questions[4].redacted) == ("Wann kommt die […]?", True)
    assert room.questions[9].origin is Origin.HALL
    assert (len(room.devices), room.blocked) == (3, frozenset())


def test_the_names_on_disk_are_the_names_of_the_events() -> None:
    assert set(KINDS) == {
        "RoomDescribed",
        "QuestionAsked",
        "QuestionWithdrawn",
        "QuestionApproved",
        "QuestionDeclined",
        "QuestionQueued",
        "QuestionMoved",
        "QuestionAired",
        "QuestionAnswered",
        "QuestionHeld",
        "QuestionMerged",
        "QuestionSeparated",
        "QuestionReplied",
        "QuestionDeferred",
        "QuestionEdited",
        "StepUndone",
        "VotesCast",
        "LinkRevoked",
        "IntakeChanged",
        "PremoderationSet",
        "WordsWatched",
        "DeviceBlocked",
        "DeviceUnblocked",
        "QuestionRedacted",
        "IdentitiesPurged",
        "ClockSet",
        "CueSent",
        "CueMarked",
        "CueWithdrawn",
        "RequestMade",
        "RequestSettled",
        "ScriptEdited",
        "ScriptSteered",
        "QuestionBriefed",
        "NoticeShown",
    }


async def test_a_room_that_grows_meanwhile_is_read_as_it_was_at_one_number() -> None:
    _, journal = history()
    store, lines = MemoryStore(), [entry(one) for one in journal]

    async def grow() -> None:
        for line in lines:
            await store.append(ROOM, line.seq - 1, [line])
            await asyncio.sleep(0)

    growing = asyncio.create_task(grow())
    while not growing.done():
        read = await read_all(store, ROOM)
        assert list(read) == lines[: len(read)]
        await asyncio.sleep(0)
    assert list(await read_all(store, ROOM)) == lines
