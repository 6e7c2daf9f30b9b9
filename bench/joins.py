"""How many viewers can join one relay worker per second, and what each costs in CPU and memory.

    python bench/joins.py --rate 250 --joins 1000

A worker on a core of its own answers offers over its control channel; clients on the other core do what a player does:
SDP, a STUN check with integrity, a DTLS-SRTP handshake with certificates. HTTP is left out. Who is refused (503 in
HTTP) comes back after the time it was told. Afterwards each client lets its kernel drop what comes. Prints one JSON
object; the CPU time is the worker's, its memory is the growth of its resident set.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import resource
import socket
import statistics
import sys
import time
from contextlib import suppress
from pathlib import Path

import veth
from aioice import stun
from aiortc import RTCCertificate
from cores import PUBLISHER, RELAY, pin
from OpenSSL import SSL

from podium.relay import control
from podium.relay.control import Configure, Open, Opened, Refusal, Role
from podium.relay.ports import open_sockets

FEED = "hall/programme"
PATIENCE = 20.0
RESEND = 0.5
CERTIFICATE = RTCCertificate.generateCertificate()


def offer(direction: str) -> str:
    """A player's or a publisher's, VP8 only."""
    fingerprint = CERTIFICATE.getFingerprints()[0]
    lines = (
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        f"a={direction}",
        "a=rtcp-mux",
        "a=rtpmap:96 VP8/90000",
        "a=rtcp-fb:96 nack",
        "a=rtcp-fb:96 nack pli",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}",
        "a=setup:actpass",
        "",
    )
    return "\r\n".join(lines)


def client_context() -> SSL.Context:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.use_certificate(CERTIFICATE._cert)
    context.use_privatekey(CERTIFICATE._key)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    context.set_tlsext_use_srtp(b"SRTP_AEAD_AES_128_GCM")
    return context


CONTEXT = client_context()


class Worker:
    """The process under test and its control channel."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pid: int) -> None:
        self._reader, self._writer, self.pid = reader, writer, pid
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[object]] = {}
        self._task = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        while (frame := await control.read_frame(self._reader)) is not None:
            message = control.from_worker.decode(frame)
            waiting = self._waiting.pop(getattr(message, "number", 0), None)
            if waiting is not None:
                waiting.set_result(message)

    def tell(self, message: object) -> None:
        self._writer.write(control.pack(message))  # type: ignore[arg-type]

    async def open(self, role: Role, text: str) -> object:
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        waiting = self._waiting[number]
        self.tell(Open(number, role, FEED, text, "127.0.0.1"))
        return await waiting

    def cpu(self) -> float:
        """Seconds of all its threads."""
        return (
            sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{self.pid}/task").glob("*/schedstat")) / 1e9
        )

    def resident(self) -> int:
        """Bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def close(self) -> None:
        self._task.cancel()
        self._writer.close()


def flush(connection: SSL.Connection, udp: socket.socket) -> None:
    """Send what the handshake has to say."""
    with suppress(SSL.WantReadError):
        while True:
            udp.send(connection.bio_read(1500))


async def shake(udp: socket.socket, answer: str, remote: tuple[str, int]) -> None:
    """STUN check, then DTLS as the client, to the end."""
    loop = asyncio.get_running_loop()
    values = dict(line[2:].split(":", 1) for line in answer.splitlines() if line.startswith("a=") and ":" in line)
    check = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    check.attributes["USERNAME"] = f"{values['ice-ufrag']}:abcd"
    check.attributes["PRIORITY"] = 1
    check.attributes["ICE-CONTROLLING"] = 1
    check.attributes["USE-CANDIDATE"] = None
    check.add_message_integrity(values["ice-pwd"].encode())
    udp.connect(remote)
    udp.send(bytes(check))
    await loop.sock_recv(udp, 2048)
    connection = SSL.Connection(CONTEXT)
    connection.set_connect_state()
    while True:
        try:
            connection.do_handshake()
        except SSL.WantReadError:
            done = False
        else:
            done = True
        flush(connection, udp)
        if done:
            return
        try:
            connection.bio_write(await asyncio.wait_for(loop.sock_recv(udp, 4096), RESEND))
        except TimeoutError:
            if connection.DTLSv1_handle_timeout():
                flush(connection, udp)


async def join(worker: Worker, udp: socket.socket, role: Role, remote: tuple[str, int]) -> tuple[float, int]:
    """Seconds from the first offer to the end of the handshake, and how often it was sent away."""
    began, refused = time.monotonic(), 0
    while True:
        reply = await worker.open(role, offer("sendonly" if role is Role.PUBLISH else "recvonly"))
        if isinstance(reply, Opened):
            await asyncio.wait_for(shake(udp, reply.answer, remote), PATIENCE)
            if role is Role.PLAY:
                veth.deafen(udp)
            return time.monotonic() - began, refused
        if not isinstance(reply, Refusal) or reply.retry_after is None:
            raise SystemExit(f"refused: {reply}")
        refused += 1
        await asyncio.sleep(reply.retry_after)


async def measure(rate: float, joins: int) -> dict[str, float]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    media = open_sockets("127.0.0.1", 0)
    fds = {"control": theirs.fileno(), "udp": media.udp.fileno(), "tcp": media.tcp.fileno()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "podium.relay.worker", "0", "text", *(f"{name}={fd}" for name, fd in fds.items())),
        pass_fds=list(fds.values()),
    )
    os.sched_setaffinity(process.pid, {RELAY})
    theirs.close()
    worker = Worker(*await asyncio.open_connection(sock=ours), process.pid)
    worker.tell(Configure(()))
    remote = media.udp.getsockname()[:2]
    media.close()
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(joins + 1)]
    for udp in sockets:
        udp.setblocking(False)
    await join(worker, sockets.pop(), Role.PUBLISH, remote)
    await asyncio.sleep(0.5)
    resident, cpu, began = worker.resident(), worker.cpu(), time.monotonic()
    tasks = []
    for number, udp in enumerate(sockets):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        tasks.append(asyncio.create_task(join(worker, udp, Role.PLAY, remote)))
    results = await asyncio.gather(*tasks)
    took = time.monotonic() - began
    cpu, resident = worker.cpu() - cpu, worker.resident() - resident
    worker.close()
    await process.wait()
    times = sorted(seconds for seconds, _ in results)
    return {
        "joins": joins,
        "wished_per_second": rate,
        "joined_per_second": joins / took,
        "cpu_milliseconds": cpu / joins * 1e3,
        "per_second_on_one_core": joins / cpu,
        "p50_milliseconds": statistics.median(times) * 1e3,
        "p95_milliseconds": times[int(0.95 * joins)] * 1e3,
        "sent_away": sum(refused for _, refused in results),
        "kilobytes_per_viewer": resident / joins / 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Joins per second of one relay worker, CPU and memory per viewer.")
    parser.add_argument("--rate", type=float, default=250.0, help="joins begun per second")
    parser.add_argument("--joins", type=int, default=1000, help="viewers in all")
    arguments = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    pin(PUBLISHER)
    found = asyncio.run(measure(arguments.rate, arguments.joins))
    print(json.dumps({name: round(value, 2) for name, value in found.items()}, indent=2))


if __name__ == "__main__":
    main()
