"""What the benchmarks send: a publisher's pictures, sealed, in real time, stamped with the time they left."""

from __future__ import annotations

import multiprocessing
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

import pylibsrtp

from podium.relay.media import Codec

PACKET_BYTES = 1100
PICTURES_PER_SECOND = 25
PACKETS_PER_PICTURE = 8
PACKETS_PER_SECOND = PICTURES_PER_SECOND * PACKETS_PER_PICTURE
PICTURES_PER_KEY_FRAME = 50
VP8 = Codec(96, "VP8", 90000, feedback=frozenset({"nack", "nack pli"}))
#: Where the time of sending (nanoseconds, CLOCK_REALTIME) stands in a packet.
STAMP = struct.Struct("!Q")
STAMP_AT = 20
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


def packet(number: int) -> bytes:
    """One RTP packet of a VP8 stream; every fiftieth picture is a key frame."""
    picture, place = divmod(number, PACKETS_PER_PICTURE)
    opening = 0 if picture % PICTURES_PER_KEY_FRAME == 0 else 1
    marker = 0x80 if place == PACKETS_PER_PICTURE - 1 else 0
    head = struct.pack("!BBHII", 0x80, marker | 96, number & 0xFFFF, 3600 * picture & 0xFFFFFFFF, 0x1111)
    body = bytes([0x10, opening]) if place == 0 else b"\x00\x00"
    rest = bytearray(PACKET_BYTES - len(head) - len(body))
    STAMP.pack_into(rest, STAMP_AT - len(head) - len(body), time.time_ns())
    return head + body + bytes(rest)


def send(udp: socket.socket, address: tuple[str, int], stop: Event, *, bursts: bool) -> None:
    """Send until told to stop: each picture in one go, or every packet in its own time."""
    sealing = outbound(UP)
    step = PACKETS_PER_PICTURE if bursts else 1
    number, due = 0, time.monotonic()
    while not stop.is_set():
        for place in range(number, number + step):
            udp.sendto(sealing.protect(packet(place)), address)
        number += step
        due += step / PACKETS_PER_SECOND
        time.sleep(max(0.0, due - time.monotonic()))


@contextmanager
def publisher(udp: socket.socket, address: tuple[str, int], *, bursts: bool) -> Iterator[None]:
    """A process that sends meanwhile, on the other core."""
    stop = multiprocessing.Event()
    process = multiprocessing.Process(target=_alone, args=(udp, address, stop, bursts))
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join()


def _alone(udp: socket.socket, address: tuple[str, int], stop: Event, bursts: bool) -> None:
    from cores import PUBLISHER, pin  # noqa: PLC0415 - in the new process only

    pin(PUBLISHER)
    send(udp, address, stop, bursts=bursts)
