from hypothesis import given

from moderation import command
from moderation.count import Count, count
from tests.moderation.rooms import ASKERS, described, done, few, played, steps, with_questions


def test_a_room_without_questions_counts_nothing() -> None:
    assert count(described()) == Count(0, 0, 0, {}, {})


def test_every_question_is_counted_where_it_stands() -> None:
    room = with_questions("Eins?", "Zwei?", "Drei?", "Vier?", "Fünf?", "Sechs?")
    room = done(room, command.Enqueue(1, "ulm"), command.Air(1, None), command.Answer(1), command.Approve(2))
    room = done(room, command.Decline(3, "off_topic"), command.Decline(4, "off_topic"), command.Decline(5, "no_time"))
    assert count(room) == Count(6, 2, 1, {"submitted": 1, "declined": 3}, {"no_time": 1, "off_topic": 2})
    withdrawn = done(room, command.Withdraw(6), who=ASKERS[0])
    assert count(withdrawn).others == {"declined": 3, "withdrawn": 1}


@few
@given(steps)
def test_the_parts_are_the_whole(script) -> None:
    for _, _, room in played(script):
        told = count(room)
        assert told.asked == len(room.questions) == told.shown + sum(told.others.values())
        assert told.shown == len([q for q in room.questions.values() if q.is_public]) >= told.answered
        assert sum(told.reasons.values()) == told.others.get("declined", 0)
