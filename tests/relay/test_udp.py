import asyncio
import errno
import socket
from collections import Counter
from dataclasses import dataclass, field

import pytest
from aioice import stun

from podium.relay.udp import Address, MediaPortTaken, UdpPort, enlarge_buffers, open_socket, overflowed

HERE = ("192.0.2.1", 5000)
THERE = ("192.0.2.2", 6000)


@dataclass(eq=False)
class Listener:
    """A peer that writes down what reaches it."""

    password: str = "p" * 22
    controls: bool = False
    checks: list[tuple[Address, bool]] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)
    packets: list[bytes] = field(default_factory=list)
    lost_addresses: list[Address] = field(default_factory=list)

    def lost(self, address: Address) -> None:
        self.lost_addresses.append(address)

    def checked(self, address: Address, nominated: bool, priority: int) -> None:
        self.checks.append((address, nominated))

    def dtls(self, datagram: bytes) -> None:
        self.records.append(datagram)

    def media(self, datagram: bytes) -> None:
        self.packets.append(datagram)


class Wire:
    """Stands in for the socket: keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, Address]] = []

    def sendto(self, datagram: bytes, address: Address) -> None:
        self.sent.append((datagram, address))


@dataclass
class Desk:
    port: UdpPort
    wire: Wire
    counters: Counter[str]
    listener: Listener


@pytest.fixture
def desk() -> Desk:
    wire, counters, listener = Wire(), Counter[str](), Listener()
    port = UdpPort(wire, counters)  # type: ignore[arg-type]
    port.admit("ours", listener)
    return Desk(port, wire, counters, listener)


def check(ufrag: str = "ours", password: str = "p" * 22, **attributes: object) -> bytes:
    message = stun.Message(
        stun.Method.BINDING,
        stun.Class.REQUEST,
        attributes={"USERNAME": f"{ufrag}:theirs", "ICE-CONTROLLING": 1}
        | {name.replace("_", "-"): value for name, value in attributes.items()},
    )
    message.add_message_integrity(password.encode())
    return bytes(message)


RTP, DTLS = b"\x80\x60" + bytes(20), b"\x16\xfe\xfd" + bytes(20)


def test_authentic_check_is_answered_and_binds_its_address(desk: Desk) -> None:
    desk.port.dispatch(check(USE_CANDIDATE=None), HERE)
    desk.port.dispatch(DTLS, HERE)
    desk.port.dispatch(RTP, HERE)
    response = stun.parse_message(desk.wire.sent[0][0])
    assert response.attributes["XOR-MAPPED-ADDRESS"] == HERE
    assert desk.listener.checks == [(HERE, True)]
    assert (desk.listener.records, desk.listener.packets) == ([DTLS], [RTP])


@pytest.mark.parametrize(
    ("datagram", "counter"),
    [
        (b"", "dropped_unknown_protocol"),
        (b"\x05junk", "dropped_unknown_protocol"),
        (b"\x40\x00\x00\x04", "dropped_unknown_protocol"),
        (b"\xffjunk", "dropped_unknown_protocol"),
        (b"\x00junk", "dropped_stun_malformed"),
        (RTP, "dropped_unknown_address"),
        (DTLS, "dropped_unknown_address"),
        (check(ufrag="nobody"), "dropped_stun_unknown"),
        (check(password="q" * 22), "dropped_stun_forged"),
    ],
)
def test_noise_is_dropped_and_counted(desk: Desk, datagram: bytes, counter: str) -> None:
    """MP-21."""
    desk.port.dispatch(datagram, HERE)
    assert desk.counters == {counter: 1}
    assert desk.wire.sent == []
    assert desk.listener.checks == []


def test_forged_check_does_not_move_an_address(desk: Desk) -> None:
    desk.port.dispatch(check(), HERE)
    desk.port.dispatch(check(password="q" * 22), THERE)
    desk.port.dispatch(RTP, THERE)
    assert desk.listener.packets == []


def test_peer_that_claims_to_be_controlled_is_told_of_the_conflict(desk: Desk) -> None:
    desk.port.dispatch(check(ICE_CONTROLLED=1), HERE)
    assert stun.parse_message(desk.wire.sent[0][0]).error_code == 487
    assert desk.listener.checks == []


def test_dismissed_ufrag_is_not_answered_but_its_media_arrives(desk: Desk) -> None:
    """WS-19: after an ICE restart the stale ufrag is dropped."""
    desk.port.dispatch(check(), HERE)
    desk.port.dismiss("ours")
    desk.port.dispatch(check(), HERE)
    desk.port.dispatch(RTP, HERE)
    assert len(desk.wire.sent) == 1
    assert desk.listener.packets == [RTP]


def test_forgotten_peer_hears_nothing(desk: Desk) -> None:
    desk.port.dispatch(check(), HERE)
    desk.port.forget(desk.listener)
    desk.port.dispatch(RTP, HERE)
    assert desk.listener.packets == []


def test_address_goes_to_the_peer_that_authenticated_last(desk: Desk) -> None:
    other = Listener()
    desk.port.admit("second", other)
    desk.port.dispatch(check(), HERE)
    desk.port.dispatch(check("second"), HERE)
    desk.port.dispatch(RTP, HERE)
    assert (desk.listener.packets, other.packets) == ([], [RTP])


def test_one_peer_holds_a_bounded_number_of_addresses(desk: Desk) -> None:
    for number in range(100):
        desk.port.dispatch(check(), ("192.0.2.9", number))
    desk.port.dispatch(RTP, ("192.0.2.9", 0))
    desk.port.dispatch(RTP, ("192.0.2.9", 99))
    assert desk.listener.packets == [RTP]


def test_the_address_in_use_outlives_all_others(desk: Desk) -> None:
    for number in range(100):
        desk.port.dispatch(check(), HERE)
        desk.port.dispatch(check(), ("192.0.2.9", number))
    desk.port.dispatch(RTP, HERE)
    assert desk.listener.packets == [RTP]


async def test_datagrams_are_read_from_the_socket() -> None:
    udp = open_socket("127.0.0.1", 0)
    port = UdpPort(udp, Counter())
    listener = Listener()
    port.admit("ours", listener)
    port.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.connect(udp.getsockname())
        client.send(check())
        async with asyncio.timeout(5):
            answer = await asyncio.get_running_loop().sock_recv(client, 2048)
        assert stun.parse_message(answer).attributes["XOR-MAPPED-ADDRESS"] == client.getsockname()
    port.stop()
    udp.close()


def test_taken_port_is_told_in_a_sentence() -> None:
    first = open_socket("127.0.0.1", 0)
    number = first.getsockname()[1]
    with pytest.raises(MediaPortTaken, match=f"port {number}/udp on 127.0.0.1 cannot be opened"):
        open_socket("127.0.0.1", number)
    first.close()


def test_a_bridged_address_stands_for_the_peers_own_until_its_way_is_closed(desk: Desk) -> None:
    desk.port.bridge(HERE, THERE)
    desk.port.dispatch(check(), HERE)
    assert stun.parse_message(desk.wire.sent[0][0]).attributes["XOR-MAPPED-ADDRESS"] == THERE
    assert desk.port.knows(HERE)
    desk.port.unbridge(HERE)
    assert desk.listener.lost_addresses == [HERE]
    desk.port.dispatch(RTP, HERE)
    assert desk.listener.packets == []
    assert not desk.port.knows(HERE)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (("::ffff:192.0.2.9", 5000, 0, 0), ("192.0.2.9", 5000)),
        (("2001:db8::9", 5000, 0, 0), ("2001:db8::9", 5000)),
        (("fe80::9%lo", 5000, 0, 1), ("fe80::9", 5000)),
    ],
)
def test_the_mapped_address_is_the_one_the_peer_knows(desk: Desk, address: Address, told: Address) -> None:
    desk.port.dispatch(check(), address)
    assert stun.parse_message(desk.wire.sent[0][0]).attributes["XOR-MAPPED-ADDRESS"] == told
    desk.port.dispatch(RTP, address)
    assert desk.listener.packets == [RTP]


def test_everywhere_is_ipv4_alone_without_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    made = socket.socket

    def without_ipv6(family: int, kind: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "no IPv6")
        return made(family, kind)

    monkeypatch.setattr(socket, "socket", without_ipv6)
    with open_socket("::", 0) as udp:
        assert udp.getsockname()[0] == "0.0.0.0"


class Unprivileged(socket.socket):
    """A socket of somebody without CAP_NET_ADMIN."""

    def setsockopt(self, level: int, option: int, value: int) -> None:  # type: ignore[override]
        if level == socket.SOL_SOCKET and option in (32, 33):
            raise PermissionError
        super().setsockopt(level, option, value)


def test_without_privileges_the_buffers_are_as_large_as_the_system_allows() -> None:
    with (
        Unprivileged(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        before = udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        enlarge_buffers(udp)
        enlarge_buffers(other)
        granted, forced = (one.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) for one in (udp, other))
        assert before <= granted <= forced


def test_what_the_kernel_drops_is_known() -> None:
    with open_socket("127.0.0.1", 0) as udp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert overflowed(udp) == 0
        for _ in range(100):
            sender.sendto(bytes(1000), udp.getsockname())
        assert 50 < overflowed(udp) < 100
