"""Unix sockets between the workers of one machine: every worker has an inbox, and the way to each sibling's.

An inbox is one end of a datagram socket pair that the web process keeps open for as long as it runs; the other end is
shared by all siblings. So a worker that starts again finds its inbox, a dead one blocks nobody, and what is lost is
counted. Datagrams of one sender arrive in order or not at all.
"""

import asyncio
import socket
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence

import msgspec

from podium.relay.media import Section

#: One datagram carries packets up to about this size, and always at least one.
DATAGRAM_BYTES = 48 * 1024
LONGEST_DATAGRAM = 256 * 1024
#: Bytes that wait here for a sibling that does not read, besides what the kernel keeps (about three seconds of video).
MOST_WAITING = 4 * 1024 * 1024
SOCKET_BYTES = 4 * 1024 * 1024
DATAGRAMS_PER_WAKE = 64


class Publication(msgspec.Struct, frozen=True, array_like=True):
    """A feed that a publisher of the sending worker has; the number is never used again by that process.

    sources: SSRC, mid and layer of all that came so far.
    """

    number: int
    feed: str
    sections: tuple[Section, ...]
    sources: tuple[tuple[int, str, str], ...] = ()


class Hello(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """The worker has begun, or missed something: whoever hears it answers with `Live`."""

    worker: int
    fresh: bool


class Live(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """All publications of the worker, when they change and once a second."""

    worker: int
    publications: tuple[Publication, ...]


class Media(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """RTP and RTCP of a publication in the clear, in the order in which it came."""

    worker: int
    publication: int
    packets: tuple[bytes, ...]


class Wish(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """A viewer at the sending worker needs key frames of these SSRCs of the receiver's publication."""

    publication: int
    ssrcs: tuple[int, ...]


Message = Hello | Live | Media | Wish

_encoder = msgspec.msgpack.Encoder(enc_hook=dict)  # the read-only mappings of Section
_decoder = msgspec.msgpack.Decoder(Message)


class Post:
    """The socket pairs of all inboxes, kept by the web process. `reading` and `writing` are by worker number."""

    def __init__(self, workers: int) -> None:
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(workers if workers > 1 else 0)]
        self.reading = {number: pair[0] for number, pair in enumerate(pairs)}
        self.writing = {number: pair[1] for number, pair in enumerate(pairs)}
        for one in (*self.reading.values(), *self.writing.values()):
            one.setblocking(False)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BYTES)

    def close(self) -> None:
        for one in (*self.reading.values(), *self.writing.values()):
            one.close()


class Outbox:
    """The way to one sibling: what its socket does not take waits, up to a bound, and is dropped and counted beyond."""

    def __init__(self, way: socket.socket, counters: Counter[str]) -> None:
        self._way = way
        self._counters = counters
        self._waiting: deque[tuple[bytes, int]] = deque()
        self._octets = 0

    def send(self, datagram: bytes, packets: int) -> None:
        """Now or as soon as the sibling reads; `packets` is what is counted when it is dropped."""
        if not self._waiting and self._sent(datagram, packets):
            return
        if self._octets + len(datagram) > MOST_WAITING:
            self._counters["dropped_sibling"] += packets
            return
        if not self._waiting:
            asyncio.get_running_loop().add_writer(self._way, self._writable)
        self._waiting.append((datagram, packets))
        self._octets += len(datagram)

    def clear(self) -> None:
        """Whoever reads next is not interested in what waits."""
        if self._waiting:
            asyncio.get_running_loop().remove_writer(self._way)
            self._counters["dropped_sibling"] += sum(packets for _, packets in self._waiting)
            self._waiting.clear()
            self._octets = 0

    def _writable(self) -> None:
        while self._waiting:
            datagram, packets = self._waiting[0]
            if not self._sent(datagram, packets):
                return
            self._waiting.popleft()
            self._octets -= len(datagram)
        asyncio.get_running_loop().remove_writer(self._way)

    def _sent(self, datagram: bytes, packets: int) -> bool:
        """False when it has to wait."""
        try:
            self._way.send(datagram)
        except BlockingIOError:
            return False
        except OSError:  # too long for the system, or the web process is gone and we are next
            self._counters["dropped_sibling"] += packets
        return True


class Mesh:
    """One worker's end: its inbox and the outboxes to its siblings."""

    def __init__(
        self, number: int, inbox: socket.socket | None, ways: Mapping[int, socket.socket], counters: Counter[str]
    ) -> None:
        self.number = number
        self._inbox = inbox
        self._counters = counters
        self._outboxes = {sibling: Outbox(way, counters) for sibling, way in ways.items()}

    @property
    def siblings(self) -> Sequence[int]:
        """The numbers of the other workers."""
        return tuple(self._outboxes)

    def start(self, hear: Callable[[Message], None]) -> None:
        """Forget what came for the process before this one, then pass on what comes, until `stop`."""
        if self._inbox is not None:
            while self._next() is not None:
                pass
            asyncio.get_running_loop().add_reader(self._inbox, self._readable, hear)

    def stop(self) -> None:
        for outbox in self._outboxes.values():
            outbox.clear()
        if self._inbox is not None:
            asyncio.get_running_loop().remove_reader(self._inbox)

    def send(self, message: Message, to: int | None = None) -> None:
        """To one sibling, or to all."""
        if not self._outboxes:
            return
        datagram = _encoder.encode(message)
        packets = len(message.packets) if isinstance(message, Media) else 1
        for number, outbox in self._outboxes.items():
            if to in (None, number):
                outbox.send(datagram, packets)

    def clear(self, sibling: int) -> None:
        """A sibling has ended: nothing waits for it."""
        if sibling in self._outboxes:
            self._outboxes[sibling].clear()

    def _readable(self, hear: Callable[[Message], None]) -> None:
        for _ in range(DATAGRAMS_PER_WAKE):
            datagram = self._next()
            if datagram is None:
                return
            try:
                message = _decoder.decode(datagram)
            except msgspec.DecodeError:
                self._counters["dropped_sibling_malformed"] += 1
                continue
            hear(message)

    def _next(self) -> bytes | None:
        assert self._inbox is not None
        try:
            return self._inbox.recv(LONGEST_DATAGRAM)
        except OSError:
            return None
