"""Many commands decided at once."""

import pytest

from moderation import command
from moderation.event import QuestionAired, QuestionAnswered, QuestionAsked, VotesCast
from moderation.policy import Role, Who
from moderation.refusal import Code
from moderation.room import Room
from podium import wire
from podium.batch import Want, decide_all, refused_by_store
from tests.moderation.rooms import ASKERS, MODERATOR, described, done, with_questions

NOW = 1_000_000_000


def want(wanted: command.Command, identifier: str = "c1", who: Who = ASKERS[0], link: str | None = None) -> Want:
    return Want(who, identifier, wanted, lambda _: None, link)


def kinds(room: Room, *wants: Want) -> list[type]:
    return [type(step.happened.event) for step in decide_all(room, wants, NOW).steps]


def test_each_command_is_decided_against_the_room_the_ones_before_have_made():
    wants = (
        want(command.Ask("Frage", "de"), "a1"),
        want(command.Approve(1), "m1", MODERATOR),
        want(command.Air(1, None), "m2", MODERATOR),
    )
    decided = decide_all(described(), wants, NOW)
    assert decided.answers == (wire.Ack("a1", 2, 1), wire.Ack("m1", 3), wire.Ack("m2", 4))
    assert [step.happened.seq for step in decided.steps] == [2, 3, 4]
    assert decided.steps[-1].after.on_air == 1


def test_a_refused_command_stops_no_other():
    wants = (want(command.Approve(9), "m1", MODERATOR), want(command.Ask("Frage", "de"), "a1"))
    assert decide_all(described(), wants, NOW).answers == (
        wire.Refusal("m1", Code.UNKNOWN_QUESTION),
        wire.Ack("a1", 2, 1),
    )


def test_the_same_command_twice_in_one_batch_happens_once():
    decided = decide_all(described(), [want(command.Ask("Frage", "de"))] * 3, NOW)
    assert len(decided.steps) == 1
    assert set(decided.answers) == {wire.Ack("c1", 2, 1)}


def test_a_command_with_two_events_is_acknowledged_with_the_number_of_the_last():
    room = done(with_questions("Eins", "Zwei"), command.Approve(1), command.Approve(2), command.Air(1, None))
    decided = decide_all(room, [want(command.Air(2, 1), "m1", MODERATOR)], NOW)
    assert [type(step.happened.event) for step in decided.steps] == [QuestionAnswered, QuestionAired]
    assert decided.answers == (wire.Ack("m1", room.seq + 2),)


def test_votes_become_one_event_after_everything_else():
    room = done(with_questions("Eins"), command.Approve(1))
    votes = [want(command.Vote(1, support=True), f"v{n}", asker) for n, asker in enumerate(ASKERS)]
    wants = (votes[0], want(command.Ask("Zwei", "de"), "a1"), *votes[1:])
    assert kinds(room, *wants) == [QuestionAsked, VotesCast]
    decided = decide_all(room, wants, NOW)
    assert {answer.seq for answer in decided.answers if answer.id != "a1"} == {room.seq + 2}
    assert len(decided.steps[-1].after.votes[1]) == 3


def test_a_vote_given_and_taken_back_in_one_moment_leaves_no_event():
    room = done(with_questions("Eins"), command.Approve(1))
    wants = (want(command.Vote(1, support=True), "v1"), want(command.Vote(1, support=False), "v2"))
    decided = decide_all(room, wants, NOW)
    assert decided.steps == ()
    assert decided.answers == (wire.Ack("v1", room.seq), wire.Ack("v2", room.seq))


def test_a_vote_taken_back_and_given_again_keeps_the_vote():
    room = done(with_questions("Eins"), command.Approve(1))
    room = done(room, command.Vote(1, support=True), who=ASKERS[0])
    wants = (want(command.Vote(1, support=False), "v1"), want(command.Vote(1, support=True), "v2"))
    assert decide_all(room, wants, NOW).steps == ()


def test_a_vote_for_what_is_declined_in_the_same_moment_is_refused():
    room = done(with_questions("Eins"), command.Approve(1))
    wants = (want(command.Vote(1, support=True), "v1"), want(command.Decline(1, "other"), "m1", MODERATOR))
    assert decide_all(room, wants, NOW).answers[0] == wire.Refusal("v1", Code.UNKNOWN_QUESTION)


@pytest.mark.parametrize("wanted", [command.Approve(1), command.Vote(1, support=True)])
def test_nothing_is_done_by_a_link_that_is_revoked(wanted):
    room = done(with_questions("Eins"), command.Revoke("m1"), who=Who(Role.SYSTEM, "system"))
    decided = decide_all(room, [want(wanted, "x", MODERATOR, link="m1")], NOW)
    assert decided.steps == ()
    assert decided.answers == (wire.Refusal("x", Code.TOKEN_REVOKED),)


def test_a_store_that_refuses_stops_only_what_would_be_written():
    room = decide_all(described(), [want(command.Ask("Eins", "de"), "a1")], NOW).steps[-1].after
    wants = (
        want(command.Ask("Eins", "de"), "a1"),
        want(command.Ask("Zwei", "de"), "a2"),
        want(command.Approve(1), "a3"),
    )
    assert refused_by_store(room, wants, NOW, Code.STORAGE_FULL, 1_000) == (
        wire.Ack("a1", 2, 1),
        wire.Refusal("a2", Code.STORAGE_FULL, 1_000),
        wire.Refusal("a3", Code.NOT_ALLOWED),
    )


def test_what_was_redacted_is_not_said_to_be_gone_while_the_store_may_keep_traces_of_it():
    redact = want(command.Redact(1, passages=("Eins",), name=False), "r1", MODERATOR)
    room = decide_all(with_questions("Eins"), (redact,), NOW).steps[-1].after
    refused = (wire.Refusal("r1", Code.STORAGE_BUSY, 1_000),)
    assert refused_by_store(room, (redact,), NOW, Code.STORAGE_BUSY, 1_000) == refused
