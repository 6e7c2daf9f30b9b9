"""The hot path: its bytes are those of the simple path, whatever the sizes, numbers and profiles."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.cache import Packet
from podium.relay.datagrams import MOST_RUN_BYTES, MOST_SEGMENTS, Datagrams
from podium.relay.fanout import Fanout, lay_out, plan_runs
from podium.relay.lanes import Outlet
from podium.relay.shape import shape_of
from tests.relay.media import OPUS, PROFILES, VP8, inbound, outbound, video_section


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    sending, receiving = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    for one in (sending, receiving):
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        one.bind(("127.0.0.1", 0))
    yield sending, receiving
    sending.close()
    receiving.close()


def received(udp: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(udp.recv(4096))
        except BlockingIOError:
            return found


def kept(sequence: int, size: int, codec: object = VP8) -> Packet:
    return Packet(
        sequence=sequence,
        timestamp=3000 * sequence,
        codec=codec,  # type: ignore[arg-type]
        marker=False,
        payload=bytes([sequence % 256]) * size,
        arrived=0.0,
    )


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("batched", "segmented"), [(True, True), (True, False), (False, False)])
def test_every_path_equals_protect_and_sendto(
    pair: tuple[socket.socket, socket.socket], profile: str, batched: bool, segmented: bool
) -> None:
    sending, receiving = pair
    fanout = Fanout(sending, Datagrams(sending, batched=batched, segmented=segmented))
    outlet = Outlet(sending.family, receiving.getsockname(), outbound(profile=profile))
    packets = [kept(65530 + n, size) for n, size in enumerate((1100, 1100, 1100, 300, 20, 1200, 1200, 1201, 1, 0))]
    shape = shape_of(video_section())
    burst = fanout.burst(packets, shape, outlet.protector.trailer)
    assert burst is not None
    fanout.send(outlet, burst, 0xFEED, 10, -7)
    fanout.flush()

    simple = outbound(profile=profile)
    expected = []
    for packet in packets:
        rendered = shape.render(packet)
        assert rendered is not None
        head = struct.pack("!HII", packet.sequence + 10 & 0xFFFF, packet.timestamp - 7 & 0xFFFFFFFF, 0xFEED)
        expected.append(simple.protect(rendered[:2] + head + rendered[12:]))
    assert received(receiving) == expected
    assert outlet.packets == len(packets)


@given(st.lists(st.one_of(st.sampled_from([100, 1116, 1200]), st.integers(1, 1500)), max_size=200))
def test_runs_cover_all_packets_and_segment_to_them_again(sizes: list[int]) -> None:
    runs = plan_runs(sizes)
    cut = []
    position = 0
    for offset, size, segment in runs:
        assert offset == position
        step = segment or size
        pieces = [min(step, size - at) for at in range(0, size, step)]
        assert len(pieces) <= MOST_SEGMENTS
        assert size <= MOST_RUN_BYTES
        cut += pieces
        position += size
    assert cut == sizes


def test_a_picture_of_equal_packets_is_one_run() -> None:
    assert plan_runs([1116] * 7 + [500]) == ((0, 7 * 1116 + 500, 1116),)
    assert plan_runs([1116, 1117]) == ((0, 1116, 0), (1116, 1117, 0))
    assert plan_runs([1116, 500, 500]) == ((0, 1616, 1116), (1616, 500, 0))
    assert plan_runs([10, 10], segmented=False) == ((0, 10, 0), (10, 10, 0))
    assert plan_runs([]) == ()


def test_a_burst_counts_payload_octets() -> None:
    assert lay_out([(bytes(112), 1, 1), (bytes(62), 2, 1)], 16).octets == 150


def test_a_codec_the_shape_lacks_makes_no_burst(pair: tuple[socket.socket, socket.socket]) -> None:
    assert Fanout(pair[0]).burst([kept(1, 1, OPUS)], shape_of(video_section()), 16) is None


def test_more_than_the_arena_holds_is_sent_in_between(pair: tuple[socket.socket, socket.socket]) -> None:
    sending, receiving = pair
    fanout = Fanout(sending)
    outlet = Outlet(sending.family, receiving.getsockname(), outbound())
    burst = fanout.burst([kept(n, 1000) for n in range(200)], shape_of(video_section()), 16)
    assert burst is not None
    clear = inbound()
    heard = 0
    for turn in range(15):
        fanout.send(outlet, burst, 1, 200 * turn, 0)
        heard += sum(len(clear.unprotect(datagram)) > 1000 for datagram in received(receiving))
    fanout.flush()
    heard += sum(len(clear.unprotect(datagram)) > 1000 for datagram in received(receiving))
    assert heard == 3000


def test_what_cannot_be_sealed_is_dropped_for_that_viewer(pair: tuple[socket.socket, socket.socket]) -> None:
    sending, receiving = pair
    fanout = Fanout(sending)
    session = outbound()
    outlet = Outlet(sending.family, receiving.getsockname(), session)
    shape = shape_of(video_section())
    for sequence in (5000, 1):  # the second is older than SRTP's window
        burst = fanout.burst([kept(sequence, 10)], shape, 16)
        assert burst is not None
        fanout.send(outlet, burst, 1, 0, 0)
    fanout.flush()
    assert len(received(receiving)) == 1
    assert (outlet.dropped, fanout.counters()["dropped_unsealed"]) == (1, 1)


def test_control_goes_with_the_media(pair: tuple[socket.socket, socket.socket]) -> None:
    sending, receiving = pair
    fanout = Fanout(sending)
    outlet = Outlet(sending.family, receiving.getsockname(), outbound())
    report = bytes.fromhex("80c90001") + bytes(4)
    fanout.post(outlet, report)
    fanout.flush()
    (datagram,) = received(receiving)
    assert inbound().unprotect_rtcp(datagram) == report
