"""What the workers of one machine tell each other: each plays every feed, whoever of them its publisher came to.

The worker that has the publisher hands its packets on in the clear, and every sibling runs a shadow of the publisher:
the same streams, cache and key frame rules, in numbers of its own. Wishes for key frames travel back. What is live is
told as a whole and again and again, so that a message that was lost or a sibling that began anew heals by itself.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from podium.relay.mesh import DATAGRAM_BYTES, Hello, Live, Media, Mesh, Message, Publication, Wish
from podium.relay.plane import MediaPlane
from podium.relay.publisher import Publisher
from podium.relay.rtp import Kind, classify

#: Whoever sends packets of a publication that is not known is asked for its list no more often than this (seconds).
ASK_INTERVAL = 0.5

#: A sibling that begins anew is handed what is kept of a publisher up to this (octets), so many packets in a datagram:
#: more of it would be lost behind a full queue.
MOST_HANDED = 2 * 1024 * 1024
HANDED_TOGETHER = 16


@dataclass(slots=True)
class _Own:
    """A publisher of this worker and its packets of this turn of the loop."""

    number: int
    publisher: Publisher
    packets: list[bytes] = field(default_factory=list)
    octets: int = 0
    flushing: asyncio.Handle | None = None


@dataclass(slots=True)
class _Sibling:
    """Another worker: its publications, None where another publisher has the feed by now."""

    shadows: dict[int, Publisher | None] = field(default_factory=dict)
    asked_at: float = float("-inf")


class Siblings:
    """This worker's publishers told to the others, and the others' shown here."""

    def __init__(self, mesh: Mesh, plane: MediaPlane, counters: Counter[str]) -> None:
        self._mesh = mesh
        self._plane = plane
        self._counters = counters
        self._own: dict[Publisher, _Own] = {}
        self._others = {number: _Sibling() for number in mesh.siblings}
        self._numbers = 0

    def start(self) -> None:
        """Hear the siblings from now on, and ask what is live."""
        self._mesh.start(self._hear)
        self._mesh.send(Hello(self._mesh.number, fresh=True))

    def stop(self) -> None:
        self._mesh.stop()

    def publish(self, publisher: Publisher) -> None:
        """A connected publisher of this worker: the siblings get what it sends."""
        if not self._others:
            return
        self._numbers += 1
        own = self._own[publisher] = _Own(self._numbers, publisher)
        publisher.tap = lambda clear: self._tapped(own, clear)
        self.announce()

    def withdraw(self, publisher: Publisher) -> None:
        """It is gone. Nothing happens for one that was not published."""
        own = self._own.pop(publisher, None)
        if own is not None:
            publisher.tap = None
            self._flush(own)
            self.announce()

    def announce(self) -> None:
        """Tell all that is live here; to be called once a second, too."""
        publications = tuple(
            Publication(own.number, own.publisher.feed.name, own.publisher.sections, own.publisher.sources())
            for own in self._own.values()
        )
        self._mesh.send(Live(self._mesh.number, publications))

    def ended(self, worker: int) -> None:
        """The web process saw a sibling end: its publishers are gone."""
        self._mesh.clear(worker)
        if worker in self._others:
            self._reconcile(worker, ())

    def _tapped(self, own: _Own, clear: bytes) -> None:
        own.packets.append(clear)
        own.octets += len(clear)
        if own.octets >= DATAGRAM_BYTES:
            self._flush(own)
        elif own.flushing is None:
            own.flushing = asyncio.get_running_loop().call_soon(self._flush, own)

    def _flush(self, own: _Own) -> None:
        if own.flushing is not None:
            own.flushing.cancel()
            own.flushing = None
        if own.packets:
            self._counters["sibling_packets_out"] += len(own.packets) * len(self._others)
            self._mesh.send(Media(self._mesh.number, own.number, tuple(own.packets)))
            own.packets.clear()
            own.octets = 0

    def _hear(self, message: Message) -> None:
        match message:
            case Media(worker, publication, packets):
                self._play(worker, publication, packets)
            case Wish(publication, ssrcs):
                for own in self._own.values():
                    if own.number == publication:
                        own.publisher.want_key_frames(ssrcs)
            case Live(worker, publications):
                self._reconcile(worker, publications)
            case Hello(worker, fresh):
                if fresh:
                    self._reconcile(worker, ())
                self.announce()
                if fresh:
                    self._hand_over(worker)

    def _hand_over(self, worker: int) -> None:
        """What is kept goes to a sibling that begins anew: OBS sends no key frame for the asking, and might take seconds."""
        for own in self._own.values():
            self._flush(own)
            kept = own.publisher.kept()
            if sum(map(len, kept)) > MOST_HANDED:
                continue
            for at in range(0, len(kept), HANDED_TOGETHER):
                self._mesh.send(Media(self._mesh.number, own.number, tuple(kept[at : at + HANDED_TOGETHER])), worker)

    def _play(self, worker: int, publication: int, packets: tuple[bytes, ...]) -> None:
        sibling = self._others[worker]
        shadow = sibling.shadows.get(publication)
        if shadow is not None:
            for clear in packets:
                if classify(clear) is Kind.RTCP:
                    shadow.accept_control(clear)
                else:
                    shadow.accept(clear)
            return
        self._counters["dropped_sibling_unknown"] += len(packets)
        now = asyncio.get_running_loop().time()
        if publication not in sibling.shadows and now - sibling.asked_at > ASK_INTERVAL:
            sibling.asked_at = now
            self._mesh.send(Hello(self._mesh.number, fresh=False), worker)

    def _reconcile(self, worker: int, publications: tuple[Publication, ...]) -> None:
        """Begin shadows of what is new, end those of what is gone."""
        sibling = self._others[worker]
        live = {publication.number for publication in publications}
        for number in sibling.shadows.keys() - live:
            gone = sibling.shadows.pop(number)
            if gone is not None:
                gone.close()
        for publication in publications:
            if publication.number not in sibling.shadows:
                sibling.shadows[publication.number] = self._begin(sibling, worker, publication)
            shadow = sibling.shadows[publication.number]
            if shadow is not None:
                shadow.learn(publication.sources)

    def _begin(self, sibling: _Sibling, worker: int, publication: Publication) -> Publisher:
        def superseded(_reason: str) -> None:
            sibling.shadows[publication.number] = None

        def wish(ssrcs: tuple[int, ...]) -> None:
            self._mesh.send(Wish(publication.number, ssrcs), worker)

        return self._plane.shadow(publication.feed, publication.sections, wish=wish, on_closed=superseded)
