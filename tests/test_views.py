"""The moderation boundary, as a theorem: for every audience and any sequence of commands."""

import json

import pytest
from hypothesis import given

from moderation import command, event
from moderation.apply import apply
from moderation.bursts import BURST_VOTES
from moderation.policy import Role, Who
from moderation.room import Room
from podium import views, wire
from podium.views import PUBLIC, STAFF, Audience
from tests.moderation.rooms import (
    ASKERS,
    MINUTE,
    MODERATOR,
    PANEL,
    SPEAKERS,
    SYSTEM,
    described,
    done,
    played,
    steps,
    with_questions,
)

ROOM = "digitales-podium"
AUDIENCES = (PUBLIC, STAFF, *(Audience("speaker", place) for place in (*(one.id for one in PANEL), "panel")))


def text_of(entities: dict[str, wire.Entity]) -> str:
    return wire.encode(wire.Event(1, entities)).decode()


def may_read(room: Room, audience: Audience) -> set[int]:
    public = {n for n, q in room.questions.items() if q.is_public}
    return set(room.questions) if audience == STAFF else public


@given(steps)
def test_no_character_of_a_question_that_is_not_public_reaches_an_audience(script) -> None:
    for before, happened, after in played(script):
        for audience in AUDIENCES:
            put, _ = views.change(ROOM, before, after, happened.event, audience)
            told = text_of(put) + text_of(views.snapshot(ROOM, after, audience))
            for number in set(after.questions) - may_read(after, audience):
                assert f"GEHEIM-{number}-" not in told
                assert f"NEU-{number}-" not in told
                assert f"ANTWORT-{number}-" not in told


@given(steps)
def test_what_moderators_keep_to_themselves_reaches_nobody_else(script) -> None:
    for before, happened, after in played(script):
        for audience in AUDIENCES:
            if audience == STAFF:
                continue
            put, _ = views.change(ROOM, before, after, happened.event, audience)
            told = text_of(put) + text_of(views.snapshot(ROOM, after, audience))
            assert "OWNER" not in told
            assert "Hinweis" not in told
            for question in after.questions.values():
                if question.original is not None:
                    assert question.original not in told, "the wording before the edit is not public"
        for asker in ASKERS:
            told = text_of(views.receipts(after, asker.actor))
            told += text_of(views.changed_receipts(before, after, happened.event).get(asker.actor, {}))
            assert "OWNER" not in told


@given(steps)
def test_an_asker_reads_the_own_receipts_and_nobody_elses(script) -> None:
    for before, happened, after in played(script):
        for asker in ASKERS:
            told = text_of(views.receipts(after, asker.actor))
            told += text_of(views.changed_receipts(before, after, happened.event).get(asker.actor, {}))
            foreign = [n for n, q in after.questions.items() if q.author != asker.actor]
            assert not [n for n in foreign if f"GEHEIM-{n}-" in told or f"NEU-{n}-" in told]


@given(steps)
def test_an_old_snapshot_and_the_events_since_are_the_new_snapshot(script) -> None:
    history = played(script)
    for audience in AUDIENCES:
        told = views.snapshot(ROOM, described(), audience)
        for before, happened, after in history:
            put, drop = views.change(ROOM, before, after, happened.event, audience)
            told.update(put)
            for key in drop:
                del told[key]
            assert told == views.snapshot(ROOM, after, audience)


@given(steps)
def test_old_receipts_and_the_changes_since_are_the_new_receipts(script) -> None:
    told: dict[str, dict[str, wire.Entity]] = {asker.actor: {} for asker in ASKERS}
    for before, happened, after in played(script):
        for author, changed in views.changed_receipts(before, after, happened.event).items():
            told[author].update(changed)
        assert told == {asker.actor: views.receipts(after, asker.actor) for asker in ASKERS}


@given(steps)
def test_votes_are_told_for_public_questions_only(script) -> None:
    for _, _, after in played(script):
        assert {int(number) for number in views.votes(after)} <= may_read(after, PUBLIC)
        for asker in ASKERS:
            assert set(views.voted(after, asker.actor)) <= may_read(after, PUBLIC)
    assert views.voted(described(), "") == ()


@pytest.mark.parametrize(
    ("who", "audience"),
    [
        (MODERATOR, STAFF),
        (Who(Role.HOST, "link:h"), STAFF),
        (ASKERS[0], PUBLIC),
        (Who(Role.STUDIO, "link:s"), PUBLIC),
        (SPEAKERS[0], Audience("speaker", "bohle")),
        (Who(Role.SPEAKER, "link:x"), PUBLIC),
    ],
)
def test_the_role_decides_what_is_seen(who: Who, audience: Audience) -> None:
    assert views.audience_of(who) == audience


def test_every_audience_of_a_room_is_known() -> None:
    assert views.audiences(described()) == AUDIENCES


def test_a_speaker_reads_the_own_question_on_air_and_the_next_one() -> None:
    room = with_questions("Eins?", "Zwei?", "Drei?", "Vier?")
    room = done(room, *(command.Enqueue(n, "bohle") for n in (1, 2)), command.Enqueue(3, "panel"), command.Air(1, None))
    prompt = views.snapshot(ROOM, room, Audience("speaker", "bohle"))["prompt"]
    assert isinstance(prompt, wire.PromptView)
    assert prompt.on_air is not None
    assert prompt.on_air.text == "Eins?"
    assert prompt.next is not None
    assert prompt.next.text == "Zwei?"
    assert prompt.waiting == 1, "the one for the whole panel waits behind it"
    other = views.snapshot(ROOM, room, Audience("speaker", "ulm"))["prompt"]
    assert isinstance(other, wire.PromptView)
    assert other.on_air is None, "a colleague's question is not mine"
    assert other.next is not None
    assert other.next.text == "Drei?"


def test_the_stages_prompter_names_next_what_the_hosts_desk_offers_next() -> None:
    room = with_questions("Eins?", "Zwei?", "Drei?", "Vier?")
    room = done(room, *(command.Enqueue(n, "ulm") for n in (1, 2)), command.Enqueue(3, "panel"))
    room = done(room, command.Enqueue(4, "bohle"))

    def following() -> tuple[int, int]:
        prompt = views.snapshot(ROOM, room, Audience("speaker", "panel"))["prompt"]
        assert isinstance(prompt, wire.PromptView)
        assert prompt.next is not None
        return prompt.next.number, prompt.waiting

    assert following() == (3, 3), "the panel's first, before anybody was asked"
    room = done(room, command.Air(1, None))
    assert following() == (2, 2), "the same panellist goes on"
    room = done(room, command.Answer(1))
    assert following() == (2, 2)
    room = done(room, command.Air(2, None), command.Answer(2))
    assert following() == (3, 1)


def test_a_question_for_the_whole_panel_is_on_every_prompter() -> None:
    room = done(with_questions("Alle?"), command.Enqueue(1, "panel"), command.Air(1, None))
    for panellist in PANEL:
        prompt = views.snapshot(ROOM, room, Audience("speaker", panellist.id))["prompt"]
        assert isinstance(prompt, wire.PromptView)
        assert prompt.on_air is not None
        assert prompt.on_air.number == 1


def test_votes_of_merged_questions_count_each_person_once() -> None:
    room = done(with_questions("Eins?", "Zwei?"), command.Approve(1), command.Approve(2))
    room = done(room, command.Vote(1, True), command.Vote(2, True), who=ASKERS[0])
    room = done(room, command.Vote(2, True), who=ASKERS[1])
    merged = done(room, command.Merge(2, into=1))
    assert views.votes(merged) == {"1": 2}
    assert views.voted(merged, ASKERS[1].actor) == (1,)
    assert views.votes(done(merged, command.Vote(1, False), who=ASKERS[0])) == {"1": 1}, "one retraction takes all back"
    assert views.votes(done(merged, command.Separate(2), command.Approve(2))) == {"1": 1, "2": 2}


def test_votes_stay_with_a_question_that_is_merged_after_the_purge() -> None:
    room = done(with_questions("Eins?", "Zwei?"), command.Approve(1), command.Approve(2))
    room = done(room, command.Vote(1, True), command.Vote(2, True), who=ASKERS[0])
    room = done(room, command.Purge(), who=SYSTEM)
    assert views.votes(room) == {"1": 1, "2": 1}
    merged = done(room, command.Merge(2, into=1))
    assert views.votes(merged) == {"1": 2} == {"1": merged.support(1)}


def test_the_receipt_of_a_merged_question_follows_the_one_it_went_into() -> None:
    room = done(with_questions("Eins?"), command.Ask("Auch?", "de"), who=ASKERS[1])
    room = done(room, command.Merge(2, into=1))
    before = room
    room = done(room, command.Decline(1, "no_time", "Leider."), now=101 * MINUTE)
    told = views.receipts(room, ASKERS[1].actor)["receipt/2"]
    assert isinstance(told, wire.ReceiptView)
    assert (told.text, told.into, told.state, told.reason) == ("Auch?", 1, "declined", "no_time")
    assert [passage.state for passage in told.passages] == ["submitted", "merged", "declined"]
    changed = views.changed_receipts(before, room, event.QuestionDeclined(1, "no_time", "Leider."))
    assert set(changed) == {ASKERS[0].actor, ASKERS[1].actor}, "all askers are told"


def test_an_edit_is_shown_to_the_asker_with_the_original() -> None:
    room = done(with_questions("Wan komt 5G?"), command.Approve(1), command.Edit(1, "Wann kommt 5G?"))
    receipt = views.receipts(room, ASKERS[0].actor)["receipt/1"]
    assert isinstance(receipt, wire.ReceiptView)
    assert (receipt.text, receipt.original) == ("Wann kommt 5G?", "Wan komt 5G?")


def test_an_answer_in_writing_is_public_and_an_owner_is_not() -> None:
    room = done(with_questions("Eins?", "Zwei?"), command.Defer(1, "Frau Weber", "Ende November"))
    assert "question/1" not in views.snapshot(ROOM, room, PUBLIC)
    assert "Frau Weber" in text_of(views.snapshot(ROOM, room, STAFF))
    assert "Ende November" in text_of(views.receipts(room, ASKERS[0].actor))
    room = done(room, command.Reply(1, "Ja, im Mai."))
    assert "Ja, im Mai." in text_of(views.snapshot(ROOM, room, PUBLIC))


def test_a_question_answered_live_tells_its_start_and_end() -> None:
    room = done(with_questions("Eins?"), command.Approve(1), now=10)
    room = done(done(room, command.Air(1, None), now=20), command.Answer(1), now=30)
    told = views.snapshot(ROOM, room, PUBLIC)["question/1"]
    assert isinstance(told, wire.QuestionView)
    assert (told.aired_at, told.since) == (20, 30)


def test_moderators_read_reasons_and_the_public_does_not() -> None:
    room = done(with_questions("Eins?"), command.Decline(1, "off_topic", "Bitte zum Thema."))
    assert "Bitte zum Thema." in text_of(views.snapshot(ROOM, room, STAFF))
    assert "question/1" not in views.snapshot(ROOM, room, PUBLIC)
    assert json.loads(text_of(views.receipts(room, "device:a")))["put"]["receipt/1"]["note"] == "Bitte zum Thema."


def test_moderators_are_told_the_count_as_it_changes_and_others_are_not() -> None:
    room = with_questions("Eins?", "Zwei?")
    declined = done(room, command.Decline(1, "off_topic", None))
    told = wire.CountView(2, 0, 0, {"submitted": 1, "declined": 1}, {"off_topic": 1})
    what = event.QuestionDeclined(1, "off_topic", None)
    assert views.change(ROOM, room, declined, what, STAFF)[0]["count"] == told
    for audience in set(AUDIENCES) - {STAFF}:
        assert "count" not in views.snapshot(ROOM, declined, audience)
        assert "count" not in views.change(ROOM, room, declined, what, audience)[0]


def test_every_screen_is_told_whether_questions_are_taken_and_the_notice() -> None:
    room = done(described(), command.Admit(command.Intake.PAUSED, "Pause.", "Break."), now=7)
    for audience in AUDIENCES:
        assert views.snapshot(ROOM, room, audience)["intake"] == wire.IntakeView("paused", True, "Pause.", "Break.", 7)


def test_after_the_end_everybody_reads_what_became_of_all_questions() -> None:
    room = done(with_questions("Eins?", "Zwei?"), command.Decline(1, "off_topic"), command.Approve(2))
    closed = done(room, command.Admit(command.Intake.CLOSED))
    told = wire.CountView(2, 1, 0, {"declined": 1}, {"off_topic": 1})
    assert views.snapshot(ROOM, closed, PUBLIC)["count"] == told
    put, _ = views.change(ROOM, room, closed, event.IntakeChanged(command.Intake.CLOSED, None, None), PUBLIC)
    assert put["count"] == told
    opened = done(closed, command.Admit(command.Intake.OPEN))
    _, drop = views.change(ROOM, closed, opened, event.IntakeChanged(command.Intake.OPEN, None, None), PUBLIC)
    assert drop == ("count",)


def test_words_flags_blocks_and_devices_are_for_moderators_alone() -> None:
    room = done(described(), command.Watch(("Quatsch",)))
    room = done(room, command.Ask("Was für ein Quatsch?", "de"), who=ASKERS[1])
    room = done(room, command.Approve(1), command.Block(1))
    staff = views.snapshot(ROOM, room, STAFF)
    assert staff["rules"] == wire.RulesView((), ("Quatsch",), (1,))
    assert isinstance(staff["question/1"], wire.StaffQuestionView)
    assert (staff["question/1"].flags, staff["question/1"].device) == (("watched_word",), 1)
    for told in (views.snapshot(ROOM, room, PUBLIC), views.receipts(room, ASKERS[1].actor)):
        assert "rules" not in told
        assert not {"flags", "device", "burst", "blocked"} & set(text_of(told).split('"'))
    assert ASKERS[1].actor not in text_of(staff), "a device is told by its number here"


def test_a_question_from_the_hall_has_no_receipt_and_says_where_it_comes_from() -> None:
    before = described()
    room = done(before, command.Transcribe("Und der Saal?", "de"))
    assert views.receipts(room, MODERATOR.actor) == {}
    asked = event.QuestionAsked(1, "Und der Saal?", "de", None, None, None)
    assert views.changed_receipts(before, room, asked) == {}
    told = views.snapshot(ROOM, done(room, command.Approve(1)), PUBLIC)["question/1"]
    assert isinstance(told, wire.QuestionView)
    assert told.origin == "hall"


def test_moderators_are_told_of_a_burst_of_first_votes_and_others_are_not() -> None:
    room = done(with_questions("Eins?"), command.Approve(1))
    cast = event.VotesCast(tuple(event.VoteChange(1, f"device:{n}", True) for n in range(BURST_VOTES)))
    after = apply(room, event.Happened(room.seq + 1, 5, "system", "", cast))
    put, _ = views.change(ROOM, room, after, cast, STAFF)
    assert isinstance(put["question/1"], wire.StaffQuestionView)
    assert put["question/1"].burst == wire.BurstView(BURST_VOTES, 5)
    assert views.change(ROOM, room, after, cast, PUBLIC) == ({}, ())
    assert views.votes(after) == {"1": BURST_VOTES}, "a vote is never discounted"


def test_a_late_joiner_is_told_what_is_on_air_what_was_answered_and_where_this_is() -> None:
    room = done(with_questions("Eins?", "Zwei?"), command.Approve(1), command.Approve(2), command.Air(1, None))
    room = done(room, command.Air(2, 1))
    for audience in (PUBLIC, STAFF):
        told = views.snapshot(ROOM, room, audience)
        assert isinstance(told["stage"], wire.StageView)
        assert told["stage"].on_air == 2
        answered = told["question/1"]
        assert isinstance(answered, wire.QuestionView | wire.StaffQuestionView)
        assert answered.state == "answered"
        assert isinstance(told["room"], wire.RoomView)
        assert told["room"].id == ROOM, "the page's address, and so the code that leads to it, follows from it"


def test_when_a_colleague_marks_it_answered_the_prompter_is_told_with_the_same_number() -> None:
    room = done(with_questions("Eins?"), command.Enqueue(1, "ulm"), command.Air(1, None))
    after = done(room, command.Answer(1))
    put, _ = views.change(ROOM, room, after, event.QuestionAnswered(1), Audience("speaker", "ulm"))
    assert isinstance(put["prompt"], wire.PromptView)
    assert put["prompt"].on_air is None
