"""ICE over TCP: a real peer whose only way is a TCP connection, and connections that mean no good."""

import asyncio
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import pytest_asyncio
from aioice import stun

from podium.relay import tcp as relay_tcp
from podium.relay.ports import open_sockets
from podium.relay.tcp import MOST_WAITING, STRANGER_FRAMES, TcpPort
from podium.relay.udp import UdpPort
from tests.relay.browser import moves, publisher, viewer
from tests.relay.house import running_house
from tests.relay.rig import until
from tests.relay.test_udp import Listener, check


class Shim(asyncio.DatagramProtocol):
    """Beside an aiortc peer, which knows UDP only: frames what it sends onto a TCP connection, and back."""

    def __init__(self) -> None:
        self.frames = 0
        self._writer: asyncio.StreamWriter | None = None
        self._peer: Any = None
        self._udp: asyncio.DatagramTransport | None = None
        self._early: list[bytes] = []

    def read(self, answer: str) -> str:
        """Leads the peer here instead of to the relay; the TCP candidate says where that is."""
        found = re.search(r"a=candidate:\S+ 1 tcp \d+ (\S+) (\d+) typ host tcptype passive", answer)
        assert found is not None, answer
        assert self._udp is not None
        self._task = asyncio.ensure_future(self._relay(found[1], int(found[2])))
        port = self._udp.get_extra_info("sockname")[1]
        kept = [line for line in answer.split("\r\n") if not line.startswith("a=candidate")]
        at = f"a=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host"
        return "\r\n".join(f"{at}\r\n{line}" if line == "a=end-of-candidates" else line for line in kept)

    async def _relay(self, host: str, port: int) -> None:
        reader, self._writer = await asyncio.open_connection(host, port)
        for datagram in self._early:
            self.datagram_received(datagram, self._peer)
        while True:
            length = int.from_bytes(await reader.readexactly(2), "big")
            frame = await reader.readexactly(length)
            self.frames += 1
            assert self._udp is not None
            self._udp.sendto(frame, self._peer)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._udp = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._peer = addr
        if self._writer is None:
            self._early.append(data)
        else:
            self._writer.write(len(data).to_bytes(2, "big") + data)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
        if self._udp is not None:
            self._udp.close()


async def shim() -> Shim:
    _, made = await asyncio.get_running_loop().create_datagram_endpoint(Shim, local_addr=("127.0.0.1", 0))
    return made


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_mp_25_a_peer_without_udp_publishes_and_one_watches(host: str) -> None:
    """Every byte of the viewer goes over TCP; over IPv6 the relay's port has no other family."""
    async with running_house(host=host) as house:
        ways = [await shim(), await shim()]
        source = await publisher(house.http, house.whip, reads=ways[0].read)
        await until(lambda: house.lives() == 1)
        watcher = await viewer(house.http, house.whep, reads=ways[1].read)
        await until(lambda: moves(watcher.frames) and watcher.sounds > 10)
        assert ways[1].frames > 20
        await until(lambda: house.supervisor.workers[0].counters.get("tcp_connections") == 2)
        await watcher.close()
        await source.close()
        for way in ways:
            await way.close()


class Rig:
    """A TCP port in the test's own loop, with one peer whose ufrag is known."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.media = open_sockets(host, 0)
        self.counters: Counter[str] = Counter()
        self.port = UdpPort(self.media.udp, self.counters)
        self.tcp = TcpPort(self.media.tcp, self.media.udp, self.port, self.counters)
        self.receiver = Listener()
        self.port.admit("ours", self.receiver)

    async def connect(self, source: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.media.port, local_addr=(source, 0))

    async def welcome(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection that has authenticated, its response read."""
        reader, writer = await self.connect()
        writer.write(framed(check()))
        response = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        assert response[:2] == b"\x01\x01"
        return reader, writer


def framed(datagram: bytes) -> bytes:
    return len(datagram).to_bytes(2, "big") + datagram


@asynccontextmanager
async def running(host: str = "127.0.0.1") -> AsyncIterator[Rig]:
    made = Rig(host)
    made.port.start()
    await made.tcp.start()
    yield made
    made.tcp.stop()
    made.port.stop()
    await until(lambda: not made.tcp.connections)
    made.media.close()


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as made:
        yield made


async def test_frames_may_come_in_any_pieces(rig: Rig) -> None:
    _, writer = await rig.welcome()
    packets = [b"\x80" + bytes(size) for size in (20, 1, 1400)]
    for octet in b"".join(map(framed, packets)):
        writer.write(bytes([octet]))
        await writer.drain()
    await until(lambda: rig.receiver.packets == packets)
    writer.close()


@pytest.mark.parametrize("host", ["::", "::1", "0.0.0.0"])
async def test_a_bridge_leads_to_the_relay_wherever_it_listens(host: str) -> None:
    async with running(host) as rig:
        reader, writer = await asyncio.open_connection("::1" if host == "::1" else "127.0.0.1", rig.media.port)
        writer.write(framed(check()))
        response = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        assert stun.parse_message(response).attributes["XOR-MAPPED-ADDRESS"] == writer.get_extra_info("sockname")[:2]
        rig.port.send(b"\x80picture", rig.receiver.checks[-1][0])
        assert await reader.readexactly(10) == framed(b"\x80picture")
        writer.close()


async def test_the_response_tells_the_peers_own_address(rig: Rig) -> None:
    reader, writer = await rig.connect()
    writer.write(framed(check()))
    response = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
    assert stun.parse_message(response).attributes["XOR-MAPPED-ADDRESS"] == writer.get_extra_info("sockname")
    writer.close()


async def test_a_slow_connection_loses_packets_and_holds_nobody_up(rig: Rig) -> None:
    """MP-27 for TCP: nothing is read at the far end; the relay keeps a bounded amount and counts the rest."""
    slow_reader, slow = await rig.welcome()
    slow.transport.pause_reading()  # type: ignore[attr-defined]
    bridge = rig.receiver.checks[-1][0]
    quick_reader, quick = await rig.welcome()
    other = rig.receiver.checks[-1][0]
    sent = 0
    while not rig.counters["dropped_tcp_slow"]:
        for _ in range(50):
            rig.media.udp.sendto(bytes(1200), bridge)
            sent += 1
        await asyncio.sleep(0)
        assert sent < 100_000
    connection = next(one for one in rig.tcp.connections if one._address == bridge)
    assert connection._transport is not None
    assert connection._transport.get_write_buffer_size() <= MOST_WAITING + 2048
    rig.media.udp.sendto(b"\x80quick", other)
    assert await quick_reader.readexactly(8) == framed(b"\x80quick")
    assert slow_reader is not quick_reader
    slow.close()
    quick.close()


@pytest.mark.parametrize(
    ("said", "counter"),
    [
        (b"GET / HTTP/1.1\r\nHost: podium.example\r\n\r\n", "dropped_tcp_malformed"),
        (b"\x00\x00", "dropped_tcp_malformed"),
        (framed(b"\x80" + bytes(20)) * STRANGER_FRAMES, "dropped_tcp_strangers"),
        (framed(b"\x00\x01garbage") * STRANGER_FRAMES, "dropped_tcp_strangers"),
    ],
)
async def test_whoever_does_not_authenticate_is_cut_off(rig: Rig, said: bytes, counter: str) -> None:
    reader, writer = await rig.connect()
    writer.write(said)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await reader.readexactly(1)
    assert rig.counters[counter] == 1
    assert rig.receiver.packets == []
    writer.close()


async def test_silence_is_cut_off_too(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_tcp, "STRANGER_SECONDS", 0.05)
    reader, writer = await rig.connect()
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await reader.readexactly(1)
    assert rig.counters["dropped_tcp_strangers"] == 1
    writer.close()


async def test_strangers_are_few_and_peers_are_not_counted_among_them(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_tcp, "MOST_STRANGERS", 2)
    _, known = await rig.welcome()
    strangers = [await rig.connect() for _ in range(3)]
    await until(lambda: rig.counters["dropped_tcp_strangers"] == 1)
    assert rig.tcp.strangers() == 2
    for _, writer in (*strangers, (None, known)):
        writer.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::"])
async def test_one_address_cannot_keep_others_out(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_tcp, "MOST_STRANGERS", 3)
    async with running(host) as rig:
        crowd = [await rig.connect("127.0.0.7") for _ in range(5)]
        await until(lambda: rig.counters["dropped_tcp_strangers"] == 2)
        _, writer = await rig.welcome()
        await until(lambda: rig.counters["dropped_tcp_strangers"] == 3)
        assert await crowd[0][0].read() == b"", "the eldest of those who had all places"
        for _, each in (*crowd, (None, writer)):
            each.close()


async def test_connections_that_lead_to_nobody_any_more_are_cut_off(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer may open one after the other, and end its session: what it leaves behind is no way for ever."""
    monkeypatch.setattr(relay_tcp, "STRANGER_SECONDS", 0.05)
    ways = [await rig.welcome() for _ in range(10)]
    await until(lambda: len(rig.tcp.connections) == 8)
    rig.port.forget(rig.receiver)
    await until(lambda: not rig.tcp.connections)
    assert rig.counters["dropped_tcp_strangers"] == 10
    for _, writer in ways:
        writer.close()


async def test_a_closed_connection_is_forgotten_and_its_peer_takes_the_next_way(rig: Rig) -> None:
    _, writer = await rig.welcome()
    bridge = rig.receiver.checks[-1][0]
    writer.close()
    await until(lambda: rig.receiver.lost_addresses == [bridge])
    assert not rig.port.knows(bridge)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.sendto(check(), ("127.0.0.1", rig.media.port))
        await until(lambda: rig.receiver.checks[-1][0] == udp.getsockname())


async def test_what_the_kernel_drops_on_a_bridge_is_known_after_its_end_too(rig: Rig) -> None:
    _, writer = await rig.welcome()
    for _ in range(5000):  # in one turn of the loop: nobody reads
        rig.media.udp.sendto(bytes(1200), rig.receiver.checks[-1][0])
    dropped = rig.tcp.overflowed()
    assert dropped > 1000
    writer.close()
    await until(lambda: not rig.tcp.connections)
    assert rig.tcp.overflowed() == dropped
