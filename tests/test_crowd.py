"""People are counted over all nodes, each once."""

from podium.crowd import Count, Crowd
from podium.hearsay import MILLISECONDS
from tests.clock import SettableClock


def test_attendees_and_viewers_of_all_nodes_are_added_up() -> None:
    clock = SettableClock()
    here, there = Crowd(clock), Crowd(clock)
    here.come()
    here.come()
    here.go()
    there.come()
    there.watch("programme", 4)  # one of them is this node, which pulls
    here.watch("programme", 2 - 1)
    assert here.heard("there", there.own())
    assert not here.heard("there", there.own()), "nothing new"
    assert there.heard("here", here.own())
    for crowd in (here, there):
        assert (crowd.attending, crowd.viewers) == (2, {"programme": 5})
    clock.advance(MILLISECONDS)
    assert (there.attending, there.viewers) == (1, {"programme": 4})


def test_a_feed_that_is_not_live_here_has_no_viewers_here() -> None:
    crowd = Crowd(SettableClock())
    crowd.heard("there", Count(0, {"programme": 4}))
    assert crowd.viewers == {}
    crowd.watch("programme", -1)
    crowd.heard("there", Count())
    assert crowd.viewers == {"programme": 0}
    crowd.watch("programme", None)
    assert crowd.viewers == {}
