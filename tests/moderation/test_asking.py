import pytest

from moderation import command, policy
from moderation.command import Intake
from moderation.decide import decide
from moderation.question import Flag, Origin, State
from moderation.refusal import Code, Refused
from moderation.room import Room
from tests.moderation.rooms import ASKERS, DESCRIBE, MINUTE, MODERATOR, SYSTEM, described, done, play, with_questions

ASK = command.Ask("Wann kommt 5G?", "de")
TRANSCRIBE = command.Transcribe("Und die Barrierefreiheit?", "de", "Herr Öz", "VdK")


def refused(room, wanted, who, now=100 * MINUTE) -> Refused:
    with pytest.raises(Refused) as raised:
        decide(room, wanted, who, now)
    return raised.value


@pytest.mark.parametrize(
    ("intake", "code"), [(Intake.PAUSED, Code.QUESTIONS_PAUSED), (Intake.CLOSED, Code.QUESTIONS_CLOSED)]
)
def test_nobody_asks_while_the_questions_are_shut_and_everybody_again_afterwards(intake, code) -> None:
    room = done(described(), command.Admit(intake, " Gleich geht es weiter. ", None))
    assert refused(room, ASK, ASKERS[0]).code is code
    assert (room.opening.notice_de, room.opening.since) == ("Gleich geht es weiter.", 100 * MINUTE)
    assert decide(done(room, command.Admit(Intake.OPEN)), ASK, ASKERS[0], 0)


def test_saying_the_same_again_leaves_no_event() -> None:
    room = done(described(), command.Admit(Intake.PAUSED, "Pause."), command.Premoderate(False), command.Watch(("a",)))
    for wanted in (command.Admit(Intake.PAUSED, "Pause."), command.Premoderate(False), command.Watch(("a", "a", ""))):
        assert decide(room, wanted, MODERATOR, 0) == ()
    assert decide(room, command.Admit(Intake.PAUSED, "Bis vier Uhr."), MODERATOR, 0), "a new notice is news"


def test_a_helper_types_in_what_the_hall_asks_whatever_is_open_and_as_fast_as_people_speak() -> None:
    room = done(described(), command.Admit(Intake.CLOSED), *[TRANSCRIBE] * (2 * policy.ASKS_PER_WINDOW))
    hall = room.questions[1]
    assert (hall.origin, hall.name, hall.affiliation, hall.state) == (Origin.HALL, "Herr Öz", "VdK", State.SUBMITTED)
    assert room.devices == {}, "the hall is no device"
    assert refused(room, command.Transcribe("?!", "de", addressee="nobody"), MODERATOR).code is Code.UNKNOWN_PANELLIST


def test_a_question_asked_days_before_is_known_as_such() -> None:
    described = command.Describe("t", "p", "de", (), (), starts=10 * MINUTE)
    room = done(Room(), described, who=SYSTEM)
    before = play(room, ASK, ASKERS[0], 10 * MINUTE - 1)[0]
    assert before.questions[1].origin is Origin.EARLY
    assert play(room, ASK, ASKERS[0], 10 * MINUTE)[0].questions[1].origin is Origin.ONLINE


def test_moderated_afterwards_a_question_is_public_at_once_and_can_be_taken_back() -> None:
    room = done(described(), command.Premoderate(False))
    room = done(room, ASK, who=ASKERS[0])
    assert room.questions[1].state is State.APPROVED
    assert done(room, command.Undo(1, room.seq)).questions[1].state is State.SUBMITTED


def test_moderated_afterwards_a_flagged_question_still_waits_for_a_moderator() -> None:
    room = done(described(), command.Premoderate(False))
    room = done(room, command.Ask("Siehe www.ulm.example?", "de"), who=ASKERS[0])
    assert (room.questions[1].state, room.questions[1].flags) == (State.SUBMITTED, (Flag.LINK,))


def test_the_same_text_from_one_device_is_flagged_and_from_another_is_not() -> None:
    room = done(described(), ASK, command.Ask("wann kommt 5g", "de"), who=ASKERS[0])
    room = done(room, ASK, who=ASKERS[1])
    assert [room.questions[number].flags for number in (1, 2, 3)] == [(), (Flag.REPEATED_TEXT,), ()]


def test_words_of_the_organiser_and_of_the_moderators_are_watched() -> None:
    programme = command.Describe(DESCRIBE.title, DESCRIBE.programme, "de", (), (), words=("Quatsch",))
    room = done(Room(), programme, who=SYSTEM)
    room = done(room, command.Watch(("Unsinn*",)))
    for text in ("So ein Quatsch?", "Ist das unsinnig?"):
        asked = play(room, command.Ask(text, "de"), ASKERS[0], 0)[0].questions[1]
        assert (asked.flags, asked.state) == ((Flag.WATCHED_WORD,), State.SUBMITTED)
    many = tuple(str(number) for number in range(policy.WORDS_LIMIT + 1))
    assert refused(room, command.Watch(many), MODERATOR).code is Code.TEXT_TOO_LONG


def test_a_blocked_device_asks_and_votes_no_more_until_it_is_unblocked() -> None:
    room = done(with_questions("Eins?"), command.Approve(1))
    assert room.devices == {"device:a": 1}
    blocked = done(room, command.Block(1))
    assert refused(blocked, ASK, ASKERS[0]).code is Code.DEVICE_BLOCKED
    assert refused(blocked, command.Vote(1, True), ASKERS[0]).code is Code.DEVICE_BLOCKED
    assert decide(blocked, command.Withdraw(1), ASKERS[0], 0), "what is theirs they may take back"
    assert decide(blocked, ASK, ASKERS[1], 0), "a neighbour is not blocked"
    assert decide(blocked, command.Block(1), MODERATOR, 0) == ()
    freed = done(blocked, command.Unblock(1))
    assert decide(freed, ASK, ASKERS[0], 200 * MINUTE)
    assert decide(freed, command.Unblock(1), MODERATOR, 0) == ()
    assert refused(room, command.Block(7), MODERATOR).code is Code.UNKNOWN_DEVICE


def test_a_room_takes_so_many_questions_a_minute_and_says_when_it_takes_more(monkeypatch) -> None:
    monkeypatch.setattr(policy, "ROOM_ASKS_PER_WINDOW", 2)
    room = done(described(), *[TRANSCRIBE] * 3, now=0)
    room = play(play(room, ASK, ASKERS[0], 1_000)[0], ASK, ASKERS[1], 2_000)[0]
    late = refused(room, ASK, ASKERS[2], 10_000)
    assert (late.code, late.retry_after) == (Code.TOO_MANY_IN_ROOM, 1_000 + policy.ASK_WINDOW - 10_000)
    assert decide(room, ASK, ASKERS[2], 10_000 + late.retry_after)
