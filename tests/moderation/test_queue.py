import pytest

from moderation.queue import appended, moved, restored, without
from moderation.refusal import Code, Refused


@pytest.mark.parametrize(("after", "expected"), [(None, (3, 1, 2)), (1, (1, 3, 2)), (2, (1, 2, 3))])
def test_a_question_is_placed_behind_its_neighbour(after: int | None, expected: tuple[int, ...]) -> None:
    assert moved((1, 2, 3), 3, after) == expected


@pytest.mark.parametrize("after", [9, 3])
def test_a_neighbour_that_is_gone_is_refused(after: int) -> None:
    with pytest.raises(Refused) as refused:
        moved((1, 2, 3), 3, after)
    assert refused.value.code is Code.NEIGHBOUR_GONE


def test_a_question_that_does_not_stand_there_cannot_be_moved() -> None:
    with pytest.raises(Refused) as refused:
        moved((1, 2), 3, None)
    assert refused.value.code is Code.NOT_IN_THIS_STATE


# Numbers are only told apart, so one queue of each length stands for all of them.
@pytest.mark.parametrize("queue", [tuple(range(1, length + 1)) for length in range(7)])
def test_moving_keeps_every_other_question_in_its_order(queue: tuple[int, ...]) -> None:
    for number in queue:
        for after in (None, *without(queue, number)):
            result = moved(queue, number, after)
            assert without(result, number) == without(queue, number)
            place = result.index(number)
            assert (result[place - 1] if place else None) == after


def test_appending_puts_a_question_last_and_only_there() -> None:
    for length in range(5):
        queue = tuple(range(1, length + 1))
        for number in (*queue, 9):
            assert appended(queue, number) == (*without(queue, number), number)


def test_a_question_comes_back_behind_the_neighbour_it_had() -> None:
    assert restored((1, 3), 2, (1, 2, 3)) == (1, 2, 3)
    assert restored((3, 1), 2, (1, 2, 3)) == (3, 1, 2)
    assert restored((3,), 2, (1, 2, 3)) == (2, 3)
    assert restored((), 2, (1, 2, 3)) == (2,)
    assert restored((1, 2, 3), 3, (3, 1, 2)) == (3, 1, 2)
