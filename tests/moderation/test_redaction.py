import pytest

from moderation import command, event
from moderation.decide import decide
from moderation.question import Flag
from moderation.redaction import GONE, SAID
from moderation.refusal import Code, Refused
from tests.moderation.rooms import ASKERS, MODERATOR, described, done, with_questions


def refused(room, wanted) -> Code:
    with pytest.raises(Refused) as raised:
        decide(room, wanted, MODERATOR, 0)
    return raised.value.code


def asked(text: str, name: str | None = None, affiliation: str | None = None):
    return done(described(), command.Ask(text, "de", name, affiliation), who=ASKERS[0])


def test_a_passage_is_blanked_wherever_it_stands() -> None:
    room = asked("Warum hat Herr Öz, Tel. 0731 1234567, keine Wohnung?", "Herr Öz", "Nachbar von Herr Öz")
    assert room.questions[1].flags == (Flag.PHONE_NUMBER,)
    room = done(room, command.Edit(1, "Warum hat Herr Öz keine Wohnung?"), command.Decline(1, "other", "Herr Öz!"))
    left = done(room, command.Redact(1, ("Herr Öz", "0731 1234567"))).questions[1]
    assert left.text == f"Warum hat {GONE} keine Wohnung?"
    assert left.original == f"Warum hat {GONE}, Tel. {GONE}, keine Wohnung?"
    assert (left.name, left.affiliation, left.note) == (GONE, f"Nachbar von {GONE}", f"{GONE}!")
    assert (left.flags, left.redacted, left.number) == ((), True, 1)


def test_the_whole_text_and_the_name_can_go() -> None:
    room = done(asked("Wo wohnt Jo?", "Jo", "Ulm"), command.Edit(1, "Wo wohnt Jo jetzt?"))
    left = done(room, command.Redact(1, whole=True)).questions[1]
    assert (left.text, left.original, left.name, left.affiliation) == (GONE, None, "Jo", "Ulm")
    left = done(room, command.Redact(1, name=True)).questions[1]
    assert (left.text, left.original, left.name, left.affiliation) == ("Wo wohnt Jo jetzt?", "Wo wohnt Jo?", None, None)


def test_what_is_not_there_is_not_redacted() -> None:
    room = asked("Wann?")
    for wanted in (
        command.Redact(1),
        command.Redact(1, ("Wo",)),
        command.Redact(1, (" ",)),
        command.Redact(1, name=True),
    ):
        assert refused(room, wanted) is Code.NOTHING_TO_REDACT
    assert refused(room, command.Redact(2, whole=True)) is Code.UNKNOWN_QUESTION
    assert refused(done(room, command.Redact(1, whole=True)), command.Redact(1, whole=True)) is Code.NOTHING_TO_REDACT


def test_no_undo_brings_it_back() -> None:
    room = done(with_questions("Wo wohnt Jo?"), command.Edit(1, "Wo wohnt Jo jetzt?"))
    step = room.seq
    room = done(room, command.Redact(1, ("Jo",)))
    assert refused(room, command.Undo(1, step)) is Code.CHANGED_SINCE
    assert refused(room, command.Undo(1, room.seq)) is Code.CHANGED_SINCE
    assert refused(room, command.Edit(1, "Wo wohnt Jo heute?", "Wo wohnt Jo jetzt?")) is Code.CHANGED_SINCE
    assert "Jo" not in repr(room)


def test_every_field_in_which_people_write_is_known() -> None:
    written = {"text", "name", "affiliation", "note", "owner", "due", "original", "answer"}
    about_questions = {kind for kind in event.Event.__args__ if "question" in kind.__dataclass_fields__}
    for kind in about_questions:
        assert written & set(kind.__dataclass_fields__) == set(SAID.get(kind, ())) - {"flags"}, kind
