"""What holds in every room, whatever was commanded in it: by chance, with all that each part of the core promises."""

from hypothesis import given, settings

from moderation.apply import fold
from moderation.count import count
from moderation.event import Happened, QuestionRedacted
from moderation.fairness import fairness
from moderation.question import State
from moderation.room import Room
from tests.moderation.rooms import described, played, steps


@settings(max_examples=40, deadline=None)
@given(steps)
def test_whatever_is_commanded_the_room_stays_whole(script) -> None:
    history = played(script)
    for before, happened, after in history:
        every_question_is_in_one_place(after)
        what_is_counted_is_the_whole(after)
        redacting_leaves_every_number_state_vote_and_queue_as_it_was(before, happened, after)
    for _, _, after in history[-3:]:
        shares_are_the_whole_and_what_is_suggested_waits(after)
    if history:
        assert fold(described(), [happened for _, happened, _ in history]) == history[-1][2], "the journal is enough"


def every_question_is_in_one_place(room: Room) -> None:
    standing = [number for queue in room.queues.values() for number in queue]
    queued = {n for n, q in room.questions.items() if q.state is State.QUEUED}
    assert sorted(standing) == sorted(queued), "each queued question stands in exactly one running order"
    on_air = [n for n, q in room.questions.items() if q.state is State.ON_AIR]
    assert on_air == ([] if room.on_air is None else [room.on_air])
    assert list(room.questions) == list(range(1, len(room.questions) + 1))


def what_is_counted_is_the_whole(room: Room) -> None:
    told = count(room)
    assert told.asked == len(room.questions) == told.shown + sum(told.others.values())
    assert told.shown == len([q for q in room.questions.values() if q.is_public]) >= told.answered
    assert sum(told.reasons.values()) == told.others.get("declined", 0)


def redacting_leaves_every_number_state_vote_and_queue_as_it_was(before: Room, happened: Happened, after: Room) -> None:
    if isinstance(happened.event, QuestionRedacted):
        assert (before.queues, before.votes, before.on_air, before.sources) == (
            after.queues,
            after.votes,
            after.on_air,
            after.sources,
        )
        assert [q.passages for q in before.questions.values()] == [q.passages for q in after.questions.values()]


def shares_are_the_whole_and_what_is_suggested_waits(room: Room) -> None:
    told = fairness(room, room.seq)
    counted = [q for q in room.questions.values() if q.state not in (State.WITHDRAWN, State.MERGED)]
    for shares in (told.panellists, told.affiliations, told.languages):
        assert sum(share.asked for share in shares) == len(counted)
    waits = any(q.state in (State.APPROVED, State.QUEUED) for q in counted)
    assert (told.next is not None) is waits
    if told.next is not None:
        assert room.questions[told.next.question].state in (State.APPROVED, State.QUEUED)
