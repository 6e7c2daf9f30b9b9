"""A UDP proxy between peers and the relay: bad weather both ways, and addresses that change as behind a NAT.

A peer is led through it by a candidate: the answer's port is replaced by the proxy's. Each peer gets a socket of its
own towards the relay, so that the relay sees as many addresses as there are peers.
"""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from tests.relay.weather import CLEAR, Sky, Weather

Address = tuple[str, int]


def led_through(answer: str, port: int) -> str:
    """The answer with the proxy as its only candidates: on loopback by UDP, no other address and no TCP."""
    led = re.sub(r"(a=candidate:\S+ \d+ udp \d+ 127\.0\.0\.1) \d+ (typ host)", rf"\1 {port} \2", answer)
    return re.sub(rf"a=candidate:(?!\S+ \d+ udp \d+ 127\.0\.0\.1 {port} ).*\r\n", "", led)


def without_nack(description: str) -> str:
    """A session description in which nobody asks for lost packets again."""
    return re.sub(r"a=rtcp-fb:\S+ nack\r\n", "", description)


class Proxy:
    """`port` is what peers send to. `counters`: `forwarded` and `lost` datagrams of both directions."""

    def __init__(self, relay: Address, weather: Weather, seed: int) -> None:
        self.counters: Counter[str] = Counter()
        self._relay = relay
        self._loop = asyncio.get_running_loop()
        self._ways: dict[Address, socket.socket] = {}
        self._known: set[Address] = set()  # a peer may keep further sockets that it uses only when it has to
        self._dead: set[Address] = set()
        self._front = _udp()
        self._front.bind(("127.0.0.1", 0))
        self._loop.add_reader(self._front, self._from_peers)
        self.change(weather, seed)

    @property
    def port(self) -> int:
        port: int = self._front.getsockname()[1]
        return port

    def change(self, weather: Weather, seed: int = 1) -> None:
        """Other weather from now on."""
        self._to_relay, self._to_peers = Sky(weather, seed), Sky(weather, seed + 1)

    def rebind(self) -> None:
        """Every peer seems to come from a new address, as after a NAT forgot its binding."""
        for way in self._ways.values():
            self._loop.remove_reader(way)
            way.close()
        self._ways.clear()

    def cut(self) -> None:
        """The ways of all present peers lead nowhere any more, as when a network is left; new sockets get through."""
        self._dead |= self._known
        self.rebind()

    def close(self) -> None:
        self.rebind()
        self._loop.remove_reader(self._front)
        self._front.close()

    def _from_peers(self) -> None:
        for datagram, address in _received(self._front):
            if address in self._dead:
                self.counters["lost"] += 1
                continue
            self._known.add(address)
            if address not in self._ways:
                self._ways[address] = way = _udp()
                way.connect(self._relay)
                self._loop.add_reader(way, self._from_relay, way, address)
            self._pass(self._to_relay, datagram, self._ways[address], None)

    def _from_relay(self, way: socket.socket, address: Address) -> None:
        for datagram, _ in _received(way):
            self._pass(self._to_peers, datagram, self._front, address)

    def _pass(self, sky: Sky, datagram: bytes, udp: socket.socket, address: Address | None) -> None:
        waits, fates = sky.queued(len(datagram), self._loop.time()), sky.fate()
        if waits is None:
            fates = ()
        self.counters["forwarded" if fates else "lost"] += 1
        for seconds in fates:
            if seconds or waits:
                self._loop.call_later(seconds + (waits or 0.0), _send, udp, datagram, address)
            else:
                _send(udp, datagram, address)


def _udp() -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)  # what is lost here, the weather has to lose
    udp.setblocking(False)
    return udp


def _received(udp: socket.socket) -> Iterator[tuple[bytes, Address]]:
    """All that waits; a relay that is not there (any more) is nothing that UDP minds."""
    with suppress(BlockingIOError, ConnectionRefusedError):
        while True:
            yield udp.recvfrom(2048)


def _send(udp: socket.socket, datagram: bytes, address: Address | None) -> None:
    with suppress(OSError):  # the way was closed while the datagram was under way, or leads to nobody
        if address is None:
            udp.send(datagram)
        else:
            udp.sendto(datagram, address)


@asynccontextmanager
async def running_proxy(relay_port: int, weather: Weather = CLEAR, *, seed: int = 1) -> AsyncIterator[Proxy]:
    """A proxy on loopback in front of a relay on loopback."""
    proxy = Proxy(("127.0.0.1", relay_port), weather, seed)
    try:
        yield proxy
    finally:
        proxy.close()


class ProxyThread:
    """The same for tests that have no event loop: its methods are called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, proxy: Proxy) -> None:
        self._loop = loop
        self._proxy = proxy
        self.port = proxy.port

    def _do(self, action: Callable[[], None]) -> None:
        done = threading.Event()

        def act() -> None:
            action()
            done.set()

        self._loop.call_soon_threadsafe(act)
        assert done.wait(5)

    def change(self, weather: Weather, seed: int = 1) -> None:
        self._do(lambda: self._proxy.change(weather, seed))

    def rebind(self) -> None:
        self._do(self._proxy.rebind)

    def cut(self) -> None:
        self._do(self._proxy.cut)


@contextmanager
def proxy_thread(relay_port: int, weather: Weather = CLEAR, *, seed: int = 1) -> Iterator[ProxyThread]:
    """A proxy with an event loop in a thread of its own."""
    started, ended = threading.Event(), asyncio.Event()
    found: list[ProxyThread] = []

    async def run() -> None:
        async with running_proxy(relay_port, weather, seed=seed) as proxy:
            found.append(ProxyThread(asyncio.get_running_loop(), proxy))
            started.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert started.wait(5)
    try:
        yield found[0]
    finally:
        found[0]._loop.call_soon_threadsafe(ended.set)
        thread.join(5)
