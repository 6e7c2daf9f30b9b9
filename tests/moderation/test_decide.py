import pytest

from moderation import command, event, policy
from moderation.decide import decide
from moderation.policy import Role, Who
from moderation.question import State
from moderation.queue import PANEL
from moderation.refusal import Code, Refused
from tests.moderation.rooms import (
    ASKERS,
    DESCRIBE,
    MINUTE,
    MODERATOR,
    SYSTEM,
    described,
    done,
    play,
    with_questions,
)


def refused(room, wanted, who=MODERATOR, now=100 * MINUTE) -> Code:
    with pytest.raises(Refused) as raised:
        decide(room, wanted, who, now)
    return raised.value.code


def test_questions_are_numbered_from_one_without_a_gap() -> None:
    assert list(with_questions("Eins?", "Zwei?", "Drei?").questions) == [1, 2, 3]


def test_a_question_is_not_public_before_a_moderator_said_so() -> None:
    assert not with_questions("Eins?").questions[1].is_public


def test_an_unknown_panellist_cannot_be_asked() -> None:
    assert refused(described(), command.Ask("?!", "de", addressee="nobody"), ASKERS[0]) is Code.UNKNOWN_PANELLIST


def test_a_device_that_asks_too_often_is_told_when_it_may_again() -> None:
    room = described()
    for second in range(policy.ASKS_PER_WINDOW):
        room, _ = play(room, command.Ask(f"{second}?", "de"), ASKERS[0], 1000 * second)
    with pytest.raises(Refused) as raised:
        decide(room, command.Ask("mehr?", "de"), ASKERS[0], 10_000)
    assert raised.value.code is Code.TOO_MANY_QUESTIONS
    assert raised.value.retry_after == policy.ASK_WINDOW - 10_000
    assert decide(room, command.Ask("mehr?", "de"), ASKERS[0], 10_000 + raised.value.retry_after)
    assert decide(room, command.Ask("auch?", "de"), ASKERS[1], 10_000), "a neighbour is not held up"


@pytest.mark.parametrize(
    "late",
    [
        command.Approve(1, seen=State.SUBMITTED),
        command.Hold(1, seen=State.SUBMITTED),
        command.Decline(1, "off_topic", seen=State.SUBMITTED),
        command.Merge(1, 2, seen=State.SUBMITTED),
        command.Enqueue(1, "ulm", seen=State.SUBMITTED),
        command.Reply(1, "Ja.", seen=State.SUBMITTED),
        command.Defer(1, "Amt", seen=State.SUBMITTED),
    ],
    ids=lambda wanted: type(wanted).__name__,
)
def test_who_decides_on_what_a_colleague_has_decided_meanwhile_is_refused(late: command.Decision) -> None:
    room = with_questions("Eins?", "Zwei?")
    assert decide(room, late, MODERATOR, 100 * MINUTE)
    assert refused(done(room, command.Enqueue(1, "ziemer")), late) is Code.NOT_IN_THIS_STATE


def test_votes_are_for_public_questions_and_count_once() -> None:
    room = with_questions("Eins?")
    assert refused(room, command.Vote(1, True), ASKERS[1]) is Code.UNKNOWN_QUESTION
    room = done(room, command.Approve(1))
    room = done(room, command.Vote(1, True), command.Vote(1, True), who=ASKERS[1])
    assert room.votes[1] == {"device:b"}
    assert done(room, command.Vote(1, False), who=ASKERS[1]).votes[1] == frozenset()


def test_only_the_asker_can_withdraw_and_a_stranger_learns_nothing() -> None:
    room = with_questions("Eins?")
    assert refused(room, command.Withdraw(1), ASKERS[1]) is Code.UNKNOWN_QUESTION
    assert done(room, command.Withdraw(1), who=ASKERS[0]).questions[1].state is State.WITHDRAWN


def test_a_question_on_air_cannot_be_withdrawn() -> None:
    room = done(with_questions("Eins?"), command.Approve(1), command.Air(1, None))
    assert refused(room, command.Withdraw(1), ASKERS[0]) is Code.NOT_IN_THIS_STATE


def test_a_decline_needs_a_reason_from_the_list() -> None:
    room = with_questions("Eins?")
    assert refused(room, command.Decline(1, "because")) is Code.UNKNOWN_REASON
    declined = done(room, command.Decline(1, "off_topic", " Bitte  zum Thema. ")).questions[1]
    assert (declined.state, declined.reason, declined.note) == (State.DECLINED, "off_topic", "Bitte zum Thema.")


def test_a_declined_question_taken_up_again_forgets_the_reason() -> None:
    room = done(with_questions("Eins?"), command.Decline(1, "off_topic", "Nein."), command.Approve(1))
    assert (room.questions[1].reason, room.questions[1].note) == (None, None)


def test_a_question_stands_in_one_running_order_at_most() -> None:
    room = done(with_questions("Eins?"), command.Enqueue(1, "ulm"), command.Enqueue(1, PANEL))
    assert room.queues == {"ulm": (), PANEL: (1,)}
    assert done(room, command.Approve(1)).queues[PANEL] == ()


def test_a_moderator_orders_by_neighbour() -> None:
    room = done(with_questions("1?", "2?", "3?"), *(command.Enqueue(n, "ulm") for n in (1, 2, 3)))
    assert done(room, command.Move(3, 1)).queues["ulm"] == (1, 3, 2)
    assert done(room, command.Move(3, None)).queues["ulm"] == (3, 1, 2)
    assert refused(done(room, command.Approve(1)), command.Move(3, 1)) is Code.NEIGHBOUR_GONE


def test_putting_on_air_answers_the_one_the_moderator_saw() -> None:
    room = done(with_questions("1?", "2?"), command.Approve(1), command.Approve(2), command.Air(1, None))
    room = done(room, command.Air(2, 1))
    assert room.on_air == 2
    assert room.questions[1].state is State.ANSWERED


def test_the_loser_of_a_race_for_the_stage_is_refused() -> None:
    room = done(with_questions("1?", "2?"), command.Approve(1), command.Approve(2), command.Air(1, None))
    assert refused(room, command.Air(2, None)) is Code.STAGE_CHANGED


def test_a_question_on_air_belongs_to_whom_it_was_asked() -> None:
    room = done(described(), command.Ask("Frau Bohle?", "de", addressee="bohle"), who=ASKERS[0])
    room = done(room, command.Approve(1), command.Air(1, None))
    assert room.questions[1].queue == "bohle"


def test_a_question_put_back_leaves_the_stage_empty() -> None:
    room = done(with_questions("1?"), command.Enqueue(1, "ulm"), command.Air(1, None), command.Enqueue(1, "ulm"))
    assert room.on_air is None
    assert room.queues["ulm"] == (1,)


def test_what_changes_nothing_leaves_no_event() -> None:
    room = done(with_questions("1?"), command.Enqueue(1, "ulm"))
    assert decide(room, command.Enqueue(1, "ulm"), MODERATOR, 0) == ()
    assert decide(room, command.Move(1, None), MODERATOR, 0) == ()


def test_every_command_has_its_decision() -> None:
    room = described()
    for wanted in (command.Approve(9), command.Decline(9, "other"), command.Enqueue(9, PANEL), command.Move(9, None)):
        assert refused(room, wanted) is Code.UNKNOWN_QUESTION
    assert refused(room, command.Air(9, None)) is Code.UNKNOWN_QUESTION
    assert refused(room, command.Answer(9)) is Code.UNKNOWN_QUESTION
    assert refused(room, command.Vote(9, True), ASKERS[0]) is Code.UNKNOWN_QUESTION
    assert decide(room, command.Revoke("x"), Who(Role.SYSTEM, "system"), 0) == (event.LinkRevoked("x"),)


def test_undo_returns_a_question_to_its_place_in_the_queue() -> None:
    room = done(with_questions("1?", "2?", "3?"), *(command.Enqueue(n, "ulm") for n in (1, 2, 3)))
    aired = done(room, command.Air(2, None))
    undone = done(aired, command.Undo(2, aired.seq))
    assert (undone.queues, undone.on_air, undone.questions) == (room.queues, None, room.questions)
    moved = done(room, command.Move(3, None))
    assert done(moved, command.Undo(3, moved.seq)).queues["ulm"] == (1, 2, 3)


def test_undo_of_a_change_on_stage_gives_the_stage_back() -> None:
    room = done(with_questions("1?", "2?"), command.Approve(1), command.Approve(2), command.Air(1, None))
    changed = done(room, command.Air(2, 1))
    undone = done(changed, command.Undo(2, changed.seq))
    assert (undone.on_air, undone.questions) == (1, room.questions)


def test_undo_is_refused_when_somebody_acted_in_between() -> None:
    room = done(with_questions("1?", "2?"), command.Approve(1))
    step = room.seq
    assert refused(room, command.Undo(2, step)) is Code.CHANGED_SINCE
    assert refused(done(room, command.Enqueue(1, PANEL)), command.Undo(1, step)) is Code.CHANGED_SINCE
    assert refused(done(room, command.Withdraw(1), who=ASKERS[0]), command.Undo(1, step)) is Code.CHANGED_SINCE
    assert refused(done(room, command.Undo(1, step)), command.Undo(1, step)) is Code.CHANGED_SINCE


def test_undo_never_pushes_another_question_off_the_stage() -> None:
    room = done(with_questions("1?", "2?"), command.Approve(1), command.Approve(2), command.Air(1, None))
    room = done(room, command.Answer(1))
    step = room.seq
    assert refused(done(room, command.Air(2, None)), command.Undo(1, step)) is Code.STAGE_CHANGED


def test_undo_into_the_queue_of_somebody_who_left_the_panel_is_refused() -> None:
    room = done(with_questions("1?"), command.Enqueue(1, "ulm"), command.Approve(1))
    step = room.seq
    gone = command.Describe("t", "p", "de", (), ())
    assert refused(done(room, gone, who=SYSTEM), command.Undo(1, step)) is Code.UNKNOWN_PANELLIST


def test_what_waits_for_somebody_who_left_the_panel_goes_on_to_all_of_it() -> None:
    room = done(with_questions("1?", "2?", "3?", "4?"), command.Enqueue(1, PANEL), command.Enqueue(4, "bohle"))
    room = done(room, command.Enqueue(3, "ulm"), command.Enqueue(2, "ulm"))
    room = done(room, command.Describe("t", "p", "de", DESCRIBE.panellists[:1], ()), who=SYSTEM)
    assert room.queues == {PANEL: (1, 3, 2), "bohle": (4,), "ulm": ()}
    assert {room.questions[number].queue for number in (1, 2, 3)} == {PANEL}


def test_every_step_of_a_moderator_can_be_undone() -> None:
    room = done(with_questions("1?", "2?"), command.Enqueue(1, "ulm"))
    for wanted in (
        command.Approve(1),
        command.Hold(1),
        command.Decline(1, "other", "Nein."),
        command.Merge(1, into=2),
        command.Enqueue(1, PANEL),
        command.Air(1, None),
        command.Reply(1, "Ja."),
        command.Defer(1, "Frau Weber"),
        command.Edit(1, "Eins?"),
    ):
        after = done(room, wanted)
        undone = done(after, command.Undo(1, after.seq))
        assert undone.questions == room.questions
        assert undone.queues["ulm"] == (1,)
        assert undone.on_air is None
        assert not undone.merged(2)


def test_a_question_is_merged_into_one_that_goes_on() -> None:
    room = done(with_questions("1?", "2?", "3?"), command.Merge(2, into=1))
    assert refused(room, command.Merge(3, into=2)) is Code.NOT_IN_THIS_STATE
    assert refused(room, command.Merge(3, into=3)) is Code.NOT_IN_THIS_STATE
    assert refused(room, command.Merge(2, into=3)) is Code.NOT_IN_THIS_STATE
    room = done(room, command.Merge(1, into=3))
    assert sorted(room.merged(3)) == [1, 2], "what was merged goes along"
    assert done(room, command.Separate(1)).merged(3) == ()
    assert done(room, command.Separate(1)).merged(1) == (2,)


def test_undo_never_merges_in_a_circle() -> None:
    room = done(with_questions("1?", "2?"), command.Merge(1, into=2), command.Separate(1))
    step = room.seq
    room = done(room, command.Merge(2, into=1))
    assert refused(room, command.Undo(1, step)) is Code.CHANGED_SINCE


def test_a_withdrawn_question_gives_back_those_merged_into_it() -> None:
    room = done(described(), command.Ask("1?", "de"), who=ASKERS[0])
    room = done(room, command.Ask("2?", "de"), who=ASKERS[1])
    room = done(room, command.Merge(2, into=1))
    room = done(room, command.Withdraw(1), who=ASKERS[0])
    assert room.questions[2].state is State.SUBMITTED
    assert refused(room, command.Undo(2, room.former[2].step)) is Code.CHANGED_SINCE


def test_a_deferred_question_needs_somebody_who_answers_it() -> None:
    room = with_questions("1?")
    assert refused(room, command.Defer(1, "  ")) is Code.TEXT_EMPTY
    assert done(room, command.Defer(1, "Frau Weber", " Ende  November ")).questions[1].due == "Ende November"


def test_an_edit_keeps_the_first_wording() -> None:
    room = done(with_questions("1?"), command.Edit(1, "Eins?"), command.Edit(1, "Nr. eins?"))
    assert (room.questions[1].text, room.questions[1].original) == ("Nr. eins?", "1?")
    assert done(room, command.Edit(1, "1?")).questions[1].original is None
    assert decide(room, command.Edit(1, "Nr. eins?"), MODERATOR, 0) == ()
    assert refused(done(room, command.Withdraw(1), who=ASKERS[0]), command.Edit(1, "x")) is Code.NOT_IN_THIS_STATE


def test_who_writes_over_what_a_colleague_wrote_meanwhile_is_refused() -> None:
    room = done(with_questions("1?"), command.Edit(1, "Eins?", "1?"), command.Reply(1, "Ja.", ""))
    assert refused(room, command.Edit(1, "Nr. 1?", "1?")) is Code.CHANGED_SINCE
    assert refused(room, command.Reply(1, "Nein.", "")) is Code.CHANGED_SINCE
    assert decide(room, command.Edit(1, "Eins?", "1?"), MODERATOR, 0) == ()
    assert done(room, command.Reply(1, "Doch.", "Ja.")).questions[1].answer == "Doch."


def test_an_answer_in_writing_can_be_corrected() -> None:
    room = done(with_questions("1?"), command.Reply(1, "Ja."))
    assert decide(room, command.Reply(1, "Ja."), MODERATOR, 0) == ()
    assert done(room, command.Reply(1, "Ja, im Mai.")).questions[1].answer == "Ja, im Mai."
    assert done(room, command.Enqueue(1, PANEL)).questions[1].answer is None
