"""Running orders: total functions on tuples of question numbers.

Moderators say whom a question shall follow, never at which place: places shift under a colleague's hand.
"""

from moderation.refusal import Code, Refused

Queue = tuple[int, ...]

PANEL = "panel"
"""The name of the running order that belongs to the whole panel."""


def without(queue: Queue, number: int) -> Queue:
    """The queue without number, unchanged when it does not stand there."""
    return tuple(entry for entry in queue if entry != number)


def appended(queue: Queue, number: int) -> Queue:
    """The queue with number last, once."""
    return (*without(queue, number), number)


def restored(queue: Queue, number: int, former: Queue) -> Queue:
    """The queue with number where it stood in its former form: behind the nearest predecessor that is still there."""
    rest = without(queue, number)
    ahead = former[: former.index(number)] if number in former else former
    place = next((rest.index(entry) + 1 for entry in reversed(ahead) if entry in rest), 0)
    return (*rest[:place], number, *rest[place:])


def moved(queue: Queue, number: int, after: int | None) -> Queue:
    """The queue with number right behind after, or first when after is None.

    Refused(not_in_this_state) when number does not stand in the queue, Refused(neighbour_gone) when after
    does not (or is the same question).
    """
    if number not in queue:
        raise Refused(Code.NOT_IN_THIS_STATE)
    rest = without(queue, number)
    if after is None:
        return (number, *rest)
    if after not in rest:
        raise Refused(Code.NEIGHBOUR_GONE)
    place = rest.index(after) + 1
    return (*rest[:place], number, *rest[place:])
