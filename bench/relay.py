"""What forwarding costs: CPU per packet of the media plane, against the bare sealing and sending of the same packets.

    python bench/relay.py --viewers 50 --seconds 10

A publisher in its own process sends 200 packets of 1,100 bytes a second, in pictures of eight, over UDP and SRTP
(AES-128-GCM) to a media plane in this process, which forwards them to viewers that drop them in the kernel. CPU time
is that of this process, the kernel's work for it included; on loopback that also pays for delivery. The floor seals
the same number of packets at prepared places and sends them with `sendmmsg`, with and without segmentation offload,
and does nothing else. Prints one JSON object; times in microseconds of CPU per packet sent.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import multiprocessing
import os
import platform
import resource
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.synchronize import Event

import pylibsrtp

from podium.relay.datagrams import Datagrams
from podium.relay.fanout import Burst, Outlet, lay_out
from podium.relay.media import Codec, Section
from podium.relay.plane import MediaPlane
from podium.relay.srtp import ffi, protect_rtp

PACKET_BYTES = 1100
PICTURES_PER_SECOND = 25
PACKETS_PER_PICTURE = 8
PICTURES_PER_KEY_FRAME = 50
WARM_UP_SECONDS = 1.0
VP8 = Codec(96, "VP8", 90000, feedback=frozenset({"nack", "nack pli"}))
SO_ATTACH_FILTER = 26
UP, DOWN = bytes(range(28)), bytes(range(28, 56))


def session(key: bytes, direction: int) -> pylibsrtp.Session:
    policy = pylibsrtp.Policy(key=key, ssrc_type=direction, srtp_profile=pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return pylibsrtp.Session(policy)


def outbound(key: bytes) -> pylibsrtp.Session:
    return session(key, pylibsrtp.Policy.SSRC_ANY_OUTBOUND)


def inbound(key: bytes) -> pylibsrtp.Session:
    return session(key, pylibsrtp.Policy.SSRC_ANY_INBOUND)


def picture(number: int) -> list[bytes]:
    """The RTP packets of one picture; every fiftieth is a key frame."""
    opening = 0 if number % PICTURES_PER_KEY_FRAME == 0 else 1
    packets = []
    for place in range(PACKETS_PER_PICTURE):
        marker = 0x80 if place == PACKETS_PER_PICTURE - 1 else 0
        sequence = number * PACKETS_PER_PICTURE + place & 0xFFFF
        head = struct.pack("!BBHII", 0x80, marker | 96, sequence, 3600 * number & 0xFFFFFFFF, 0x1111)
        body = bytes([0x10, opening]) if place == 0 else b"\x00\x00"
        packets.append(head + body + bytes(PACKET_BYTES - len(head) - len(body)))
    return packets


def publish(address: tuple[str, int], stop: Event) -> None:
    """A publisher in real time, each picture in one go."""
    sealing = outbound(UP)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        number, due = 0, time.monotonic()
        while not stop.is_set():
            for packet in picture(number):
                udp.sendto(sealing.protect(packet), address)
            number += 1
            due += 1 / PICTURES_PER_SECOND
            time.sleep(max(0.0, due - time.monotonic()))


@contextmanager
def deaf_viewers(count: int) -> Iterator[list[tuple[str, int]]]:
    """Addresses of sockets whose filter (classic BPF: return 0) drops every datagram in the kernel."""
    program = ctypes.create_string_buffer(struct.pack("=HBBI", 0x06, 0, 0, 0))
    filtering = struct.pack("@HP", 1, ctypes.addressof(program))
    with ExitStack() as stack:
        addresses = []
        for _ in range(count):
            udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            udp.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filtering)
            udp.bind(("127.0.0.1", 0))
            addresses.append(udp.getsockname())
        yield addresses


@contextmanager
def relay_socket() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setblocking(False)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
        udp.bind(("127.0.0.1", 0))
        yield udp


async def measure_relay(addresses: list[tuple[str, int]], seconds: float) -> dict[str, float]:
    """CPU per packet that the plane forwards, and what else it counted."""
    loop = asyncio.get_running_loop()
    with relay_socket() as udp:
        plane = MediaPlane(udp)
        publisher = plane.publish(
            "hall/programme", [Section("video", "0", (VP8,))], address=("127.0.0.1", 9), on_closed=print
        )
        publisher.connected(inbound(UP), outbound(DOWN))
        for number, address in enumerate(addresses):
            section = Section("video", "0", (VP8,), ssrcs=(number + 1,))
            viewer = plane.play("hall/programme", [section], address=address, on_closed=print)
            viewer.connected(inbound(UP), outbound(DOWN))

        def read() -> None:
            for _ in range(256):
                try:
                    publisher.receive(udp.recv(2048))
                except BlockingIOError:
                    return

        loop.add_reader(udp, read)
        stop = multiprocessing.Event()
        sender = multiprocessing.Process(target=publish, args=(udp.getsockname(), stop))
        sender.start()
        await asyncio.sleep(WARM_UP_SECONDS)
        before, began, used = plane.counters(), time.monotonic(), time.process_time()
        await asyncio.sleep(seconds)
        used, took, after = time.process_time() - used, time.monotonic() - began, plane.counters()
        stop.set()
        sender.join()
        loop.remove_reader(udp)
        plane.close()
    sent = after["packets_out"] - before["packets_out"]
    return {
        "microseconds": used / sent * 1e6,
        "packets_per_second": sent / took,
        "share_of_a_core": used / took,
        "dropped": after["dropped_send"] - before["dropped_send"],
    }


def measure_floor(addresses: list[tuple[str, int]], pictures: int, *, segmented: bool) -> float:
    """CPU per packet of sealing at prepared places and sending, nothing else."""
    with relay_socket() as udp:
        datagrams = Datagrams(udp, segmented=segmented)
        outlets = [Outlet(udp.family, address, outbound(DOWN)) for address in addresses]
        trailer = outlets[0].protector.trailer
        burst: Burst = lay_out([(packet, 0, 0) for packet in picture(1)], trailer, segmented=datagrams.segmented)
        stride, length = len(burst.image), ffi.new("int *")
        places: list[tuple[object, object]] = []
        runs: list[Callable[[], None]] = []
        for number, outlet in enumerate(outlets):
            base = number * stride % (datagrams.view.nbytes - stride)
            datagrams.view[base : base + stride] = burst.image
            places += [(outlet.context, datagrams.pointer + base + offset) for offset, *_ in burst.packets]
            for offset, size, segment in burst.runs:
                runs.append(lambda o=outlet, a=base + offset, s=size, g=segment: datagrams.add(o, a, s, g))  # type: ignore[misc]
        plain = burst.packets[0][1]
        used = time.process_time()
        for _ in range(pictures):
            for context, place in places:
                length[0] = plain
                protect_rtp(context, place, length)
            for at in range(0, len(runs), 512):
                for add in runs[at : at + 512]:
                    add()
                datagrams.send()
        used = time.process_time() - used
    return used / (pictures * len(places)) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU per forwarded packet against the bare floor of the same run.")
    parser.add_argument("--viewers", type=int, default=50, help="viewers of the feed")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to measure")
    arguments = parser.parse_args()
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if arguments.viewers + 64 > most:
        raise SystemExit(f"{arguments.viewers} viewers need more open files than the limit of {most} (ulimit -n).")
    pictures = max(20, int(20_000 / (arguments.viewers * PACKETS_PER_PICTURE)))
    with deaf_viewers(arguments.viewers) as addresses:
        plain = measure_floor(addresses, pictures, segmented=False)
        segmented = measure_floor(addresses, pictures, segmented=True)
        relay = asyncio.run(measure_relay(addresses, arguments.seconds))
    print(
        json.dumps(
            {
                "viewers": arguments.viewers,
                "relay": {name: round(value, 2) for name, value in relay.items()},
                "floor_sendmmsg_microseconds": round(plain, 2),
                "floor_segmented_microseconds": round(segmented, 2),
                "ratio_to_segmented_floor": round(relay["microseconds"] / segmented, 2),
                "network": "loopback, delivery included",
                "python": platform.python_version(),
                "kernel": platform.release(),
                "cores": os.cpu_count(),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
