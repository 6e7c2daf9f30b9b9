"""A room at one moment, for everybody and for its moderators."""

import json
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import command
from moderation.redaction import GONE
from moderation.room import Room
from podium import chain, erasure
from podium.export.page import to_html
from podium.export.record import Passage, record, to_json
from podium.export.table import to_csv
from tests.export.rooms import IDENTIFIER, SECRETS, at, history, shown, taken, written
from tests.moderation.rooms import DESCRIBE, SYSTEM, described, done, few, play, played, steps, with_questions

CLOSED = ("number", "language", "asked_at", "origin")
"""What of a question never changes."""


def undone(steps: list[dict[str, object]]) -> bool:
    return any(step["step"] == "StepUndone" for step in steps)


def test_the_moderators_get_every_question_with_its_reason_and_history() -> None:
    rows = taken(public=False).rows
    assert [(row.number, row.state) for row in rows] == [
        (1, "answered"), (2, "approved"), (3, "declined"), (4, "submitted"),
    ]  # fmt: skip
    first, _, declined, waiting = rows
    assert (first.name, first.affiliation) == ("Jörg <b>Ü.</b>", 'Stadt "Ulm", Amt')
    assert (first.addressee, first.queue, first.votes) == ("Vertretung der Stadt Ulm", "Vertretung der Stadt Ulm", 1)
    assert first.passages == (
        Passage("submitted", "2021-10-28T13:01:00.000+00:00"),
        Passage("approved", "2021-10-28T13:05:00.000+00:00"),
        Passage("queued", "2021-10-28T13:09:00.000+00:00"),
        Passage("on_air", "2021-10-28T13:10:00.000+00:00"),
        Passage("answered", "2021-10-28T13:11:00.000+00:00"),
    )
    assert (declined.reason, declined.note) == ("personal_data", "Enthält VERTRAULICHES")
    assert (waiting.addressee, waiting.queue) == ("Anne Katrin Bohle", "")


def test_everybody_gets_the_questions_that_are_public_now() -> None:
    record = taken(public=True)
    assert [row.number for row in record.rows] == [1, 2]
    assert all((row.reason, row.note, row.passages) == ("", "", ()) for row in record.rows)
    assert (record.rows[0].asked_at, record.rows[0].since) == (
        "2021-10-28T13:01:00.000+00:00",
        "2021-10-28T13:11:00.000+00:00",
    )


def test_the_record_says_which_moment_it_shows() -> None:
    record = taken(public=True)
    assert (record.title, record.programme, record.language) == ("Digitales Podium", "Smart City Dialog", "de")
    assert (record.seq, record.as_of) == (12, "2021-10-28T13:11:00.000+00:00")
    assert record.head == chain.examined(IDENTIFIER, written(history()[1])).head


def test_times_are_written_in_the_zone_asked_for() -> None:
    berlin = timezone(timedelta(hours=2))
    room, lines = history()[0], written(history()[1])
    assert record(IDENTIFIER, room, lines, public=True, zone=berlin).as_of == "2021-10-28T15:11:00.000+02:00"
    assert record(IDENTIFIER, room, lines, public=True, zone=None).as_of[-6] in "+-"


def test_json_holds_what_the_record_holds() -> None:
    document = json.loads(to_json(taken(public=False)))
    assert (document["room"], document["seq"], document["public"]) == (IDENTIFIER, 12, False)
    assert [question["number"] for question in document["questions"]] == [1, 2, 3, 4]
    assert document["questions"][2]["reason"] == "personal_data"
    assert document["questions"][0]["passages"][1] == {"state": "approved", "at": "2021-10-28T13:05:00.000+00:00"}


@pytest.mark.parametrize("public", [True, False])
def test_the_count_of_all_questions_and_the_panel_are_in_every_record(public) -> None:
    document = json.loads(to_json(taken(public=public)))
    assert document["count"] == {
        "asked": 4,
        "shown": 2,
        "answered": 1,
        "others": {"submitted": 1, "declined": 1},
        "reasons": {"personal_data": 1},
    }
    assert document["panellists"][2] == {"name": "Prof. Dr. Ziemer", "role": "HafenCity Universität Hamburg"}


def test_public_json_has_no_fields_of_the_moderators() -> None:
    document = json.loads(to_json(taken(public=True)))
    assert not {"original", "reason", "note", "into", "owner", "due", "passages", "steps"} & set(
        document["questions"][0]
    )


def test_no_public_form_tells_a_secret() -> None:
    for form in (to_csv, to_html, to_json):
        told = form(taken(public=True))
        assert [secret for secret in SECRETS if secret in told] == []


@given(steps)
def test_no_character_of_a_question_that_is_not_public_is_in_a_public_export(script) -> None:
    for _, _, room in played(script):
        record_now = shown(room, public=True)
        hidden = [question for question in room.questions.values() if not question.is_public]
        for form in (to_csv, to_html, to_json):
            told = form(record_now)
            assert [question.number for question in hidden if f"GEHEIM-{question.number}-" in told] == []


@few
@given(steps, st.integers(1, 60))
def test_an_export_in_mid_event_is_a_prefix_of_the_final_one(script, number) -> None:
    """In the journal's sense: what was exported at a number, from the room as it stood then, is byte for byte what the
    final journal gives up to that number; its steps are the first ones of the final export, its questions the first ones
    too, and what cannot change any more of a question has not changed."""
    _, first = play(Room(), DESCRIBE, SYSTEM, 0)
    history = played(script)
    final = written([*first, *(happened for _, happened, _ in history)])
    live = dict(enumerate([described(), *(after for _, _, after in history)], start=1))
    number = min(number, len(final))
    for public in (True, False):
        then = record(IDENTIFIER, live[number], final[:number], public=public, zone=UTC)
        for form in (to_csv, to_html, to_json):
            assert form(then) == form(at(final[:number], public=public))
    early, whole = (json.loads(to_json(at(lines, public=False))) for lines in (final[:number], final))
    assert (early["seq"], early["head"]) == (number, final[number - 1].hash)
    assert whole["steps"][:number] == early["steps"]
    for before, after in zip(early["questions"], whole["questions"], strict=False):
        assert [after[name] for name in CLOSED] == [before[name] for name in CLOSED]
        assert after["passages"][: len(before["passages"])] == before["passages"] or undone(whole["steps"][number:])
    assert len(whole["questions"]) >= len(early["questions"])


@few
@given(steps, st.integers(1, 60))
def test_what_was_redacted_or_purged_later_is_gone_from_an_export_of_before_and_nothing_else(script, number) -> None:
    _, first = play(Room(), DESCRIBE, SYSTEM, 0)
    history = played([*script, (SYSTEM, command.Purge())])
    lines = [*written([*first, *(happened for _, happened, _ in history)])]
    early = lines[:number]
    for _, happened, _ in history:
        for line in erasure.blanked(lines[: happened.seq - 1], happened.event):
            lines[line.seq - 1] = line
    then, again = (json.loads(to_json(at(one, public=False))) for one in (early, lines[:number]))
    kept = {"head", "seq", "as_of", "count", "panellists", "title"}
    assert {name: again[name] for name in kept} == {name: then[name] for name in kept}
    for before, after in zip(then["questions"], again["questions"], strict=True):
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= {"text", "name", "affiliation", "original", "answer", "note", "owner", "due", "votes"}
        assert after["text"] in (before["text"], GONE) or GONE in after["text"]
        assert all(after[name] == "" for name in changed & {"name", "affiliation"})


def test_an_answer_in_writing_is_public_and_where_a_question_went_is_not() -> None:
    room = done(with_questions("Eins?", "Zwei?", "Drei?"), command.Approve(1), command.Reply(1, "Ab Mai."))
    room = done(room, command.Merge(2, into=1), command.Defer(3, "Frau Weber", "bis Ende November"))
    full, public = shown(room, public=False), shown(room, public=True)
    assert [(row.answer, row.into, row.owner, row.due) for row in full.rows] == [
        ("Ab Mai.", None, "", ""), ("", 1, "", ""), ("", None, "Frau Weber", "bis Ende November"),
    ]  # fmt: skip
    assert [(row.number, row.answer) for row in public.rows] == [(1, "Ab Mai.")]
    assert "Weber" not in to_json(public) + to_csv(public) + to_html(public)
    for told in (to_html(full), to_html(public)):
        assert "Antwort: Ab Mai." in told
        assert "schriftlich beantwortet" in told
    assert "mit Nr. 1" in to_html(full)
    assert "1 zusammengeführt" in to_html(public)
