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


def test_merging_and_separating_after_the_purge_take_the_votes_along() -> None:
    room = done(with_questions("Eins?", "Zwei?", "Drei?"), *(command.Approve(number) for number in (1, 2, 3)))
    room = done(room, command.Vote(1, True), command.Vote(2, True), who=ASKERS[1])
    room = done(room, command.Vote(2, True), command.Vote(3, True), who=ASKERS[2])
    room = done(room, command.Merge(2, into=1))
    room = done(room, command.Purge(), who=SYSTEM)
    assert room.support(1) == 2, "the two people are told apart for the last time"
    assert done(room, command.Merge(3, into=1)).support(1) == 3, "whether they are the same nobody can know any more"
    room = done(done(room, command.Merge(3, into=1)), command.Separate(3), command.Separate(2))
    assert [room.support(number) for number in (1, 2, 3)] == [1, 1, 1], "a vote counts once, wherever it stands"
    room = done(room, command.Vote(1, True), who=ASKERS[1])
    room = done(room, command.Purge(), who=SYSTEM)
    assert [room.support(number) for number in (1, 2, 3)] == [2, 1, 1], "a second purge keeps the count of the first"


def test_every_field_that_tells_who_somebody_is_is_known() -> None:
    telling = {"name", "affiliation", "device", "changes"}
    about_audience = {kind for kind in event.Event.__args__ if telling & set(kind.__dataclass_fields__)}
    assert {kind: telling & set(kind.__dataclass_fields__) for kind in about_audience} == {
        kind: set(names) for kind, names in KNOWN.items()
    }
