"""The stage beside the questions: what host, moderators and speakers may do about it, and what becomes of it."""

import pytest

from moderation import command, stage_command
from moderation.policy import NOTE_LIMIT, Role, Who
from moderation.question import State
from moderation.refusal import Code, Refused
from moderation.room import Room
from moderation.stage import Mark, NoticeKind, Order, RequestKind, Steer
from moderation.staging import CUE_LIMIT, CUES_PER_WINDOW, LONGEST_CLOCK, SCRIPT_LIMIT
from tests.moderation.rooms import MINUTE, MODERATOR, SPEAKERS, described, done, play, with_questions

HOST = Who(Role.HOST, "link:h1")
BOHLE, ULM, ZIEMER = SPEAKERS
SCREEN = Who(Role.SPEAKER, "link:p", "panel")


def refused(room: Room, wanted: command.Command, who: Who = HOST, now: int = 0) -> Code:
    with pytest.raises(Refused) as caught:
        play(room, wanted, who, now)
    return caught.value.code


def host(room: Room, *wanted: command.Command, now: int = 0) -> Room:
    return done(room, *wanted, who=HOST, now=now)


def test_the_host_runs_a_clock_for_everybody_and_one_for_each_speaker() -> None:
    room = host(
        described(), stage_command.StartClock("session", until=60 * MINUTE), stage_command.StartClock("ulm", 5 * MINUTE)
    )
    room = host(room, stage_command.StartClock("ziemer"), now=MINUTE)
    clocks = room.stage.clocks
    assert {name: clock.shown(2 * MINUTE) for name, clock in clocks.items()} == {
        "session": 58 * MINUTE, "ulm": 3 * MINUTE, "ziemer": MINUTE,
    }  # fmt: skip
    room = host(room, stage_command.ExtendClock("ulm", MINUTE), stage_command.PauseClock("ulm"), now=2 * MINUTE)
    assert room.stage.clocks["ulm"].shown(50 * MINUTE) == 4 * MINUTE
    room = host(room, stage_command.ResumeClock("ulm"), stage_command.ClearClock("ziemer"), now=10 * MINUTE)
    assert room.stage.clocks["ulm"].shown(11 * MINUTE) == 3 * MINUTE
    assert set(room.stage.clocks) == {"session", "ulm"}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (stage_command.StartClock("nobody", MINUTE), Code.UNKNOWN_PANELLIST),
        (stage_command.StartClock("ulm", 0), Code.OUT_OF_RANGE),
        (stage_command.StartClock("ulm", LONGEST_CLOCK + 1), Code.OUT_OF_RANGE),
        (stage_command.StartClock("ulm", until=-1), Code.OUT_OF_RANGE),
        (stage_command.PauseClock("ulm"), Code.NOT_IN_THIS_STATE),
        (stage_command.ResumeClock("ulm"), Code.NOT_IN_THIS_STATE),
        (stage_command.ExtendClock("session", 2 * LONGEST_CLOCK), Code.OUT_OF_RANGE),
    ],
)
def test_a_clock_that_cannot_be_is_refused(wanted: command.Command, code: Code) -> None:
    assert refused(host(described(), stage_command.StartClock("session", MINUTE)), wanted) is code


def test_what_changes_no_clock_is_no_event() -> None:
    room = host(described(), stage_command.StartClock("ulm", MINUTE))
    for nothing in (
        stage_command.ResumeClock("ulm"),
        stage_command.ExtendClock("ulm", 0),
        stage_command.ClearClock("session"),
    ):
        assert play(room, nothing, HOST, 1)[1] == []
    assert play(host(room, stage_command.PauseClock("ulm")), stage_command.PauseClock("ulm"), HOST, 1)[1] == []


def test_the_sender_sees_a_cue_sent_delivered_shown_and_read() -> None:
    room = host(described(), stage_command.SendCue("  Noch eine   Frage ", ("ulm", "bohle", "ulm")))
    cue = room.stage.cues[1]
    assert (cue.text, set(cue.marks)) == ("Noch eine Frage", {"ulm", "bohle"})
    for at, mark in enumerate((Mark.DELIVERED, Mark.SHOWN, Mark.READ), start=1):
        room = done(room, stage_command.MarkCue(1, mark), who=ULM, now=at)
        assert (room.stage.cues[1].marks["ulm"].mark, room.stage.cues[1].marks["ulm"].at) == (mark, at)
    assert room.stage.cues[1].marks["bohle"].mark is Mark.SENT
    assert play(room, stage_command.MarkCue(1, Mark.SHOWN), ULM, 9)[1] == [], "what was read is not shown again"
    room = host(room, stage_command.MarkCue(1, Mark.READ, "bohle"))
    assert not room.stage.cues[1].open_at("bohle")


def test_a_cue_to_nobody_in_particular_is_for_every_screen() -> None:
    room = host(described(), stage_command.SendCue("Bitte kürzer"))
    assert set(room.stage.cues[1].marks) == {"bohle", "ulm", "ziemer", "panel"}
    room = done(room, stage_command.MarkCue(1, Mark.READ), who=SCREEN)
    assert not room.stage.cues[1].open_at("panel")


def test_a_screen_marks_only_its_own_cues() -> None:
    room = host(described(), stage_command.SendCue("Bitte kürzer", ("ulm",)))
    assert refused(room, stage_command.MarkCue(1, Mark.READ), ZIEMER) is Code.UNKNOWN_CUE
    assert refused(room, stage_command.MarkCue(1, Mark.READ, "ulm"), ZIEMER) is Code.UNKNOWN_CUE
    assert refused(room, stage_command.MarkCue(2, Mark.READ), ULM) is Code.UNKNOWN_CUE
    assert refused(room, stage_command.MarkCue(1, Mark.SHOWN, "ulm")) is Code.NOT_ALLOWED, (
        "only a screen knows what it shows"
    )
    assert refused(room, stage_command.MarkCue(1, Mark.READ), Who(Role.SPEAKER, "link:player")) is Code.NOT_ALLOWED


def test_a_cue_is_taken_back_from_all_screens() -> None:
    room = host(described(), stage_command.SendCue("Bitte kürzer"), stage_command.WithdrawCue(1))
    assert not room.stage.cues[1].open_at("ulm")
    assert play(room, stage_command.MarkCue(1, Mark.SHOWN), ULM, 1)[1] == []
    assert play(room, stage_command.WithdrawCue(1), HOST, 1)[1] == []


def test_cues_have_a_length_and_a_pace() -> None:
    room = described()
    assert refused(room, stage_command.SendCue(" ")) is Code.TEXT_EMPTY
    assert refused(room, stage_command.SendCue("x" * (CUE_LIMIT + 1))) is Code.TEXT_TOO_LONG
    assert refused(room, stage_command.SendCue("x", ("nobody",))) is Code.UNKNOWN_PANELLIST
    room = host(room, *(stage_command.SendCue(f"Nr. {number}") for number in range(CUES_PER_WINDOW)))
    assert refused(room, stage_command.SendCue("zu viel"), now=1) is Code.TOO_FAST
    assert len(done(room, stage_command.SendCue("von mir"), now=1).stage.cues) == CUES_PER_WINDOW + 1
    assert len(host(room, stage_command.SendCue("später"), now=MINUTE).stage.cues) == CUES_PER_WINDOW + 1


def test_what_a_speaker_asks_changes_nothing_on_air() -> None:
    room = done(with_questions("Eins?"), command.Approve(1), command.Air(1, None))
    room = done(room, stage_command.MakeRequest(RequestKind.PASS_ON, "ziemer"), who=ULM)
    request = room.stage.requests[1]
    assert (request.place, request.question, request.to, request.granted) == ("ulm", 1, "ziemer", None)
    assert (room.on_air, room.questions[1].state) == (1, State.ON_AIR)
    assert play(room, stage_command.MakeRequest(RequestKind.PASS_ON, "ziemer"), ULM, 1)[1] == [], "asked once is asked"
    room = done(room, stage_command.SettleRequest(1, True))
    assert room.stage.requests[1].granted is True
    assert play(room, stage_command.SettleRequest(1, True), MODERATOR, 1)[1] == []
    assert refused(room, stage_command.SettleRequest(1, False)) is Code.CHANGED_SINCE, "a colleague was first"


def test_a_speaker_takes_only_the_own_request_back() -> None:
    room = done(described(), stage_command.MakeRequest(RequestKind.MORE_TIME), who=ULM)
    assert refused(room, stage_command.SettleRequest(1, False), ZIEMER) is Code.UNKNOWN_REQUEST
    assert refused(room, stage_command.SettleRequest(1, True), ULM) is Code.NOT_ALLOWED
    assert refused(room, stage_command.SettleRequest(2, True)) is Code.UNKNOWN_REQUEST
    assert done(room, stage_command.SettleRequest(1, False), who=ULM).stage.requests[1].granted is False


@pytest.mark.parametrize("to", [None, "ulm", "nobody", "panel"])
def test_a_question_is_passed_to_a_colleague(to: str | None) -> None:
    assert refused(described(), stage_command.MakeRequest(RequestKind.PASS_ON, to), ULM) is Code.UNKNOWN_PANELLIST


def test_host_and_speaker_edit_the_same_script_and_nobody_overwrites() -> None:
    room = host(described(), stage_command.EditScript("ulm", 0, 0, 0, ("Guten Tag  ", "", "\tDanke")))
    assert room.stage.script("ulm").lines == ("Guten Tag", "", "\tDanke")
    room = done(room, stage_command.EditScript("ulm", 1, 1, 1, ("Ulm digital",)), who=ULM)
    assert room.stage.script("ulm").lines == ("Guten Tag", "Ulm digital", "\tDanke")
    assert refused(room, stage_command.EditScript("ulm", 1, 0, 3, ())) is Code.CHANGED_SINCE
    assert refused(room, stage_command.EditScript("ulm", 2, 0, 4, ())) is Code.OUT_OF_RANGE
    assert refused(room, stage_command.EditScript("ulm", 2, -1, 1, ())) is Code.OUT_OF_RANGE
    assert refused(room, stage_command.EditScript("ulm", 2, 0, 0, ("a\nb",))) is Code.TEXT_NOT_PLAIN
    assert refused(room, stage_command.EditScript("ulm", 2, 0, 0, ("x" * SCRIPT_LIMIT,))) is Code.TEXT_TOO_LONG
    assert refused(room, stage_command.EditScript("ulm", 2, 0, 0, ("x",)), ZIEMER) is Code.NOT_ALLOWED
    assert refused(room, stage_command.EditScript("ulm", 2, 0, 0, ("x",)), MODERATOR) is Code.NOT_ALLOWED
    assert play(room, stage_command.EditScript("ulm", 2, 0, 1, ("Guten Tag",)), HOST, 1)[1] == []


def test_the_host_alone_steers_a_script_and_each_order_counts_also_the_same_again() -> None:
    room = host(described(), stage_command.EditScript("ulm", 0, 0, 0, ("Guten Tag", "", "Danke")))
    for what, value in ((Steer.SPEED, 90), (Steer.RUN, 1), (Steer.LINE, 2), (Steer.SPEED, 90)):
        room = host(room, stage_command.SteerScript("ulm", what, value))
    assert room.stage.orders == {"ulm": {Steer.SPEED: Order(4, 90), Steer.RUN: Order(2, 1), Steer.LINE: Order(3, 2)}}
    for what, value in ((Steer.SPEED, 39), (Steer.SPEED, 261), (Steer.RUN, 2), (Steer.LINE, 3), (Steer.LINE, -1)):
        assert refused(room, stage_command.SteerScript("ulm", what, value), HOST) is Code.OUT_OF_RANGE
    assert refused(room, stage_command.SteerScript("nobody", Steer.RUN, 1), HOST) is Code.UNKNOWN_PANELLIST
    for who in (ULM, MODERATOR):
        assert refused(room, stage_command.SteerScript("ulm", Steer.RUN, 1), who) is Code.NOT_ALLOWED


def test_a_note_to_the_speaker_stands_beside_the_question() -> None:
    room = done(with_questions("Eins?"), stage_command.Brief(1, " Zahlen von  gestern "))
    assert room.stage.briefings == {1: "Zahlen von gestern"}
    assert play(room, stage_command.Brief(1, "Zahlen von gestern"), MODERATOR, 1)[1] == []
    assert done(room, stage_command.Brief(1, None)).stage.briefings == {}
    assert done(room, command.Redact(1, whole=True)).stage.briefings == {}, "a note may say what was redacted"
    assert refused(room, stage_command.Brief(7, "x"), MODERATOR) is Code.UNKNOWN_QUESTION


def test_the_room_is_told_something_and_told_no_more() -> None:
    room = host(described(), stage_command.Announce(NoticeKind.BREAK, "Weiter um 15:30", None), now=7)
    notice = room.stage.notice
    assert notice is not None
    assert (notice.kind, notice.de, notice.en, notice.since) == (NoticeKind.BREAK, "Weiter um 15:30", None, 7)
    assert play(room, stage_command.Announce(NoticeKind.BREAK, "Weiter um 15:30"), HOST, 9)[1] == []
    assert host(room, stage_command.Announce(None)).stage.notice is None
    assert play(described(), stage_command.Announce(None), HOST, 1)[1] == []
    assert refused(room, stage_command.Announce(NoticeKind.OTHER, "x" * (NOTE_LIMIT + 1))) is Code.TEXT_TOO_LONG
