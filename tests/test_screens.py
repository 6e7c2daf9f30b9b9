"""The prompters as the host sees them."""

from podium.hearsay import MILLISECONDS
from podium.screens import GONE_KEPT, SCREENS_LIMIT, Screens
from podium.wire import Reading, Screen
from tests.clock import SettableClock

LAPTOP = Screen("Laptop vorn", 1280, 720, "script", 12, "?ground=light", Reading(7, 0.5, 120, True, 60_000))


def test_a_screen_is_seen_with_what_it_says_of_itself() -> None:
    clock = SettableClock(1_000)
    screens = Screens("a", clock)
    identifier = screens.enter("ulm")
    assert identifier is not None
    clock.advance(2_000)
    screens.report(identifier, LAPTOP)
    (screen,) = screens.all()
    assert (screen.place, screen.name, screen.width, screen.height) == ("ulm", "Laptop vorn", 1280, 720)
    assert (screen.mode, screen.look, screen.reading) == (LAPTOP.mode, LAPTOP.look, LAPTOP.reading)
    assert (screen.round_trip, screen.since, screen.seen, screen.gone) == (12, 1_000, 3_000, None)


def test_a_lost_screen_is_shown_as_lost_until_its_place_has_one_again() -> None:
    clock = SettableClock(1_000)
    screens = Screens("a", clock)
    first, other = screens.enter("ulm"), screens.enter("ziemer")
    assert first is not None
    assert other is not None
    screens.leave(first)
    screens.leave(other)
    screens.leave("unknown")
    assert [screen.gone for screen in screens.all()] == [1_000, 1_000]
    screens.enter("ulm")
    assert [(screen.place, screen.gone) for screen in screens.all()] == [("ziemer", 1_000), ("ulm", None)]
    clock.advance(GONE_KEPT)
    assert [screen.place for screen in screens.all()] == ["ulm"]


def test_two_screens_of_one_place_are_both_seen() -> None:
    screens = Screens("a", SettableClock())
    screens.enter("ulm")
    screens.enter("ulm")
    assert len(screens.all()) == 2


def test_the_list_has_an_end() -> None:
    screens = Screens("a", SettableClock())
    identifiers = [screens.enter("ulm") or "" for _ in range(SCREENS_LIMIT)]
    assert screens.enter("ulm") is None
    assert len(screens.all()) == SCREENS_LIMIT
    for identifier in identifiers:
        screens.leave(identifier)
    assert screens.enter("ulm"), "whoever comes back takes the place of those who went"


def test_screens_of_other_nodes_are_seen_as_long_as_their_node_is_heard_of() -> None:
    clock = SettableClock()
    here, there = Screens("here", clock), Screens("there", clock)
    there.enter("ulm")
    assert here.heard("there", there.own())
    assert not here.heard("there", there.own()), "nothing new"
    assert [screen.place for screen in here.all()] == ["ulm"]
    clock.advance(MILLISECONDS)
    assert here.all() == ()
