from moderation import command
from moderation.count import Count, count
from tests.moderation.rooms import ASKERS, described, done, with_questions


def test_a_room_without_questions_counts_nothing() -> None:
    assert count(described()) == Count(0, 0, 0, {}, {})


def test_every_question_is_counted_where_it_stands() -> None:
    room = with_questions("Eins?", "Zwei?", "Drei?", "Vier?", "Fünf?", "Sechs?")
    room = done(room, command.Enqueue(1, "ulm"), command.Air(1, None), command.Answer(1), command.Approve(2))
    room = done(room, command.Decline(3, "off_topic"), command.Decline(4, "off_topic"), command.Decline(5, "no_time"))
    assert count(room) == Count(6, 2, 1, {"submitted": 1, "declined": 3}, {"no_time": 1, "off_topic": 2})
    withdrawn = done(room, command.Withdraw(6), who=ASKERS[0])
    assert count(withdrawn).others == {"declined": 3, "withdrawn": 1}
