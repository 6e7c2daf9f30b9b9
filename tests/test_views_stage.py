"""Who sees what of the stage: staff all of it, a screen its own, everybody the notice and nothing else."""

import pytest

from moderation import command, event, stage_command, stage_event
from moderation.policy import Who
from moderation.room import Room
from moderation.stage import Mark, NoticeKind, RequestKind, Steer
from podium import views, views_stage, wire
from podium.stage_entities import CueView
from podium.views import PUBLIC, STAFF, Audience
from tests.moderation.rooms import MODERATOR, SPEAKERS, described, done, play, with_questions
from tests.moderation.test_staging import HOST, SCREEN, ULM, ZIEMER

ROOM = "digitales-podium"
AT_ULM, AT_ZIEMER, AT_PANEL = (Audience("speaker", place) for place in ("ulm", "ziemer", "panel"))


def directed() -> Room:
    """Something of everything, addressed to Ulm alone."""
    room = done(with_questions("Eins?"), command.Enqueue(1, "ulm"), command.Air(1, None))
    room = done(
        room,
        stage_command.StartClock("session", 60_000),
        stage_command.StartClock("ulm", 60_000),
        stage_command.SendCue("GEHEIM-CUE", ("ulm",)),
        stage_command.EditScript("ulm", 0, 0, 0, ("GEHEIM-SKRIPT",)),
        stage_command.SteerScript("ulm", Steer.RUN, 1),
        stage_command.Brief(1, "GEHEIM-NOTIZ"),
        stage_command.Announce(NoticeKind.BREAK, "Pause", "Break"),
        who=HOST,
    )
    return done(room, stage_command.MakeRequest(RequestKind.SKIP), who=ULM)


def seen(room: Room, audience: Audience) -> set[str]:
    return {
        key
        for key in views.snapshot(ROOM, room, audience)
        if key.partition("/")[0] in (*views_stage.PREFIXES, "notice")
    }


def test_a_screen_sees_what_is_its_own() -> None:
    room = directed()
    of_ulm = {"notice", "clock/session", "clock/ulm", "cue/1", "script/ulm", "orders/ulm", "request/1"}
    assert seen(room, STAFF) == seen(room, AT_ULM) == of_ulm
    assert seen(room, AT_ZIEMER) == seen(room, AT_PANEL) == {"notice", "clock/session"}
    assert seen(room, PUBLIC) == {"notice"}


@pytest.mark.parametrize("audience", [PUBLIC, AT_ZIEMER])
def test_no_word_to_a_speaker_reaches_anybody_else(audience: Audience) -> None:
    assert "GEHEIM" not in wire.encode(wire.Event(1, views.snapshot(ROOM, directed(), audience))).decode()


def test_the_note_to_the_speaker_is_beside_the_question() -> None:
    prompt = views.snapshot(ROOM, directed(), AT_ULM)["prompt"]
    assert isinstance(prompt, wire.PromptView)
    assert prompt.briefing == "GEHEIM-NOTIZ"
    question = views.snapshot(ROOM, directed(), STAFF)["question/1"]
    assert isinstance(question, wire.StaffQuestionView)
    assert question.briefing == "GEHEIM-NOTIZ"


def test_the_screen_of_the_whole_stage_shows_whatever_is_on_air_and_next() -> None:
    room = done(with_questions("Eins?", "Zwei?", "Drei?"), command.Enqueue(2, "ulm"), command.Enqueue(3, "panel"))
    room = done(room, command.Enqueue(1, "ziemer"), command.Air(1, None))
    prompt = views.snapshot(ROOM, room, AT_PANEL)["prompt"]
    assert isinstance(prompt, wire.PromptView)
    assert prompt.on_air is not None
    assert prompt.next is not None
    assert (prompt.on_air.number, prompt.next.number, prompt.waiting) == (1, 3, 1)


def test_a_speaker_who_waits_knows_who_else_of_the_panel_is_asked_now_and_later() -> None:
    room = done(with_questions("Eins?", "Zwei?", "Drei?"), command.Enqueue(1, "ulm"), command.Enqueue(2, "ulm"))
    room = done(room, command.Enqueue(3, "bohle"), command.Air(1, None))
    for place, expected in (
        ("ziemer", (wire.AskedView("bohle", on_air=False, waiting=1), wire.AskedView("ulm", on_air=True, waiting=1))),
        ("ulm", (wire.AskedView("bohle", on_air=False, waiting=1),)),
        ("bohle", (wire.AskedView("ulm", on_air=True, waiting=1),)),
    ):
        prompt = views.snapshot(ROOM, room, Audience("speaker", place))["prompt"]
        assert isinstance(prompt, wire.PromptView)
        assert prompt.others == expected
    answered = done(room, command.Answer(1))
    put, _ = views.change(ROOM, room, answered, event.QuestionAnswered(1), AT_ULM)
    assert isinstance(put["prompt"], wire.PromptView)
    put, _ = views.change(ROOM, room, answered, event.QuestionAnswered(1), Audience("speaker", "ziemer"))
    assert isinstance(put["prompt"], wire.PromptView)
    assert put["prompt"].others[1] == wire.AskedView("ulm", on_air=False, waiting=1)


def test_a_read_cue_leaves_the_screen_and_stays_with_its_sender() -> None:
    room = directed()
    read = done(room, stage_command.MarkCue(1, Mark.READ), who=ULM)
    assert views.change(ROOM, room, read, stage_event.CueMarked(1, "ulm", Mark.READ), AT_ULM) == ({}, ("cue/1",))
    put, _ = views.change(ROOM, room, read, stage_event.CueMarked(1, "ulm", Mark.READ), STAFF)
    cue = put["cue/1"]
    assert isinstance(cue, CueView)
    assert cue.marks["ulm"].mark is Mark.READ


def test_a_settled_request_stays_until_the_speaker_asks_for_something_else() -> None:
    room = done(directed(), stage_command.SettleRequest(1, False))
    assert "request/1" in seen(room, AT_ULM), "the speaker is told what became of it"
    room = done(room, stage_command.MakeRequest(RequestKind.TAKE), who=ULM)
    assert "request/1" not in seen(room, AT_ULM)
    assert {"request/1", "request/2"} <= seen(room, STAFF)


STEPS: tuple[tuple[Who, command.Command], ...] = (
    (HOST, stage_command.StartClock("session", 60_000)),
    (HOST, stage_command.StartClock("ulm")),
    (HOST, stage_command.ExtendClock("session", 1_000)),
    (HOST, stage_command.PauseClock("ulm")),
    (HOST, stage_command.ResumeClock("ulm")),
    (MODERATOR, stage_command.SendCue("Bitte kürzer")),
    (ULM, stage_command.MarkCue(1, Mark.DELIVERED)),
    (SCREEN, stage_command.MarkCue(1, Mark.READ)),
    (ULM, stage_command.MarkCue(1, Mark.READ)),
    (MODERATOR, stage_command.WithdrawCue(1)),
    (ULM, stage_command.MakeRequest(RequestKind.PASS_ON, "ziemer")),
    (MODERATOR, stage_command.SettleRequest(1, True)),
    (ULM, stage_command.MakeRequest(RequestKind.REPEAT)),
    (ZIEMER, stage_command.EditScript("ziemer", 0, 0, 0, ("Guten Tag",))),
    (HOST, stage_command.SteerScript("ziemer", Steer.SPEED, 90)),
    (HOST, stage_command.SteerScript("ziemer", Steer.LINE, 0)),
    (HOST, stage_command.SteerScript("ziemer", Steer.RUN, 1)),
    (HOST, stage_command.EditScript("ziemer", 1, 0, 1, ())),
    (MODERATOR, stage_command.Brief(1, "Kurz")),
    (MODERATOR, stage_command.Brief(1, None)),
    (HOST, stage_command.Announce(NoticeKind.THANK_YOU)),
    (HOST, stage_command.Announce(None)),
    (HOST, stage_command.ClearClock("ulm")),
)


@pytest.mark.parametrize(
    "audience", [PUBLIC, STAFF, *(Audience("speaker", s.panellist or "") for s in SPEAKERS), AT_PANEL]
)
def test_an_old_snapshot_and_the_news_make_the_new_snapshot(audience: Audience) -> None:
    room = done(with_questions("Eins?"), command.Enqueue(1, "panel"), command.Air(1, None))
    entities = views.snapshot(ROOM, room, audience)
    for who, wanted in STEPS:
        before = room
        room, (happened,) = play(room, wanted, who, 7)
        put, drop = views.change(ROOM, before, room, happened.event, audience)
        entities = {key: entity for key, entity in {**entities, **put}.items() if key not in drop}
        assert entities == views.snapshot(ROOM, room, audience), wanted


def test_a_room_without_a_stage_tells_nothing_of_it() -> None:
    assert seen(described(), STAFF) == set()
