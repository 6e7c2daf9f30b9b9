"""Datagrams between workers: in order, bounded, and nobody waits for a dead one."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from podium.relay.mesh import MOST_WAITING, Hello, Live, Media, Mesh, Message, Post, Publication, Wish
from tests.relay.media import audio_section, video_section
from tests.relay.rig import until


@dataclass
class End:
    """One worker's mesh and what it heard."""

    mesh: Mesh
    counters: Counter[str]
    heard: list[Message] = field(default_factory=list)


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    made = Post(3)
    yield made
    made.close()


def end(post: Post, number: int) -> End:
    counters: Counter[str] = Counter()
    ways = {other: way for other, way in post.writing.items() if other != number}
    return End(Mesh(number, post.reading[number], ways, counters), counters)


async def test_all_siblings_hear_what_one_says_and_one_hears_what_is_for_it_alone(post: Post) -> None:
    ends = [end(post, number) for number in range(3)]
    for one in ends:
        one.mesh.start(one.heard.append)
    said = [
        Hello(0, fresh=True),
        Live(0, (Publication(1, "hall/programme", (video_section(), audio_section())),)),
        Media(0, 1, (b"one", b"two")),
    ]
    for message in said:
        ends[0].mesh.send(message)
    ends[0].mesh.send(Wish(7, (1, 2)), 2)
    await until(lambda: len(ends[1].heard) == 3 and len(ends[2].heard) == 4)
    assert ends[1].heard == said
    assert ends[2].heard == [*said, Wish(7, (1, 2))]
    assert ends[0].heard == []
    for one in ends:
        one.mesh.stop()


async def test_a_sibling_that_does_not_read_costs_bounded_memory_and_is_counted(post: Post) -> None:
    """And when it reads again, it gets what was kept, in order, and everything after it."""
    sender, sleeper, other = (end(post, number) for number in range(3))
    other.mesh.start(other.heard.append)
    load = bytes(30_000)
    for number in range(1000):
        sender.mesh.send(Media(0, number, (load,)))
        if not number % 50:
            await asyncio.sleep(0)
    kept = sender.mesh._outboxes[1]
    assert kept._octets <= MOST_WAITING
    dropped = sender.counters["dropped_sibling"]
    assert dropped > 500
    await until(lambda: len(other.heard) > 900)
    readers: list[Media] = []
    asyncio.get_running_loop().add_reader(post.reading[1], sleeper.mesh._readable, readers.append)
    await until(lambda: not kept._waiting)
    sender.mesh.send(Media(0, 5000, (b"after",)), 1)
    await until(lambda: bool(readers) and readers[-1].publication == 5000)
    numbers = [message.publication for message in readers]
    assert numbers == sorted(numbers)
    assert sender.counters["dropped_sibling"] == dropped
    asyncio.get_running_loop().remove_reader(post.reading[1])
    other.mesh.stop()
    sender.mesh.stop()


async def test_a_new_process_does_not_hear_what_was_for_the_one_before(post: Post) -> None:
    sender, fresh = end(post, 0), end(post, 1)
    sender.mesh.send(Media(0, 1, (b"old",)), 1)
    fresh.mesh.start(fresh.heard.append)
    sender.mesh.send(Media(0, 2, (b"new",)), 1)
    await until(lambda: bool(fresh.heard))
    assert fresh.heard == [Media(0, 2, (b"new",))]
    fresh.mesh.stop()


async def test_noise_is_counted_and_dropped(post: Post) -> None:
    receiver = end(post, 1)
    receiver.mesh.start(receiver.heard.append)
    post.writing[1].send(b"\xc1 no message of ours")
    post.writing[1].send(b"")
    await until(lambda: receiver.counters["dropped_sibling_malformed"] == 2)
    assert receiver.heard == []
    receiver.mesh.stop()


async def test_what_waits_for_a_dead_sibling_can_be_cleared(post: Post) -> None:
    sender = end(post, 0)
    for number in range(400):
        sender.mesh.send(Media(0, number, (bytes(60_000),)), 1)
    sender.mesh.clear(1)
    assert sender.mesh._outboxes[1]._octets == 0
    assert sender.counters["dropped_sibling"] > 0


async def test_a_worker_without_siblings_says_nothing() -> None:
    alone = Mesh(0, None, {}, Counter())
    alone.start(lambda message: None)
    alone.send(Hello(0, fresh=True))
    alone.stop()
    assert alone.siblings == ()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_single_worker_needs_no_inbox(workers: int) -> None:
    made = Post(workers)
    assert len(made.reading) == (workers if workers > 1 else 0)
    made.close()
