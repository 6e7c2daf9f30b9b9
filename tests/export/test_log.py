"""The decision log, and what it means that one taken in mid-event is the beginning of the last one."""

import csv
import io
import json
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from moderation import command
from moderation.room import Room
from podium import chain, journal
from podium.export.log import Log, log, log_to_csv, log_to_json
from podium.export.table import BYTE_ORDER_MARK
from podium.ports import Entry
from tests.export.rooms import IDENTIFIER, START, history, written
from tests.moderation.rooms import DESCRIBE, MODERATOR, SYSTEM, play, played, steps

ENTRIES = written(history()[1])


def taken() -> Log:
    return log(IDENTIFIER, ENTRIES, zone=UTC)


def test_every_step_has_its_number_time_actor_and_reason() -> None:
    lines = taken().lines
    assert [line.seq for line in lines] == list(range(1, 13))
    declined = next(line for line in lines if line.step == "QuestionDeclined")
    assert (declined.question, declined.reason, declined.note) == (3, "personal_data", "Enthält VERTRAULICHES")
    assert (declined.at, declined.actor) == ("2021-10-28T13:08:00.000+00:00", "link:m1")
    assert [line.actor for line in lines[:3]] == ["system", "attendee", "attendee"]
    queued = next(line for line in lines if line.step == "QuestionQueued")
    assert (queued.queue, queued.after, queued.reason) == ("ulm", "", "")


def test_nobody_is_named_and_no_question_is_told() -> None:
    for told in (log_to_csv(taken()), log_to_json(taken())):
        assert [s for s in ("GEHEIM", "Geheim", "Jörg", "Daten?", "device:", "+49") if s in told] == []


def test_the_table_has_the_columns_of_a_line() -> None:
    text = log_to_csv(taken())
    assert text.startswith(BYTE_ORDER_MARK)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert list(rows[0]) == [
        "seq",
        "at",
        "actor",
        "step",
        "question",
        "queue",
        "after",
        "into",
        "undone",
        "reason",
        "note",
        "setting",
        "hash",
    ]
    assert [row["hash"] for row in rows] == [entry.hash for entry in ENTRIES]


def test_a_note_that_a_spreadsheet_would_calculate_is_made_harmless() -> None:
    formula = Entry(1, 0, "link:m", "", "QuestionDeclined", '{"question":1,"reason":"other","note":"=1+1"}')
    assert ",'=1+1," in log_to_csv(log(IDENTIFIER, [formula], zone=UTC))


def test_the_json_ends_in_the_head_of_the_chain() -> None:
    document = json.loads(log_to_json(taken()))
    assert document["head"] == chain.examined(IDENTIFIER, ENTRIES).head
    assert document["lines"][-1]["hash"] == document["head"]
    assert json.loads(log_to_json(Log(IDENTIFIER, ())))["head"] == ""


@given(steps, st.integers(0, 60))
def test_a_log_in_mid_event_is_a_prefix_of_the_final_one(script, number) -> None:
    _, first = play(Room(), DESCRIBE, SYSTEM, 0)
    final = written([*first, *(one for _, one, _ in played(script))])
    early = final[:number]
    noted = chain.examined(IDENTIFIER, early).head
    assert chain.examined(IDENTIFIER, final, wanted=noted).found == (len(early) or None)
    logs = [log(IDENTIFIER, lines, zone=UTC) for lines in (early, final)]
    assert log_to_csv(logs[1]).startswith(log_to_csv(logs[0]))
    documents = [json.loads(log_to_json(one))["lines"] for one in logs]
    assert documents[1][: len(early)] == documents[0]


def test_what_a_room_was_set_to_stands_in_its_line() -> None:
    room, happenings = history()
    for wanted in (
        command.Admit(command.Intake.PAUSED, "Gleich weiter."),
        command.Admit(command.Intake.CLOSED),
        command.Premoderate(False),
        command.Watch(("Quatsch", "Unsinn*")),
        command.Block(1),
    ):
        room, happened = play(room, wanted, MODERATOR, START)
        happenings += happened
    lines = log(IDENTIFIER, map(journal.entry, happenings), zone=UTC).lines[-5:]
    assert [line.setting for line in lines] == ["paused: Gleich weiter.", "closed", "after", "Quatsch, Unsinn*", ""]
    assert "device:" not in str(lines)
