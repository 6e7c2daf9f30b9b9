import pytest
from hypothesis import given

from moderation.event import QuestionAired
from moderation.room import Room
from podium.journal import KINDS, UnknownEvent, entry, events, happened
from podium.ports import Entry
from tests.moderation.rooms import DESCRIBE, SYSTEM, play, played, steps


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
    line = Entry(9, 5, "link:m1", "c", "QuestionAired", '{"question":3}')
    assert happened(line).event == QuestionAired(3, instead=None)


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
    }
