"""Janus' streaming plugin in the relay's place: the same packets, the same veth pair, viewers that drop in the kernel.

    python bench/janus.py --viewers 50 150 --seconds 5

Needs root and Debian's `janus`. Janus forwards plain RTP from a UDP port to WebRTC viewers, with one event loop, as
quickly as it can be set up. Each viewer is a client that takes the plugin's offer, answers as an ICE-lite agent, shakes
hands by DTLS-SRTP (AES-128-GCM preferred, as with the relay) and lets its kernel drop the rest. CPU time is of all Janus' threads; packets are counted at the veth device.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import aiohttp
import veth
from aiortc import RTCCertificate
from cores import PUBLISHER, RELAY, pin
from OpenSSL import SSL
from traffic import PACKETS_PER_PICTURE, PACKETS_PER_SECOND, packet

from podium.relay import stun

API = f"http://{veth.RELAY}:8088/janus"
RTP_PORT = 5004
MOUNTPOINT = 1
PATIENCE = 30.0
CERTIFICATE = RTCCertificate.generateCertificate()
CONFIGURATION = {
    "janus.jcfg": 'general: {{ configs_folder = "{0}" debug_level = 1 session_timeout = 0 event_loops = 1 }}\n'
    "nat: {{ ice_lite = false ice_tcp = false }}\nmedia: {{ }}\n",
    "janus.transport.http.jcfg": "general: {{ http = true port = 8088 https = false }}\n",
    "janus.plugin.streaming.jcfg": "hall: {{ type = 'rtp' id = 1 media = ({{ type = 'video' mid = 'v' port = 5004 "
    "pt = 96 codec = 'vp8' }}) }}\n".replace("'", '"'),
}


def client_context() -> SSL.Context:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.use_certificate(CERTIFICATE._cert)
    context.use_privatekey(CERTIFICATE._key)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    context.set_tlsext_use_srtp(b"SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80")
    return context


CONTEXT = client_context()


def answer(offer: str, port: int) -> str:
    """An ICE-lite agent's answer to the plugin's offer."""
    payload_type = offer.split("m=video ")[1].split()[2]
    mid = offer.split("a=mid:")[1].split(maxsplit=1)[0]
    fingerprint = CERTIFICATE.getFingerprints()[0]
    return "\r\n".join(
        (
            "v=0",
            f"o=- 1 1 IN IP4 {veth.AUDIENCE}",
            "s=-",
            "t=0 0",
            "a=ice-lite",
            f"a=group:BUNDLE {mid}",
            f"m=video {port} UDP/TLS/RTP/SAVPF {payload_type}",
            f"c=IN IP4 {veth.AUDIENCE}",
            f"a=mid:{mid}",
            "a=recvonly",
            "a=rtcp-mux",
            f"a=rtpmap:{payload_type} VP8/90000",
            "a=ice-ufrag:abcd",
            "a=ice-pwd:abcdefghijklmnopqrstuvwx",
            f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}",
            "a=setup:active",
            f"a=candidate:1 1 udp 2130706431 {veth.AUDIENCE} {port} typ host",
            "a=end-of-candidates",
            "",
        )
    )


def flush(connection: SSL.Connection, udp: socket.socket, remote: Any) -> None:
    """Send what the handshake has to say."""
    with suppress(SSL.WantReadError):
        while True:
            udp.sendto(connection.bio_read(1500), remote)


async def shake(udp: socket.socket) -> None:
    """Answer Janus' checks and shake hands, until DTLS is done."""
    loop = asyncio.get_running_loop()
    connection, remote = SSL.Connection(CONTEXT), None
    connection.set_connect_state()
    while True:
        try:
            datagram, source = await asyncio.wait_for(loop.sock_recvfrom(udp, 4096), 0.2)
        except TimeoutError:  # the first hello may come before Janus is ready for it
            if remote is not None and connection.DTLSv1_handle_timeout():
                flush(connection, udp, remote)
            continue
        if datagram[0] <= 3:
            request = stun.parse_request(datagram)
            if request is None:
                continue
            udp.sendto(stun.success(request, "abcdefghijklmnopqrstuvwx", source), source)
            if remote is not None:
                continue
            remote = source
        elif 20 <= datagram[0] <= 63:
            connection.bio_write(datagram)
        else:
            continue
        done = True
        try:
            connection.do_handshake()
        except SSL.WantReadError:
            done = False
        flush(connection, udp, remote)
        if done:
            return


async def post(http: aiohttp.ClientSession, path: str, **message: Any) -> dict[str, Any]:
    async with http.post(API + path, json={"transaction": "t", **message}) as response:
        found: dict[str, Any] = await response.json()
    if found["janus"] == "error":
        raise SystemExit(f"janus: {found}")
    return found


async def watch(http: aiohttp.ClientSession, udp: socket.socket) -> None:
    """One viewer, from its session to its deafness."""
    session = f"/{(await post(http, '', janus='create'))['data']['id']}"
    handle = f"{session}/{(await post(http, session, janus='attach', plugin='janus.plugin.streaming'))['data']['id']}"
    await post(http, handle, janus="message", body={"request": "watch", "id": MOUNTPOINT})
    offer = ""
    while not offer:
        async with http.get(f"{API}{session}?maxev=1") as response:
            offer = (await response.json()).get("jsep", {}).get("sdp", "")
    jsep = {"type": "answer", "sdp": answer(offer, udp.getsockname()[1])}
    shaking = asyncio.create_task(shake(udp))
    await post(http, handle, janus="message", body={"request": "start"}, jsep=jsep)
    await asyncio.wait_for(shaking, PATIENCE)
    veth.deafen(udp)


def feed(udp: socket.socket, stop: Event) -> None:
    """Plain RTP to the mountpoint, in pictures."""
    pin(PUBLISHER)
    number, due = 0, time.monotonic()
    while not stop.is_set():
        for place in range(number, number + PACKETS_PER_PICTURE):
            udp.sendto(packet(place), (veth.RELAY, RTP_PORT))
        number += PACKETS_PER_PICTURE
        due += PACKETS_PER_PICTURE / PACKETS_PER_SECOND
        time.sleep(max(0.0, due - time.monotonic()))


def cpu(pid: int) -> float:
    """Seconds of all threads."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def sent(namespace: str) -> tuple[int, int]:
    """Bytes and packets that left the namespace."""
    command = [shutil.which("ip") or "/usr/sbin/ip", "-n", namespace, "-j", "-s", "link", "show", "veth0"]
    transmitted = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[0]["stats64"]["tx"]
    return transmitted["bytes"], transmitted["packets"]


async def measure(near: str, far: str, pid: int, viewers: int, seconds: float) -> dict[str, float]:
    """CPU per packet with so many viewers."""
    with ExitStack() as stack:
        with veth.inside(far):
            sockets = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(viewers)]
            camera = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            for udp in sockets:
                udp.setblocking(False)
                udp.bind((veth.AUDIENCE, 0))
        with veth.inside(near):
            async with aiohttp.ClientSession() as http:
                for at in range(0, viewers, 10):
                    await asyncio.gather(*(watch(http, udp) for udp in sockets[at : at + 10]))
                stop = multiprocessing.Event()
                process = multiprocessing.Process(target=feed, args=(camera, stop))
                process.start()
                await asyncio.sleep(1.5)
                used, began, (_, packets) = cpu(pid), time.monotonic(), sent(near)
                await asyncio.sleep(seconds)
                used, took, packets = cpu(pid) - used, time.monotonic() - began, sent(near)[1] - packets
                stop.set()
                process.join()
    return {
        "viewers": viewers,
        "microseconds": used / packets * 1e6,
        "packets_per_second": packets / took,
        "share_forwarded": packets / took / (viewers * PACKETS_PER_SECOND),
        "share_of_a_core": used / took,
    }


def run(near: str, far: str, viewers: int, seconds: float) -> dict[str, float]:
    """A fresh Janus on the relay's core."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in CONFIGURATION.items():
            Path(folder, name).write_text(
                text.format(folder) if "{0}" in text else text.replace("{{", "{").replace("}}", "}")
            )
        command = [shutil.which("ip") or "/usr/sbin/ip", "netns", "exec", near, "taskset", "-c", str(RELAY)]
        command += ["janus", "-F", folder, "-C", f"{folder}/janus.jcfg", "-L", f"{folder}/log"]
        janus = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with veth.inside(near):
                for _ in range(100):
                    with socket.socket() as tcp:
                        if tcp.connect_ex((veth.RELAY, 8088)) == 0:
                            break
                    time.sleep(0.1)
            return asyncio.run(measure(near, far, janus.pid, viewers, seconds))
        finally:
            janus.kill()
            janus.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU per packet of Janus' streaming plugin.")
    parser.add_argument("--viewers", type=int, nargs="+", default=[50, 150])
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    if shutil.which("janus") is None:
        raise SystemExit("Janus is not installed (on Debian: apt install janus).")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.sched_setaffinity(0, {PUBLISHER})
    with veth.pair() as (near, far):
        for viewers in arguments.viewers:
            found = run(near, far, viewers, arguments.seconds)
            print(json.dumps({name: round(value, 2) for name, value in found.items()}), flush=True)


if __name__ == "__main__":
    main()
