"""A step of the journal as it is told."""

from datetime import UTC, timedelta, timezone

from podium.export.step import moment, step
from podium.ports import Entry


def test_an_asker_is_an_attendee_and_nothing_of_the_question_is_told() -> None:
    asked = Entry(7, 0, "device:a", "c1", "QuestionAsked", '{"question":3,"text":"GEHEIM","name":"Anna"}', hash="abc")
    told = step(asked, UTC)
    assert (told.seq, told.actor, told.step, told.question, told.hash) == (7, "attendee", "QuestionAsked", 3, "abc")
    assert [secret for secret in ("GEHEIM", "Anna", "device:") if secret in str(told)] == []


def test_a_moment_has_its_zone() -> None:
    assert moment(0, UTC) == "1970-01-01T00:00:00.000+00:00"
    assert moment(1, timezone(timedelta(hours=2))) == "1970-01-01T02:00:00.001+02:00"
