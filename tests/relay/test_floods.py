"""Noise and lies on both ports beside a running viewer: nothing grows, all is counted, and the picture goes on."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
import pytest_asyncio
from aioice import stun

from podium.relay.control import Role, SessionClosed
from podium.relay.halfopen import UNCHECKED_SECONDS
from tests.relay.browser import Peer, moves, publisher, viewer
from tests.relay.offers import offer
from tests.relay.rig import FEED, TOKEN, Rig, running_relay, until

FLOOD = 2_000
AT_ONCE = 50
HALF_OPEN = 32
CLIENT_HELLO = b"\x16\xfe\xff" + bytes(8) + b"\x00\x9e\x01" + bytes(157)
RTP = b"\x80\x60" + bytes(20)
RTCP = b"\x80\xc9\x00\x01" + bytes(20)


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running_relay() as relay:
        yield relay


async def running(rig: Rig) -> tuple[Peer, Peer]:
    """A publisher and a viewer that sees it."""
    source = await publisher(rig.http, rig.whip)
    await until(lambda: bool(rig.events))
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: moves(watcher.frames))
    return source, watcher


def check(ufrag: str, password: str) -> bytes:
    attributes = {"USERNAME": f"{ufrag}:x", "ICE-CONTROLLING": 1, "USE-CANDIDATE": None}
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes=attributes)
    message.add_message_integrity(password.encode())
    return bytes(message)


@contextmanager
def stranger(rig: Rig) -> Iterator[socket.socket]:
    """A socket of somebody unknown."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setblocking(False)
        udp.connect(("127.0.0.1", rig.media_port))
        yield udp


async def flood(rig: Rig, udp: socket.socket, datagrams: list[bytes], counter: str) -> None:
    """Send them, no faster than a socket buffer takes them, until that many more are counted."""
    expected = rig.counters[counter] + len(datagrams)
    for number, datagram in enumerate(datagrams):
        udp.send(datagram)
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    await until(lambda: rig.counters[counter] >= expected)


def tables(rig: Rig) -> tuple[int, ...]:
    """The sizes of all that a datagram could make grow."""
    port = rig.sessions._port
    return len(rig.sessions), len(port._by_ufrag), len(port._by_address), len(port._addresses), len(rig.plane.feeds())


async def test_mp_21_a_flood_of_every_noise_leaves_a_running_viewer_alone(rig: Rig) -> None:
    source, watcher = await running(rig)
    ours = re.findall(r"a=ice-ufrag:(\S+)", watcher.answer)[0]
    known_before, sent_before = tables(rig), rig.counters["dropped_send"]
    noises = {
        "dropped_stun_unknown": [check(f"nobody{number}", "p" * 22) for number in range(FLOOD)],
        "dropped_stun_forged": [check(ours, "p" * 22)] * FLOOD,
        "dropped_stun_malformed": [b"\x00\x01\xff\xff!\x12\xa4B" + bytes(20)] * FLOOD,
        "dropped_unknown_address": [RTP, RTCP, CLIENT_HELLO, b"\x17\xfe\xfd" + bytes(40)] * (FLOOD // 4),
        "dropped_unknown_protocol": [b"\x60 garbage", b"\xff", b""] * (FLOOD // 3),
    }
    seen = len(watcher.frames)
    with stranger(rig) as udp:
        for counter, datagrams in noises.items():
            await flood(rig, udp, datagrams, counter)
    await until(lambda: moves(watcher.frames[seen:]))
    assert tables(rig) == known_before, "no state for strangers: no session, no address, no handshake"
    assert rig.counters["dropped_send"] == sent_before
    assert [event for event in rig.events if isinstance(event, SessionClosed)] == []
    await watcher.close()
    await source.close()


async def test_a_flood_of_offers_costs_bounded_memory_and_keeps_no_real_viewer_out(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anonymous, a hundred at once, for as long as it takes a newcomer to see the picture."""
    monkeypatch.setattr("podium.relay.halfopen.MOST_UNCHECKED", HALF_OPEN)
    monkeypatch.setattr("podium.relay.halfopen.UNCHECKED_SECONDS", 0.0)
    source, watcher = await running(rig)
    headers = {"Content-Type": "application/sdp"}
    most = 0

    async def pour() -> None:
        nonlocal most
        while True:
            async with rig.http.post(rig.whep, data=offer("chromium_play"), headers=headers) as response:
                assert response.status == 201
            most = max(most, len(rig.sessions))

    pouring = [asyncio.create_task(pour()) for _ in range(4)]
    await until(lambda: most == HALF_OPEN + 2)
    newcomer = await viewer(rig.http, rig.whep)
    seen = len(watcher.frames)
    await until(lambda: moves(newcomer.frames) and moves(watcher.frames[seen:]))
    assert most <= HALF_OPEN + 4
    assert rig.sessions.viewers == 2, "offers without a peer take no viewer's place"
    for task in pouring:
        task.cancel()
    await asyncio.gather(*pouring, return_exceptions=True)
    for peer in (newcomer, watcher, source):
        await peer.close()


async def test_offers_that_come_faster_than_a_real_peer_checks_are_asked_to_wait(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podium.relay.halfopen.MOST_UNCHECKED", HALF_OPEN)
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {TOKEN}"}
    for _ in range(HALF_OPEN):
        rig.sessions.open(0, Role.PUBLISH, FEED, offer("obs"), "127.0.0.1")
    async with rig.http.post(rig.whip, data=offer("obs"), headers=headers) as response:
        assert (response.status, int(response.headers["Retry-After"]) > 0) == (503, True)
        assert (await response.json(content_type=None))["code"] == "relay_busy"
    rig.time.ahead += UNCHECKED_SECONDS
    async with rig.http.post(rig.whip, data=offer("obs"), headers=headers) as response:
        assert response.status == 201
    assert len(rig.sessions) == HALF_OPEN


async def test_a_client_hello_begins_nothing_before_an_authenticated_check(rig: Rig) -> None:
    """So that a handshake, which is dear and whose answer is long, is for those only who have posted an offer."""
    source, watcher = await running(rig)
    asking = await rig.http.post(rig.whep, data=offer("chromium_play"), headers={"Content-Type": "application/sdp"})
    answer = await asking.text()
    ufrag, password = (re.findall(rf"a=ice-{name}:(\S+)", answer)[0] for name in ("ufrag", "pwd"))
    peer = rig.sessions._port._by_ufrag[ufrag]
    with stranger(rig) as udp:
        await flood(rig, udp, [CLIENT_HELLO] * FLOOD, "dropped_unknown_address")
        assert not peer._started  # type: ignore[attr-defined]
        udp.send(check(ufrag, password))
        answered = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(udp, 2048), 5)
        assert stun.parse_message(answered).message_class is stun.Class.RESPONSE
        assert peer._started  # type: ignore[attr-defined]
        for _ in range(AT_ONCE):
            udp.send(CLIENT_HELLO)
        await until(lambda: rig.counters["dropped_dtls"] > 0)
    seen = len(watcher.frames)
    await until(lambda: moves(watcher.frames[seen:]))
    await watcher.close()
    await source.close()


async def test_mp_23_a_viewer_with_another_certificate_gets_no_media(rig: Rig) -> None:
    source = await publisher(rig.http, rig.whip)
    await until(lambda: bool(rig.events))
    liar = Peer(rig.http)
    liar.watch()
    liar.connection.addTransceiver("video", direction="recvonly")
    liar.writes = lambda text: re.sub(r"(a=fingerprint:sha-\d+) \S+", lambda m: f"{m[1]} {_other(m[0])}", text)
    assert await liar.post(rig.whep) == 201
    await until(lambda: any(isinstance(event, SessionClosed) for event in rig.events))
    closed = next(event for event in rig.events if isinstance(event, SessionClosed))
    assert closed.reason == "handshake_failed"
    assert liar.frames == []
    assert len(rig.sessions) == 1
    await liar.close()
    await source.close()


def _other(line: str) -> str:
    """A fingerprint of the same length."""
    return ":".join(["AB"] * (line.count(":")))
