from moderation.bursts import BURST_VOTES, BURST_WINDOW, Burst, Turnout, turned_out
from moderation.event import VoteChange


def votes(first: int, count: int, question: int = 1) -> tuple[VoteChange, ...]:
    return tuple(VoteChange(question, f"device:{number}", True) for number in range(first, first + count))


def test_many_first_votes_for_one_question_in_a_short_time_are_a_burst() -> None:
    turnout = turned_out(Turnout(), votes(0, BURST_VOTES // 2), at=0)
    assert turnout.bursts == {}
    turnout = turned_out(turnout, votes(BURST_VOTES // 2, BURST_VOTES // 2), at=BURST_WINDOW - 1)
    assert turnout.bursts == {1: Burst(BURST_VOTES, BURST_WINDOW - 1)}
    larger = turned_out(turnout, votes(BURST_VOTES, 5), at=BURST_WINDOW - 1)
    assert larger.bursts[1].votes == BURST_VOTES + 5
    assert turned_out(larger, votes(100, BURST_VOTES), at=9 * BURST_WINDOW).bursts == larger.bursts, "the largest stays"


def test_the_same_votes_over_a_longer_time_are_none() -> None:
    turnout = Turnout()
    for number in range(3 * BURST_VOTES):
        turnout = turned_out(turnout, votes(number, 1), at=number * BURST_WINDOW // 10)
    assert turnout.bursts == {}
    assert len(turnout.recent) <= 10, "no more is remembered than a window holds"


def test_devices_that_voted_before_and_votes_for_many_questions_are_none() -> None:
    known = turned_out(Turnout(), votes(0, BURST_VOTES - 1), at=0)
    assert turned_out(known, votes(0, BURST_VOTES - 1, question=2), at=1) == known
    spread = Turnout()
    for question in range(1, 6):
        spread = turned_out(spread, votes(100 * question, BURST_VOTES - 1, question), at=0)
    assert spread.bursts == {}
    assert turned_out(known, (VoteChange(1, "device:x", False),), at=1) == known
