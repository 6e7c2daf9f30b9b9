from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import command, stage_command
from moderation.policy import PERMISSIONS, TEXT_LIMIT, Reach, Role, Who, clean_language, clean_line, clean_text, permit
from moderation.refusal import Code, Refused
from moderation.stage import Mark, RequestKind, Steer
from tests.moderation.rooms import SPEAKERS, few

COMMANDS: dict[type[command.Command], command.Command] = {
    type(wanted): wanted
    for wanted in (
        command.Ask("Wann?", "de"),
        command.Vote(1, True),
        command.Withdraw(1),
        command.Approve(1),
        command.Decline(1, "other"),
        command.Enqueue(1, "panel"),
        command.Move(1, None),
        command.Air(1, None),
        command.Answer(1),
        command.Hold(1),
        command.Merge(1, 2),
        command.Separate(1),
        command.Reply(1, "Ja."),
        command.Defer(1, "Frau Weber"),
        command.Edit(1, "Wann?"),
        command.Undo(1, 2),
        command.Admit(command.Intake.PAUSED),
        command.Premoderate(False),
        command.Transcribe("Wann?", "de"),
        command.Watch(("Idiot*",)),
        command.Block(1),
        command.Unblock(1),
        command.Redact(1, whole=True),
        stage_command.StartClock("session"),
        stage_command.PauseClock("session"),
        stage_command.ResumeClock("session"),
        stage_command.ExtendClock("session", 60_000),
        stage_command.ClearClock("session"),
        stage_command.SendCue("Bitte kürzer"),
        stage_command.MarkCue(1, Mark.READ),
        stage_command.WithdrawCue(1),
        stage_command.MakeRequest(RequestKind.TAKE),
        stage_command.SettleRequest(1, True),
        stage_command.EditScript("ulm", 0, 0, 0, ("Guten Tag",)),
        stage_command.SteerScript("ulm", Steer.SPEED, 120),
        stage_command.Brief(1, None),
        stage_command.Announce(None),
        command.Describe("t", "p", "de", (), ()),
        command.Revoke("x"),
        command.Purge(),
    )
}
MODERATION = {
    command.Approve,
    command.Decline,
    command.Enqueue,
    command.Move,
    command.Air,
    command.Answer,
    command.Hold,
    command.Merge,
    command.Separate,
    command.Reply,
    command.Defer,
    command.Edit,
    command.Undo,
    command.Admit,
    command.Premoderate,
    command.Transcribe,
    command.Watch,
    command.Block,
    command.Unblock,
    command.Redact,
    stage_command.Brief,
    stage_command.SendCue,
    stage_command.MarkCue,
    stage_command.WithdrawCue,
    stage_command.SettleRequest,
}
DIRECTION = {
    stage_command.StartClock,
    stage_command.PauseClock,
    stage_command.ResumeClock,
    stage_command.ExtendClock,
    stage_command.ClearClock,
    stage_command.EditScript,
    stage_command.SteerScript,
    stage_command.Announce,
}
ALLOWED: dict[Role, set[type[command.Command]]] = {
    Role.ATTENDEE: {command.Ask, command.Vote, command.Withdraw},
    Role.MODERATOR: MODERATION,
    Role.HOST: MODERATION | DIRECTION,
    Role.SPEAKER: {
        stage_command.MarkCue,
        stage_command.MakeRequest,
        stage_command.SettleRequest,
        stage_command.EditScript,
    },
    Role.STUDIO: set(),
    Role.SYSTEM: {command.Describe, command.Revoke, command.Purge},
}


def test_the_matrix_knows_every_command() -> None:
    assert set(COMMANDS) == set(get_args(command.Command)) == set(PERMISSIONS)


def refusal(who: Who, wanted: command.Command) -> Code | None:
    try:
        permit(who, wanted)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("role", Role)
def test_the_whole_role_by_command_matrix(role: Role) -> None:
    assert {kind for kind, roles in PERMISSIONS.items() if role in roles} == ALLOWED[role]
    refusals = {kind: refusal(Who(role, "device:a"), wanted) for kind, wanted in COMMANDS.items()}
    assert refusals == {kind: None if kind in ALLOWED[role] else Code.NOT_ALLOWED for kind in COMMANDS}


def test_attendees_and_speakers_change_their_own_only() -> None:
    own = {(role, kind) for kind, roles in PERMISSIONS.items() for role, reach in roles.items() if reach is Reach.OWN}
    assert own == {
        (Role.ATTENDEE, command.Withdraw),
        *((Role.SPEAKER, kind) for kind in ALLOWED[Role.SPEAKER]),
    }
    assert permit(SPEAKERS[0], COMMANDS[stage_command.EditScript]) is Reach.OWN
    assert permit(Who(Role.HOST, "link:h"), COMMANDS[stage_command.EditScript]) is Reach.ANY


def test_an_attendee_without_a_device_token_watches_only() -> None:
    with pytest.raises(Refused) as refused:
        permit(Who(Role.ATTENDEE, ""), command.Ask("Wann?", "de"))
    assert refused.value.code is Code.DEVICE_NEEDED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.TEXT_EMPTY),
        (" \n\t ", Code.TEXT_EMPTY),
        ("\u200b\u200d", Code.TEXT_EMPTY),
        ("\u200b\n\u200b\u2028\u00ad", Code.TEXT_EMPTY),
        ("\u3164\u2800", Code.TEXT_EMPTY),
        ("x" * (TEXT_LIMIT + 1), Code.TEXT_TOO_LONG),
        ("x" * 100_000, Code.TEXT_TOO_LONG),
        (" " * 100_000, Code.TEXT_TOO_LONG),
        ("a\x00b", Code.TEXT_NOT_PLAIN),
        ("a\x1b[31mb", Code.TEXT_NOT_PLAIN),
        ("nur \u202eesrever", Code.TEXT_NOT_PLAIN),
        ("a\ud800", Code.TEXT_NOT_PLAIN),
        ("a\uffff", Code.TEXT_NOT_PLAIN),
        ("a\ufdd0", Code.TEXT_NOT_PLAIN),
        ("a\U0010fffe", Code.TEXT_NOT_PLAIN),
    ],
)
def test_text_that_cannot_be_shown_is_refused_by_name(text: str, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        clean_text(text, TEXT_LIMIT)
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Wie groß?\r\nUnd wann? ", "Wie groß?\nUnd wann?"),
        ("u\u0308ber", "über"),
        ("Familie 👩\u200d👧 fragt", "Familie 👩\u200d👧 fragt"),
        ("العربية", "العربية"),
        ("x" * TEXT_LIMIT, "x" * TEXT_LIMIT),
        ("x" + "\n" * 11 + "y", "x" + "\n" * 11 + "y"),
        ("x" + "\n" * 1_000 + "y", "x y"),
        ("\r\n".join("Zwölf") + "\n" * 8 + "Zeilen", "Z w ö l f Zeilen"),
    ],
)
def test_honest_text_is_kept(text: str, clean: str) -> None:
    assert clean_text(text, TEXT_LIMIT) == clean


# Characters that cleaning treats each in its way: drawn from all of Unicode they would hardly ever meet.
telling = st.sampled_from("au\u0308ÄﬁㅎÅ\u1112\u1161👩\u200d\u200b\ufeff\xa0\u2028 \t\r\n")


@few
@given(st.lists(telling | st.integers(0xA0, 0x10FFFF).map(chr), max_size=80).map("".join))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    try:
        once = clean_text(text, TEXT_LIMIT)
    except Refused:
        return
    assert clean_text(once, TEXT_LIMIT) == once


def test_an_optional_line_is_one_line_or_nothing() -> None:
    assert clean_line(None, 80) is None
    assert clean_line("  \n", 80) is None
    assert clean_line(" Stadt\n Ulm ", 80) == "Stadt Ulm"


@pytest.mark.parametrize(("tag", "primary"), [("de-DE", "de"), ("EN", "en"), ("x", "und"), ("<script>", "und")])
def test_a_language_is_a_primary_subtag_or_undetermined(tag: str, primary: str) -> None:
    assert clean_language(tag) == primary
