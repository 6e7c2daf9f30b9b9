"""Two workers' media planes in one loop: what one publishes, the other plays; all by real datagrams between them."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest_asyncio

from podium.relay import rtcp
from podium.relay.media import RID, Section
from podium.relay.mesh import Media, Mesh, Post
from podium.relay.plane import MediaPlane
from podium.relay.publisher import Publisher
from podium.relay.siblings import Siblings
from tests.relay.media import CONTINUED, DELTA, KEY, audio_section, inbound, outbound, video_section, wire
from tests.relay.rig import until

FEED = "hall/programme"
SECTIONS = (video_section(), audio_section())


@dataclass
class Worker:
    """One worker without its process; `ended`: what its publishers were told."""

    number: int
    plane: MediaPlane
    mesh: Mesh
    siblings: Siblings
    counters: Counter[str]
    udp: socket.socket
    ended: list[str] = field(default_factory=list)

    def publish(self, *sections: Section) -> Publisher:
        """A connected publisher of this worker, of SECTIONS unless others are given."""

        def closed(reason: str) -> None:
            self.ended.append(reason)
            self.siblings.withdraw(publisher)

        publisher = self.plane.publish(FEED, sections or SECTIONS, address=self.udp.getsockname(), on_closed=closed)
        publisher.connected(inbound(b"up"), outbound(b"down"))
        self.siblings.publish(publisher)
        return publisher

    def payloads(self) -> list[bytes]:
        """What the feed's picture cache holds."""
        feed = self.plane.feeds().get(FEED)
        return [packet.payload for packet in feed.streams["video"].cache.walk(0)] if feed is not None else []

    def is_live(self) -> bool:
        return FEED in self.plane.feeds() and self.plane.feeds()[FEED].live

    def stop(self) -> None:
        self.siblings.stop()
        self.plane.close()
        self.udp.close()


@dataclass
class Pair:
    post: Post
    workers: list[Worker]

    def begin(self, number: int) -> Worker:
        """A fresh worker with this number."""
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.setblocking(False)
        udp.bind(("127.0.0.1", 0))
        plane, counters = MediaPlane(udp), Counter[str]()
        ways = {other: way for other, way in self.post.writing.items() if other != number}
        mesh = Mesh(number, self.post.reading[number], ways, counters)
        worker = Worker(number, plane, mesh, Siblings(mesh, plane, counters), counters, udp)
        worker.siblings.start()
        self.workers.append(worker)
        return worker


@pytest_asyncio.fixture
async def pair() -> AsyncIterator[Pair]:
    made = Pair(Post(2), [])
    made.begin(0)
    made.begin(1)
    yield made
    for worker in made.workers:
        worker.stop()
    made.post.close()


async def test_a_sibling_caches_what_the_publisher_sends_and_knows_its_clock(pair: Pair) -> None:
    near, far = pair.workers
    publisher = near.publish()
    await until(far.is_live)
    for number, payload in enumerate((KEY, CONTINUED, DELTA)):
        publisher.accept(wire(number, 3000, payload))
    publisher.accept_control(rtcp.build([rtcp.SenderReport(0x1111, 7 << 32, 3000, 3, 300)]))
    await until(lambda: far.payloads() == [KEY, CONTINUED, DELTA])
    stream = far.plane.feeds()[FEED].streams["video"]
    await until(lambda: stream.clock(asyncio.get_running_loop().time()) is not None)
    assert far.plane.feeds()[FEED].sections == SECTIONS
    assert near.counters["sibling_packets_out"] == 4
    assert far.plane.counters()["sibling_packets_in"] == 3
    publisher.dismiss("closed")
    await until(lambda: not far.is_live())


async def test_a_wish_for_a_key_frame_travels_to_the_publishers_worker(pair: Pair) -> None:
    near, far = pair.workers
    publisher = near.publish()
    publisher.accept(wire(1, 3000, KEY))
    await until(lambda: far.payloads() == [KEY])
    wished: list[tuple[int, ...]] = []
    publisher.want_key_frames = lambda ssrcs: wished.append(tuple(ssrcs))  # type: ignore[method-assign]
    far.plane.feeds()[FEED].streams["video"].requests.want()
    await until(lambda: wished == [(0x1111,)])


async def test_a_worker_that_begins_anew_learns_what_is_live(pair: Pair) -> None:
    near, far = pair.workers
    publisher = near.publish()
    await until(far.is_live)
    far.siblings.stop()
    near.siblings.ended(1)
    fresh = pair.begin(1)
    await until(fresh.is_live)
    publisher.accept(wire(1, 3000, KEY))
    await until(lambda: fresh.payloads() == [KEY])


async def test_a_worker_that_begins_anew_asks_the_publisher_for_a_key_frame_with_the_first_packet(pair: Pair) -> None:
    """Where the others keep nothing from which a picture can begin."""
    near, far = pair.workers
    publisher = near.publish()
    publisher.accept(wire(1, 3000, KEY))
    await until(lambda: far.payloads() == [KEY])
    near.plane.feeds()[FEED].streams["video"].cache.clear()
    far.siblings.stop()
    near.siblings.ended(1)
    fresh = pair.begin(1)
    await until(fresh.is_live)
    assert near.plane.counters().get("key_frame_requests_out", 0) == 0
    publisher.accept(wire(2, 6000, DELTA))
    await until(lambda: near.plane.counters().get("key_frame_requests_out") == 1)
    assert fresh.payloads() == [], "nobody can begin in the middle"
    publisher.accept(wire(3, 9000, KEY))
    await until(lambda: fresh.payloads() == [KEY])
    assert near.payloads() == [DELTA, KEY], "nobody else notices"


async def test_a_worker_that_begins_anew_is_handed_the_group_of_pictures(pair: Pair) -> None:
    """OBS sends no key frame for the asking: late joiners at the fresh worker would wait for its next one."""
    near, far = pair.workers
    publisher = near.publish()
    sent = [KEY, CONTINUED, *[DELTA] * 40]
    for number, payload in enumerate([DELTA, KEY, DELTA, *sent]):
        publisher.accept(wire(0xFFF0 + number & 0xFFFF, 3000 * number, payload))
    await until(lambda: far.payloads()[-40:] == sent[-40:])
    asked = near.plane.counters()["key_frame_requests_out"]
    far.siblings.stop()
    near.siblings.ended(1)
    fresh = pair.begin(1)
    await until(fresh.is_live)
    await until(lambda: fresh.payloads() == sent)
    publisher.accept(wire(0xFFF0 + 45 & 0xFFFF, 3000 * 45, DELTA))
    await until(lambda: fresh.payloads() == [*sent, DELTA])
    assert near.plane.counters()["key_frame_requests_out"] == asked, "for the first packet of all, and never since"

    def times(worker: Worker) -> list[int]:
        kept = [packet.timestamp for packet in worker.plane.feeds()[FEED].streams["video"].cache.walk(0)][-len(sent) :]
        return [each - kept[0] for each in kept]

    assert times(fresh) == times(near), "in the publisher's time"


async def test_when_a_worker_ends_its_feeds_end_at_the_siblings(pair: Pair) -> None:
    near, far = pair.workers
    near.publish()
    await until(far.is_live)
    far.siblings.ended(0)
    assert not far.is_live()


async def test_a_list_that_was_lost_is_asked_for(pair: Pair) -> None:
    near, far = pair.workers
    publisher = near.publish()
    await until(far.is_live)
    far.siblings.ended(0)  # as if the list had never come
    publisher.accept(wire(1, 3000, KEY))
    await until(far.is_live)
    assert far.counters["dropped_sibling_unknown"] == 1
    publisher.accept(wire(2, 6000, KEY))
    await until(lambda: far.payloads() == [KEY])


async def test_the_publisher_who_came_last_has_the_feed_at_whatever_worker(pair: Pair) -> None:
    near, far = pair.workers
    near.publish()
    await until(far.is_live)
    second = far.publish()
    await until(lambda: near.ended == ["taken over"])
    near.siblings.announce()
    far.siblings.announce()
    second.accept(wire(1, 3000, KEY))
    await until(lambda: near.payloads() == [KEY])
    assert far.ended == []
    assert near.is_live()


async def test_many_packets_of_one_turn_travel_together(pair: Pair) -> None:
    near, far = pair.workers
    publisher = near.publish()
    await until(far.is_live)
    sent: list[int] = []
    send = near.mesh.send

    def noted(message: object, to: int | None = None) -> None:
        if isinstance(message, Media):
            sent.append(len(message.packets))
        send(message, to)  # type: ignore[arg-type]

    near.mesh.send = noted  # type: ignore[method-assign, assignment]
    for number in range(100):
        publisher.accept(wire(number, 3000, KEY if not number else CONTINUED + bytes(1000)))
    await until(lambda: len(far.payloads()) == 100)
    assert len(sent) <= 4


async def test_a_worker_that_begins_anew_tells_the_layers_of_a_simulcast_apart(pair: Pair) -> None:
    """Browsers name a layer in their first packets only, which the fresh worker never saw."""
    near, far = pair.workers
    layers = replace(video_section(), layers=("h", "l"), extensions={3: RID})
    publisher = near.publish(layers)
    for ssrc, name in ((1, b"h"), (2, b"l")):
        publisher.accept(wire(1, 3000, KEY, ssrc=ssrc, extensions=((3, name),)))
    near.siblings.announce()
    far.siblings.stop()
    fresh = pair.begin(1)
    await until(fresh.is_live)
    for ssrc in (1, 2):
        publisher.accept(wire(2, 6000, KEY, ssrc=ssrc))
    await until(lambda: set(fresh.plane.feeds()[FEED].encodings) == {"h", "l"})
    await until(lambda: all(stream.received for stream in fresh.plane.feeds()[FEED].encodings.values()))
