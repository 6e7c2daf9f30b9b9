import pytest

from moderation import command, event
from moderation.apply import OutOfOrder, apply, repeated
from moderation.event import Happened
from moderation.room import Room
from tests.moderation.rooms import ASKERS, described, play


def test_an_event_out_of_its_place_is_an_error_and_changes_nothing() -> None:
    room = described()
    for seq in (room.seq, room.seq + 2):
        with pytest.raises(OutOfOrder):
            apply(room, Happened(seq, 0, "system", "", event.LinkRevoked("x")))


def test_a_question_sent_again_is_known_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.apply.REMEMBERED_COMMANDS", 20)
    room, _ = play(described(), command.Ask("Wann?", "de"), ASKERS[0], 0, "c1")
    for turn in range(25):
        happened = Happened(room.seq + 1, 0, "link:m", f"m{turn}", event.LinkRevoked(f"l{turn}"))
        room = apply(room, happened)
    assert repeated(room, "device:a", "c1") == (room.seq, 1)
    assert repeated(room, "link:m", "m0") is None, "the memory for other commands is bounded"
    assert repeated(room, "link:m", "m24") == (room.seq, None)


def test_a_command_id_belongs_to_its_sender() -> None:
    room, _ = play(described(), command.Ask("Wann?", "de"), ASKERS[0], 0, "c1")
    assert repeated(room, "device:b", "c1") is None
    assert repeated(room, "device:a", "") is None


def test_an_older_room_is_never_changed() -> None:
    before = described()
    after, _ = play(before, command.Ask("Wann?", "de"), ASKERS[0], 0)
    assert before.questions == {}
    assert after.questions[1].text == "Wann?"
    assert before != Room()
