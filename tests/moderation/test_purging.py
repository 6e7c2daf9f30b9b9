from moderation import command, event
from moderation.decide import decide
from moderation.purging import KNOWN
from tests.moderation.rooms import ASKERS, SYSTEM, described, done, with_questions


def test_where_nobody_is_known_there_is_nothing_to_forget() -> None:
    assert decide(described(), command.Purge(), SYSTEM, 0) == ()
    room = done(with_questions("Eins?"), command.Purge(), who=SYSTEM)
    assert decide(room, command.Purge(), SYSTEM, 0) == ()


def test_texts_states_and_votes_stay_and_askers_go() -> None:
    room = done(
        described(), command.Ask("Eins?", "de", "Jolanda", "Volkshochschule"), command.Ask("Zwei?", "de"), who=ASKERS[0]
    )
    room = done(room, command.Approve(1), command.Approve(2), command.Transcribe("Drei?", "de", "Herr Öz"))
    room = done(room, command.Vote(1, True), command.Vote(2, True), who=ASKERS[1])
    room = done(room, command.Vote(1, True), who=ASKERS[2])
    room = done(room, command.Merge(2, into=1))
    purged = done(room, command.Purge(), who=SYSTEM)
    assert [question.text for question in purged.questions.values()] == ["Eins?", "Zwei?", "Drei?"]
    assert [question.state for question in purged.questions.values()] == [q.state for q in room.questions.values()]
    assert purged.support(1) == room.support(1) == 2, "each device once, also over merged questions"
    for name in ("device:", "Jolanda", "Volkshochschule", "Herr Öz"):
        assert name in repr(room)
        assert name not in repr(purged)


def test_every_field_that_tells_who_somebody_is_is_known() -> None:
    telling = {"name", "affiliation", "device", "changes"}
    about_audience = {kind for kind in event.Event.__args__ if telling & set(kind.__dataclass_fields__)}
    assert {kind: telling & set(kind.__dataclass_fields__) for kind in about_audience} == {
        kind: set(names) for kind, names in KNOWN.items()
    }
