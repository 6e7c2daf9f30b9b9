"""The proxy itself, before anything is concluded from what comes through it."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.relay.proxy import Proxy, led_through, proxy_thread, running_proxy, without_nack
from tests.relay.rig import until
from tests.relay.weather import Weather


class Echo(asyncio.DatagramProtocol):
    """Stands in for the relay: sends everything back and remembers from where it came."""

    def __init__(self) -> None:
        self.sources: list[tuple[str, int]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.sources.append(addr)
        self.transport.sendto(data, addr)  # type: ignore[attr-defined]


class Peer:
    """A socket that talks to the proxy."""

    def __init__(self, proxy: Proxy) -> None:
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setblocking(False)
        self.udp.connect(("127.0.0.1", proxy.port))

    async def asks(self, datagram: bytes) -> bytes:
        self.udp.send(datagram)
        return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.udp, 2048), 5)


@pytest_asyncio.fixture
async def echo() -> AsyncIterator[tuple[Echo, int]]:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    yield protocol, transport.get_extra_info("sockname")[1]
    transport.close()


async def test_datagrams_go_both_ways_and_peers_are_told_apart(echo: tuple[Echo, int]) -> None:
    async with running_proxy(echo[1]) as proxy:
        one, two = Peer(proxy), Peer(proxy)
        assert [await one.asks(b"one"), await two.asks(b"two"), await one.asks(b"three")] == [b"one", b"two", b"three"]
        assert len(set(echo[0].sources)) == 2
        one.udp.close()
        two.udp.close()


async def test_a_rebound_peer_comes_from_a_new_address_and_goes_on(echo: tuple[Echo, int]) -> None:
    async with running_proxy(echo[1]) as proxy:
        peer = Peer(proxy)
        await peer.asks(b"before")
        proxy.rebind()
        assert await peer.asks(b"after") == b"after"
        assert len(set(echo[0].sources)) == 2
        peer.udp.close()


async def test_a_cut_peer_reaches_nobody_and_a_new_one_does(echo: tuple[Echo, int]) -> None:
    async with running_proxy(echo[1]) as proxy:
        before, after = Peer(proxy), Peer(proxy)
        await before.asks(b"before")
        proxy.cut()
        before.udp.send(b"into the void")
        assert await after.asks(b"after") == b"after"
        await until(lambda: proxy.counters["lost"] == 1)
        before.udp.close()
        after.udp.close()


async def test_bad_weather_falls_on_both_directions(echo: tuple[Echo, int]) -> None:
    async with running_proxy(echo[1], Weather(loss=1.0)) as proxy:
        peer = Peer(proxy)
        peer.udp.send(b"lost on the way there")
        await until(lambda: proxy.counters["lost"] == 1)
        proxy.change(Weather(duplicate=1.0, delay=0.01))
        received = [await peer.asks(b"four times")]
        loop = asyncio.get_running_loop()
        while len(received) < 4:
            received.append(await asyncio.wait_for(loop.sock_recv(peer.udp, 2048), 5))
        assert set(received) == {b"four times"}
        peer.udp.close()


def test_proxy_of_a_thread() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as relay, socket.socket(type=socket.SOCK_DGRAM) as peer:
        relay.bind(("127.0.0.1", 0))
        relay.settimeout(5)
        with proxy_thread(relay.getsockname()[1]) as proxy:
            peer.sendto(b"one", ("127.0.0.1", proxy.port))
            _, first = relay.recvfrom(100)
            proxy.rebind()
            peer.sendto(b"two", ("127.0.0.1", proxy.port))
            _, second = relay.recvfrom(100)
            assert first != second


def test_answers_are_led_through_and_stripped() -> None:
    ours = "a=candidate:1 1 udp 2130706431 127.0.0.1 8189 typ host\r\n"
    others = (
        "a=candidate:2 1 udp 2130706430 192.0.2.1 8189 typ host\r\n"
        "a=candidate:3 1 tcp 1520434687 127.0.0.1 8189 typ host tcptype passive\r\n"
    )
    feedback = "a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
    assert led_through(ours + others + feedback, 4000) == ours.replace("8189", "4000") + feedback
    assert without_nack(ours + feedback) == ours + "a=rtcp-fb:96 nack pli\r\n"
