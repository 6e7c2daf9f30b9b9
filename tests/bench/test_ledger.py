"""Whatever is lost or doubled is counted; what is not, is not."""

import pytest

from podium.bench.ledger import Pictures, Spread, Verdict, freshness, questions, votes

PUT = {"question/1": {"state": "approved"}}


def test_quantiles_are_nearest_ranks_to_a_tenth_of_a_millisecond():
    spread = Spread()
    for milliseconds in range(1, 101):
        spread.add(milliseconds / 1000)
    spread.add(-0.00001)
    assert [spread.quantile(share) for share in (0.5, 0.95, 0.99, 1.0)] == [50.0, 95.0, 99.0, 100.0]
    both = Spread({5: 1})
    both.merge({5: 2, 7: 1})
    assert (both.size, both.quantile(0.5), both.quantile(1.0)) == (4, 0.5, 0.7)
    assert Spread().quantile(0.99) == 0.0


def seen() -> Pictures:
    """Two who were welcomed at 1 and told of 3 and 5, one by one or at once."""
    pictures = Pictures()
    for _ in range(2):
        pictures.whole(1, {"room": "a"})
    pictures.step(1, 3, PUT, ())
    pictures.step(3, 5, {"question/2": "b"}, ("question/1",))
    pictures.step(1, 5, {"question/2": "b"}, ("question/1",))
    return pictures


def test_several_ways_to_one_picture_lose_nothing():
    pictures = seen()
    pictures.tick(5, 6)
    pictures.tick(6, 6)
    pictures.step(3, 5, {"question/2": "b"}, ("question/1", "question/7"))
    pictures.whole(6, {"room": "a", "question/2": "b"})
    assert pictures.lost() == 0


@pytest.mark.parametrize(
    "told",
    [
        lambda pictures: pictures.tick(1, 4),  # 3 was left out
        lambda pictures: pictures.step(3, 5, {}, ("question/1",)),
        lambda pictures: pictures.step(3, 5, {"question/2": "other"}, ("question/1",)),
        lambda pictures: pictures.whole(1, {"room": "other"}),
        lambda pictures: pictures.step(5, 6, {"question/3": "c"}, ()) or pictures.tick(5, 6),
    ],
)
def test_whoever_has_another_picture_has_lost_something(told):
    pictures = seen()
    told(pictures)
    assert pictures.lost() == 1


def test_every_telling_that_differs_counts():
    pictures = seen()
    for _ in range(3):
        pictures.step(3, 5, {}, ("question/1",))
    assert pictures.lost() == 3


def test_questions_acknowledged_are_there_once():
    assert questions(["a"], ["a", "b"], ["a", "x", "x"]) == Verdict(0, 0), "what was not answered may be missing"
    assert questions(["a"], ["a", "b"], ["a", "b"]) == Verdict(0, 0), "or not"
    assert questions(["a", "b"], ["a", "b"], ["b", "b", "b"]) == Verdict(1, 2)


def test_votes_acknowledged_are_counted_once():
    assert votes({1: 2}, {1: 3}, {1: 2}) == votes({1: 2}, {1: 3}, {1: 3}) == Verdict(0, 0)
    assert votes({1: 2, 2: 1}, {1: 2, 2: 1}, {1: 5}) == Verdict(1, 3)


def test_a_vote_is_fresh_with_the_first_tally_that_has_it():
    sent = [(1, 10.0), (1, 10.2), (2, 10.1)]
    delays = freshness(sent, [(1, 1, 10.25), (2, 1, 10.5), (1, 2, 10.5), (1, 2, 10.75), (3, 9, 10.75)])
    assert delays == pytest.approx([0.25, 0.4, 0.3])
