"""The contract with aiortc's private names, on two peers that shake hands over loopback."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import pylibsrtp
import pytest
from aioice import stun

from podium.relay.peer import PROFILES, Identity, Peer, create_identity
from podium.relay.turnstile import Turnstile
from podium.relay.udp import Address, UdpPort, open_socket

PASSWORDS = {"client": "c" * 22, "server": "s" * 22}


@dataclass
class Owner:
    """Keeps what the peer tells."""

    sessions: tuple[pylibsrtp.Session, pylibsrtp.Session] | None = None
    addresses: list[Address] = field(default_factory=list)
    packets: list[bytes] = field(default_factory=list)
    reason: str = ""
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def connected(self, inbound: pylibsrtp.Session, outbound: pylibsrtp.Session) -> None:
        self.sessions = (inbound, outbound)
        self.told.set()

    def moved(self, address: Address) -> None:
        self.addresses.append(address)

    def media(self, datagram: bytes) -> None:
        self.packets.append(datagram)
        self.told.set()

    def closed(self, reason: str) -> None:
        self.reason = reason
        self.told.set()

    async def hears(self) -> None:
        async with asyncio.timeout(5):
            await self.told.wait()
        self.told.clear()


@dataclass
class End:
    """One end: its socket, its peer and the peer's owner."""

    port: UdpPort
    peer: Peer
    owner: Owner
    address: Address
    clock: list[float]


def check(name: str) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{name}:x"})
    message.add_message_integrity(PASSWORDS[name].encode())
    return bytes(message)


@asynccontextmanager
async def two_peers(
    client_expects: str = "", server_expects: str = "", turnstile: Turnstile | None = None
) -> AsyncIterator[tuple[End, End]]:
    """A DTLS client and a DTLS server that have exchanged their first checks."""
    identities = {"client": create_identity(), "server": create_identity()}
    expected = {
        "client": client_expects or identities["server"].fingerprint,
        "server": server_expects or identities["client"].fingerprint,
    }
    turnstile = turnstile or Turnstile()
    tasks: set[asyncio.Task[None]] = set()

    def spawn(coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def end(name: str, setup: Literal["active", "passive"]) -> End:
        udp = open_socket("127.0.0.1", 0)
        port, owner, clock = UdpPort(udp, Counter()), Owner(), [0.0]
        sockets.append(udp)
        peer = Peer(
            port,
            identities[name],
            ufrag=name,
            password=PASSWORDS[name],
            fingerprints=(("sha-256", expected[name]),),
            setup=setup,
            owner=owner,
            spawn=spawn,
            counters=Counter(),
            now=lambda: clock[0],
            turnstile=turnstile,
        )
        port.start()
        return End(port, peer, owner, udp.getsockname(), clock)

    sockets: list[Any] = []
    client, server = end("client", "active"), end("server", "passive")
    client.port.send(check("server"), server.address)
    server.port.send(check("client"), client.address)
    try:
        yield client, server
    finally:
        client.peer.close()
        server.peer.close()
        await asyncio.wait(tasks, timeout=2)
        for side in (client, server):
            side.port.stop()
        for udp in sockets:
            udp.close()


RTP = b"\x80\x60" + (7).to_bytes(2, "big") + bytes(4) + (99).to_bytes(4, "big") + b"picture"


async def test_each_flight_of_a_handshake_takes_its_turn_and_nothing_after_it() -> None:
    class Counted(Turnstile):
        entered = 0

        async def enter(self) -> None:
            self.entered += 1
            await super().enter()

    turnstile = Counted()
    async with two_peers(turnstile=turnstile) as (client, server):
        await client.owner.hears()
        await server.owner.hears()
        assert turnstile.entered >= 3, "hello, the server's flight, the client's"
        entered = turnstile.entered
    assert turnstile.entered == entered, "a goodbye waits for nobody"


async def test_handshake_yields_srtp_sessions_that_fit_each_other() -> None:
    async with two_peers() as (client, server):
        await client.owner.hears()
        await server.owner.hears()
        assert client.owner.sessions is not None
        assert server.owner.sessions is not None
        protected = client.owner.sessions[1].protect(RTP)
        client.port.send(protected, server.address)
        await server.owner.hears()
        assert server.owner.packets == [protected]
        assert server.owner.sessions[0].unprotect(protected) == RTP


async def test_aead_with_the_short_key_is_preferred() -> None:
    assert PROFILES[0].openssl_profile == b"SRTP_AEAD_AES_128_GCM"
    async with two_peers() as (client, _):
        await client.owner.hears()
        assert client.owner.sessions is not None
        assert len(client.owner.sessions[1].protect(RTP)) == len(RTP) + 16  # the GCM tag


@pytest.mark.parametrize("liar", ["client", "server"])
async def test_certificate_that_is_not_the_offered_one_fails(liar: str) -> None:
    """MP-23."""
    wrong = ":".join(["AB"] * 32)
    expectations = {"server_expects": wrong} if liar == "client" else {"client_expects": wrong}
    async with two_peers(**expectations) as (client, server):
        deceived = server if liar == "client" else client
        await deceived.owner.hears()
        assert deceived.owner.reason == "handshake_failed"
        assert deceived.owner.sessions is None


async def test_closing_says_goodbye_to_the_other_end() -> None:
    async with two_peers() as (client, server):
        await client.owner.hears()
        await server.owner.hears()
        server.peer.close()
        await client.owner.hears()
        assert client.owner.reason == "peer_closed"
        assert server.owner.reason == ""


@pytest.mark.parametrize("flood", [0, 100])
async def test_closing_within_a_handshake_ends_it_and_frees_the_address(flood: int) -> None:
    """Also when what waits to be read leaves no room for the word that it is over."""
    async with two_peers() as (client, server):
        async with asyncio.timeout(10):
            while not server.port.knows(client.address):
                await asyncio.sleep(0)
        for _ in range(flood):
            server.peer.dtls(b"\x16\xfe\xff" + bytes(10))
        server.peer.close()
        server.peer.close()
        async with asyncio.timeout(10):
            while server.port.knows(client.address):
                await asyncio.sleep(0)
        assert server.owner.reason == "", "who closes is not told so"


async def test_a_goodbye_that_cannot_be_said_frees_the_address_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async with two_peers() as (client, server):
        await server.owner.hears()

        async def fail() -> None:
            raise OSError("no buffer")

        monkeypatch.setattr(server.peer._dtls, "stop", fail)
        with pytest.raises(OSError, match="no buffer"):
            await server.peer._stop()
        assert not server.port.knows(client.address)


async def test_media_before_the_handshake_reaches_nobody() -> None:
    async with two_peers() as (_, server):
        server.peer.media(RTP)
        assert server.owner.packets == []


async def test_check_from_elsewhere_moves_a_silent_peer_only() -> None:
    """MP-22."""
    async with two_peers() as (client, server):
        await server.owner.hears()
        elsewhere = ("127.0.0.9", 9)
        server.peer.checked(elsewhere, nominated=False, priority=1)
        assert server.peer.address == client.address
        server.clock[0] += 10
        server.peer.checked(elsewhere, nominated=False, priority=1)
        assert server.peer.address == elsewhere
        server.peer.checked(client.address, nominated=True, priority=1)
        assert server.owner.addresses == [client.address, elsewhere, client.address]


async def test_of_addresses_that_are_all_nominated_the_one_of_the_highest_priority_is_meant() -> None:
    """Firefox nominates UDP and TCP, whichever answers last, and plays nothing that comes over TCP then."""
    udp, tcp, mobile = ("127.0.0.9", 9), ("127.0.0.9", 10), ("127.0.0.9", 11)
    async with two_peers() as (_, server):
        await server.owner.hears()
        server.peer.checked(udp, nominated=True, priority=200)
        server.peer.checked(tcp, nominated=True, priority=100)
        assert server.peer.address == udp
        server.peer.checked(mobile, nominated=True, priority=200)  # a new way of the same kind
        assert server.peer.address == mobile
        server.peer.checked(mobile, nominated=False, priority=200)  # means another one now, as Chromium says it
        server.peer.checked(tcp, nominated=True, priority=100)
        assert server.peer.address == tcp
        server.peer.checked(udp, nominated=True, priority=200)
        server.clock[0] += 10
        server.peer.checked(tcp, nominated=True, priority=100)  # where UDP has gone silent
        assert server.peer.address == tcp


async def test_restart_answers_only_the_new_credentials() -> None:
    async with two_peers() as (_, server):
        await server.owner.hears()
        server.peer.restart("again", "r" * 22)
        before = len(server.owner.addresses)
        server.port.dispatch(check("server"), ("127.0.0.9", 9))
        assert len(server.owner.addresses) == before
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": "again:x"})
        message.add_message_integrity(b"r" * 22)
        server.port.dispatch(bytes(message), ("127.0.0.9", 9))
        assert server.owner.addresses[-1] == ("127.0.0.9", 9)


async def test_silence_is_measured() -> None:
    async with two_peers() as (client, server):
        await server.owner.hears()
        server.clock[0] += 31
        assert server.peer.silent_for() > 30
        server.port.dispatch(RTP, client.address)
        assert server.peer.silent_for() == 0


def test_identity_prepares_one_context_for_all() -> None:
    identity = create_identity()
    assert isinstance(identity, Identity)
    assert identity._create_ssl_context(PROFILES) is identity._create_ssl_context(PROFILES)
