"""Runs of datagrams: the batched and the plain path put the same bytes on the wire; refusals cost one recipient."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from podium.relay import datagrams
from podium.relay.datagrams import ARENA, Address, Datagrams, pack_name
from podium.relay.srtp import ffi


@dataclass
class Somebody:
    udp: socket.socket
    address: Address = ()
    dropped: int = 0
    name: object = field(default=None)
    name_pointer: int = 0
    name_length: int = 0

    def __post_init__(self) -> None:
        self.to(self.udp.getsockname())

    def drop(self, packets: int) -> None:
        self.dropped += packets

    def to(self, address: Address) -> None:
        self.address = address
        packed = pack_name(self.udp.family, address)
        self.name = ffi.new("char[]", packed)
        self.name_pointer = int(ffi.cast("uintptr_t", self.name))
        self.name_length = len(packed)

    def received(self) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(self.udp.recv(70_000))
            except BlockingIOError:
                return found


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def family(request: pytest.FixtureRequest) -> int:
    value: int = request.param
    return value


@pytest.fixture
def sockets(family: int) -> Iterator[list[socket.socket]]:
    opened = [socket.socket(family, socket.SOCK_DGRAM) for _ in range(3)]
    for one in opened:
        one.setblocking(False)
        one.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
    yield opened
    for one in opened:
        one.close()


def fill(sender: Datagrams, recipients: list[Somebody]) -> None:
    for number, recipient in enumerate(recipients):
        content = bytes([65 + number]) * 2500
        base = sender.used
        sender.view[base : base + 2500] = content
        sender.used += 2500
        sender.add(recipient, base, 2500, 1000)
        sender.add(recipient, base, 77, 0)


@pytest.mark.parametrize(("batched", "segmented"), [(True, True), (True, False), (False, False)])
def test_every_path_sends_the_same_datagrams(sockets: list[socket.socket], batched: bool, segmented: bool) -> None:
    sender = Datagrams(sockets[0], batched=batched, segmented=segmented)
    recipients = [Somebody(one) for one in sockets[1:]]
    if segmented:
        fill(sender, recipients)
    else:
        sender.segmented = False
        for number, recipient in enumerate(recipients):
            sender.view[sender.used : sender.used + 2500] = bytes([65 + number]) * 2500
            for offset, size in ((0, 1000), (1000, 1000), (2000, 500), (0, 77)):
                sender.add(recipient, sender.used + offset, size, 0)
            sender.used += 2500
    sender.send()
    for number, recipient in enumerate(recipients):
        letter = bytes([65 + number])
        assert recipient.received() == [letter * 1000, letter * 1000, letter * 500, letter * 77]
        assert recipient.dropped == 0
    assert (len(sender), sender.used) == (0, 0)


def test_a_run_is_cut_up_where_there_is_no_batching(sockets: list[socket.socket]) -> None:
    sender = Datagrams(sockets[0], batched=False)
    recipient = Somebody(sockets[1])
    fill(sender, [recipient])
    sender.send()
    assert [len(datagram) for datagram in recipient.received()] == [1000, 1000, 500, 77]


def test_a_recipient_that_the_kernel_refuses_costs_only_itself(sockets: list[socket.socket]) -> None:
    sender = Datagrams(sockets[0])
    refused, other = Somebody(sockets[1]), Somebody(sockets[2])
    refused.to((sockets[1].getsockname()[0], 0))  # port 0 is nobody's: EINVAL
    fill(sender, [refused, other])
    sender.send()
    assert refused.dropped == 4
    assert sender.dropped == 4
    assert len(other.received()) == 4


def test_a_full_socket_drops_and_counts_and_never_raises(
    sockets: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Datagrams(sockets[0])
    recipient, other = Somebody(sockets[1]), Somebody(sockets[2])
    calls = []

    def full_at_first(descriptor: int, messages: object, count: int, flags: int) -> int:
        calls.append(count)
        if len(calls) == 1:
            sender._ffi.errno = errno.EAGAIN
            return -1
        return 1

    monkeypatch.setattr(sender, "_sendmmsg", full_at_first)
    fill(sender, [recipient, other])
    sender.send()
    assert calls == [4, 3, 2, 1]
    assert (recipient.dropped, other.dropped) == (3, 0)


def test_a_device_without_segmentation_is_sent_to_packet_by_packet(
    sockets: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Datagrams(sockets[0])
    recipient = Somebody(sockets[1])
    real = sender._sendmmsg
    assert real is not None

    def refuses_segments(descriptor: int, messages: object, count: int, flags: int) -> int:
        if sender.segmented:
            sender._ffi.errno = errno.EIO
            return -1
        return real(descriptor, messages, count, flags)

    monkeypatch.setattr(sender, "_sendmmsg", refuses_segments)
    fill(sender, [recipient])
    sender.send()
    assert sender.segmented is False
    assert [len(datagram) for datagram in recipient.received()] == [1000, 1000, 500, 77]


def test_room_is_bounded(sockets: list[socket.socket]) -> None:
    sender = Datagrams(sockets[0])
    assert sender.room_for(ARENA, datagrams.MOST_MESSAGES)
    assert not sender.room_for(ARENA + 1, 1)
    assert not sender.room_for(1, datagrams.MOST_MESSAGES + 1)


def test_a_platform_without_the_call_sends_plainly(
    sockets: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    sender = Datagrams(sockets[0])
    assert sender.segmented is False
    recipient = Somebody(sockets[1])
    fill(sender, [recipient])
    sender.send()
    assert len(recipient.received()) == 4
