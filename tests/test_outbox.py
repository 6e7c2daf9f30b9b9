"""What waits for one client is bounded; what it asked for is answered."""

from podium.outbox import Outbox


async def drained(outbox: Outbox) -> list[bytes]:
    """Everything up to the end of an outbox that has ended."""
    frames = []
    while (frame := outbox.take()) is not None:
        frames.append(frame)
    return frames


async def test_frames_leave_in_their_order():
    outbox = Outbox()
    outbox.tell((b"event 1",))
    outbox.answer(b"ack")
    outbox.tell((b"event 2",))
    assert [outbox.take() for _ in range(3)] == [b"event 1", b"ack", b"event 2"]


def test_whoever_reads_is_woken_when_something_waits():
    outbox, woken = Outbox(), []
    outbox.wake = lambda: woken.append(True)
    assert outbox.take() is None
    outbox.tell((b"event",))
    assert woken
    assert outbox.take() == b"event"


async def test_a_frame_goes_past_the_queue_only_while_nothing_waits_and_the_connection_takes_it():
    outbox, sent, takes = Outbox(), [], [True, False, True]
    outbox.direct = lambda frames: takes.pop(0) and not sent.extend(frames)
    for frame in (b"1", b"2", b"3"):
        outbox.tell((frame,))
    assert sent == [b"1"]
    assert [outbox.take() for _ in range(2)] == [b"2", b"3"]
    outbox.answer(b"4")
    assert sent == [b"1", b"4"]


async def test_whoever_falls_behind_gets_its_answers_and_one_fresh_snapshot():
    outbox = Outbox(frames=3)
    outbox.fresh = lambda: b"snapshot"
    for frame in (b"1", b"2"):
        outbox.tell((frame,))
    outbox.answer(b"ack")
    for frame in (b"3", b"4", b"5"):
        outbox.tell((frame,))
    assert [outbox.take() for _ in range(2)] == [b"ack", b"snapshot"]
    assert outbox.dropped == 5
    outbox.tell((b"6",))
    assert outbox.take() == b"6"


async def test_a_large_welcome_that_waits_is_followed_by_news_not_by_another_welcome():
    outbox = Outbox(size=100)
    outbox.answer(b"x" * 200)
    outbox.tell((b"1",))
    assert [outbox.take() for _ in range(2)] == [b"x" * 200, b"1"]
    assert outbox.dropped == 0


async def test_the_bytes_that_wait_are_bounded_too():
    outbox = Outbox(size=100)
    outbox.fresh = lambda: b"snapshot"
    outbox.tell((b"x" * 60,))
    outbox.tell((b"y" * 60,))
    assert outbox.take() == b"snapshot"


async def test_the_snapshot_is_made_when_it_is_read_not_when_the_client_fell_behind():
    outbox, made = Outbox(frames=1), iter([b"later"])
    outbox.fresh = lambda: next(made)
    for frame in (b"1", b"2", b"3"):
        outbox.tell((frame,))
    assert outbox.take() == b"later"


async def test_a_client_that_reads_no_answers_is_cut_off():
    outbox = Outbox(frames=4)
    for _ in range(9):
        outbox.answer(b"pong")
    assert outbox.ended
    assert outbox.close_code == 1008
    assert len(await drained(outbox)) == 8


async def test_the_end_comes_after_what_waits():
    outbox = Outbox()
    outbox.tell((b"event",))
    outbox.end(b"bye", 1001)
    outbox.tell((b"too late",))
    outbox.answer(b"too late")
    outbox.end(b"bye again", 1008)
    assert await drained(outbox) == [b"event", b"bye"]
    assert outbox.close_code == 1001


async def test_an_end_at_once_drops_what_waits():
    outbox = Outbox()
    outbox.tell((b"event",))
    outbox.end(b"bye", 1008, at_once=True)
    assert await drained(outbox) == [b"bye"]
