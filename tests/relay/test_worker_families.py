"""One media socket for IPv4 and IPv6, as it is once addresses are announced: real peers of both families at once."""

import asyncio
import re
import socket
from typing import Any, cast

from tests.relay.browser import moves, publisher, viewer
from tests.relay.house import running_house
from tests.relay.rig import until

CANDIDATE = re.compile(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host")


def without_candidates(answer: str, *instead: tuple[str, int]) -> str:
    """The answer with these UDP candidates for its own."""
    lines = [line for line in answer.split("\r\n") if not line.startswith("a=candidate")]
    given = [f"a=candidate:1 1 udp 2130706431 {host} {port} typ host" for host, port in instead]
    return "\r\n".join("\r\n".join([*given, line]) if line == "a=end-of-candidates" else line for line in lines)


def over_ipv4(answer: str) -> str:
    found = [(host, int(port)) for host, port in CANDIDATE.findall(answer) if ":" not in host]
    return without_candidates(answer, *found)


class ToIpv6(asyncio.DatagramProtocol):
    """Beside an aiortc peer, which gathers no ::1: passes its datagrams on from an IPv6 socket, and back."""

    def __init__(self) -> None:
        self.passed = 0
        self._near: Any = None
        self._peer: Any = None
        self._relay: Any = None
        self._far = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._far.setblocking(False)
        self._far.bind(("::1", 0))
        asyncio.get_running_loop().add_reader(self._far, self._from_relay)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._near = cast(asyncio.DatagramTransport, transport)

    def read(self, answer: str) -> str:
        found = CANDIDATE.search(answer)
        assert found is not None
        assert found[1] == "::1", "the request came to ::1, so that is the first candidate"
        self._relay = (found[1], int(found[2]))
        return without_candidates(answer, self._near.get_extra_info("sockname"))

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._peer = addr
        self._far.sendto(data, self._relay)

    def _from_relay(self) -> None:
        while True:
            try:
                datagram = self._far.recv(4096)
            except BlockingIOError:
                return
            self.passed += 1
            self._near.sendto(datagram, self._peer)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._far)
        self._far.close()
        self._near.close()


async def to_ipv6() -> ToIpv6:
    _, made = await asyncio.get_running_loop().create_datagram_endpoint(ToIpv6, local_addr=("127.0.0.1", 0))
    return made


async def test_peers_of_both_families_meet_at_one_socket() -> None:
    async with running_house(host="::") as house:
        ways = [await to_ipv6(), await to_ipv6()]
        source = await publisher(house.http, house.whip, reads=ways[0].read)
        await until(lambda: house.lives() == 1)
        new = await viewer(house.http, house.whep, reads=ways[1].read)
        old = await viewer(house.http, house.whep, reads=over_ipv4)
        for watcher in (new, old):
            await until(lambda watcher=watcher: moves(watcher.frames) and watcher.sounds > 10)  # type: ignore[misc]
        assert ways[1].passed > 20
        for peer in (new, old, source):
            await peer.close()
        for way in ways:
            way.close()
