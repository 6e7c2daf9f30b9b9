from moderation import command
from moderation.fairness import MINUTE, Criterion
from podium import wire
from podium.desk import Desk
from tests.clock import SettableClock
from tests.moderation.rooms import done, with_questions


def test_news_are_what_changed_since_the_last() -> None:
    desk, room = Desk("a", SettableClock()), with_questions("Eins?")
    first = desk.news(room)
    assert first is not None
    assert first.colleagues == ()
    assert first.fairness is not None
    assert desk.news(room) is None
    me = desk.presence.enter()
    here = desk.news(room)
    assert here is not None
    assert (here.fairness, [colleague.id for colleague in here.colleagues or ()]) == (None, [me])
    room = done(room, command.Approve(1))
    news = desk.news(room)
    assert news is not None
    assert news.colleagues is None
    assert news.fairness is not None
    assert news.fairness.next is not None
    assert news.fairness.next.question == 1


def test_whose_turn_it_would_be_is_counted_anew_while_somebody_speaks() -> None:
    clock, room = SettableClock(), with_questions("Eins?", "Zwei?", "Drei?")
    room = done(room, command.Enqueue(1, "ulm"), command.Enqueue(2, "ulm"), command.Enqueue(3, "bohle"))
    room, desk = done(room, command.Air(1, None), now=clock.now()), Desk("a", clock)
    desk.news(room)
    clock.advance(MINUTE)
    news = desk.news(room)
    assert news is not None
    assert news.fairness is not None
    assert news.fairness.next == wire.SuggestionView(3, (Criterion.LEAST_TIME,))


def test_who_comes_is_told_everything_and_who_they_are() -> None:
    desk, room = Desk("a", SettableClock()), with_questions("Eins?")
    desk.news(room)
    whole = desk.whole(room, me := desk.presence.enter())
    assert whole.me == me
    assert whole.colleagues is not None
    assert whole.fairness is not None


def test_desks_of_one_room_hear_of_each_other() -> None:
    here, there = Desk("here", SettableClock()), Desk("there", SettableClock())
    there.presence.enter()
    there.screens.enter("ulm")
    assert here.heard(there.message())
    assert not here.heard(there.message()), "nothing new"
    assert (len(here.presence.colleagues()), [screen.place for screen in here.screens.all()]) == (1, ["ulm"])


def test_the_own_message_and_what_is_none_are_not_news() -> None:
    desk = Desk("a", SettableClock())
    desk.presence.enter()
    assert not desk.heard(desk.message())
    depth = b"[" * 100_000 + b"]" * 100_000
    for noise in (b"{", b'{"node":"\xff"}', b'{"node":"x","colleagues":[],"screens":[],"more":' + depth + b"}"):
        assert not desk.heard(noise)
    assert len(desk.presence.colleagues()) == 1
