from podium.entities import ColleagueView
from podium.hearsay import MILLISECONDS
from podium.presence import CLAIM, Presence
from tests.clock import SettableClock


def test_who_looks_at_a_question_is_seen_until_the_look_expires() -> None:
    clock = SettableClock(1_000)
    presence = Presence("a", clock)
    sibel, jo = presence.enter(), presence.enter()
    presence.look(sibel, 57, "Sibel")
    seen = ColleagueView(sibel, "Sibel", 57, 1_000 + CLAIM)
    assert presence.colleagues() == (seen, ColleagueView(jo, None, None, None))
    clock.advance(CLAIM - 1)
    assert presence.colleagues()[0] == seen
    clock.advance(1)
    assert presence.colleagues()[0] == ColleagueView(sibel, "Sibel", None, None)
    presence.look(sibel, 57, "Sibel")
    assert presence.colleagues()[0].question == 57
    presence.look(sibel, None, "Sibel")
    assert presence.colleagues()[0].until is None


def test_who_leaves_is_gone() -> None:
    presence = Presence("a", SettableClock())
    presence.leave(identifier := presence.enter())
    presence.leave(identifier)
    assert presence.colleagues() == ()


def test_colleagues_of_other_nodes_are_seen_as_long_as_their_node_is_heard_of() -> None:
    clock = SettableClock()
    here, there = Presence("here", clock), Presence("there", clock)
    there.look(there.enter(), 3, "Jo")
    assert here.heard("there", there.own())
    assert not here.heard("there", there.own()), "nothing new"
    assert [colleague.name for colleague in here.colleagues()] == ["Jo"]
    clock.advance(MILLISECONDS)
    assert here.colleagues() == ()
