"""What forwarding costs: CPU per packet of the media plane, against the floor of the same run. Needs root and a C compiler.

    python bench/relay.py --viewers 50 250 700 1000

A publisher sends 200 packets of 1,100 bytes a second, in pictures of eight or evenly spaced, over UDP and SRTP
(AES-128-GCM) to a media plane in this process, which forwards them across a veth pair to viewers in another network
namespace that drop them in the kernel (classic BPF). CPU time is that of this process with the kernel's work for it:
on veth that includes delivery up to the viewer's socket, because the sender's system call runs the soft interrupt
itself; what ksoftirqd took over is added. The floor is counted the same way: it seals the same number of packets where
they lie and sends them at the same times, and does nothing else; "flat out" is the same without pauses, with warm
caches. The floor takes turns with the relay's pictures, in a thread on the same core, for the speed of a machine that is shared changes from second to
second: both are slowed alike. Figures are medians of several rounds, the ratio is the median of each round's own (the least and the
largest in brackets). Prints a table, and one JSON object for machines.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import platform
import resource
import socket
import sys
from statistics import median
from typing import Any

import janus
import veth
from cores import PUBLISHER, RELAY, pin, spent
from delay import EARS, Ears, ears
from floor import Floor, compiled
from traffic import DOWN, PACKETS_PER_PICTURE, UP, VP8, inbound, outbound, publisher

from podium.relay import compiled as fan_out
from podium.relay.media import Section
from podium.relay.plane import MediaPlane
from podium.relay.publisher import Publisher

WARM_UP_SECONDS = 1.5
PATHS = {"compiled": True, "python": False}


class Stage:
    """A media plane with a publisher and an audience."""

    def __init__(self, udp: socket.socket, addresses: list[tuple[str, int]], *, native: bool) -> None:
        self._udp = udp
        self.plane = MediaPlane(udp, library=fan_out.load() if native else None)
        self.publisher: Publisher = self.plane.publish(
            "hall/programme", [Section("video", "0", (VP8,))], address=(veth.AUDIENCE, 9), on_closed=print
        )
        self.publisher.connected(inbound(UP), outbound(DOWN))
        for number, address in enumerate(addresses):
            section = Section("video", "0", (VP8,), ssrcs=(number + 1,))
            viewer = self.plane.play("hall/programme", [section], address=address, on_closed=print)
            viewer.connected(inbound(UP), outbound(DOWN))
        asyncio.get_running_loop().add_reader(udp, self._read)

    def _read(self) -> None:
        receive = self._udp.recv
        for _ in range(256):
            try:
                self.publisher.receive(receive(2048))
            except BlockingIOError:
                return

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._udp)
        self.plane.close()


async def measure(
    near: str, far: str, addresses: list[tuple[str, int]], seconds: float, floor: Floor, *, bursts: bool, native: bool
) -> dict[str, float]:
    """CPU per packet that the plane forwards, and the floor's meanwhile, and what else was counted."""
    with veth.bound(near, veth.RELAY) as udp, veth.bound(far, veth.AUDIENCE) as camera:
        stage = Stage(udp, addresses, native=native)
        with publisher(camera, udp.getsockname(), bursts=bursts):
            await asyncio.sleep(WARM_UP_SECONDS)
            counters, before = stage.plane.counters(), spent()
            beside = await asyncio.to_thread(floor.beside, seconds, packets=PACKETS_PER_PICTURE if bursts else 1)
            used, after = spent() - before, stage.plane.counters()
        stage.close()
    sent = after["packets_out"] - counters["packets_out"]
    cpu = used.process + used.ksoftirqd - beside.cpu
    return {
        "microseconds": cpu / sent * 1e6,
        "floor": beside.microseconds,
        "ratio": cpu / sent * 1e6 / beside.microseconds,
        "packets_per_second": sent / used.clock,
        "packets_per_core": sent / cpu,
        "share_of_a_core": cpu / used.clock,
        "dropped": after["dropped_send"] - counters["dropped_send"],
    }


async def measure_delay(
    near: str, far: str, addresses: list[tuple[str, int]], seconds: float, heard: Ears, *, bursts: bool
) -> dict[str, float]:
    """The way through the relay with so many viewers, of which eight, spread evenly, listen."""
    step = max(1, len(addresses) // EARS)
    mixed = list(addresses)
    for number, address in enumerate(heard.addresses):
        mixed[min(number * step + step - 1, len(mixed) - 1)] = address
    with veth.bound(near, veth.RELAY) as udp, veth.bound(far, veth.AUDIENCE) as camera:
        stage = Stage(udp, mixed, native=True)
        with publisher(camera, udp.getsockname(), bursts=bursts):
            await asyncio.sleep(WARM_UP_SECONDS)
            heard.begin()
            await asyncio.sleep(seconds)
            found = heard.end()
        stage.close()
    return found


def delays(near: str, far: str, viewers: int, seconds: float) -> dict[str, Any]:
    """Milliseconds, in bursts and evenly spaced."""
    found: dict[str, Any] = {"viewers": viewers}
    with veth.deaf_viewers(viewers, far, veth.AUDIENCE) as addresses:
        for name, bursts in (("bursts of 8", True), ("evenly spaced", False)):
            with ears(far, veth.AUDIENCE) as heard:
                found[name] = asyncio.run(measure_delay(near, far, addresses, seconds, heard, bursts=bursts))
    return found


def run(
    near: str, far: str, viewers: int, rounds: int, seconds: float, *, bursts: bool, library: Any
) -> dict[str, Any]:
    """One line of the table per path; each round of `seconds` measures every path, and the floor beside it."""
    found: dict[str, Any] = {"viewers": viewers, "packets": "bursts of 8" if bursts else "evenly spaced"}
    rows: dict[str, list[dict[str, float]]] = {path: [] for path in PATHS}
    with veth.deaf_viewers(viewers, far, veth.AUDIENCE) as addresses, veth.bound(near, veth.RELAY) as udp:
        floor = Floor(library, udp, addresses)
        found["floor"] = floor.all(seconds, bursts=bursts)
        for _ in range(rounds):
            for path, native in PATHS.items():
                own = measure(near, far, addresses, seconds, floor, bursts=bursts, native=native)
                rows[path].append(asyncio.run(own))
    for path, measured in rows.items():
        ratios = [row["ratio"] for row in measured]
        found[path] = {name: median(row[name] for row in measured) for name in measured[0]}
        found[path] |= {"least_ratio": min(ratios), "largest_ratio": max(ratios)}
    return found


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return round(value, 2) if isinstance(value, float) else value


def show(line: dict[str, Any]) -> None:
    floor = line["floor"]
    for path in PATHS:
        own = line[path]
        print(
            f"{line['viewers']:5} {line['packets']:14} {path:9} {own['microseconds']:6.2f} us  {own['packets_per_core']:9.0f}/core"
            f"  {100 * own['share_of_a_core']:5.1f} %  dropped {own['dropped']}"
            f"   floor GSO {own['floor']:5.2f} (x {own['ratio']:4.2f} [{own['least_ratio']:4.2f} to {own['largest_ratio']:4.2f}]),"
            f" flat out {floor['segmented_flat_out']:5.2f}, sendmmsg {floor['sendmmsg']:5.2f}",
            file=sys.stderr,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU per forwarded packet against the bare floor of the same run.")
    parser.add_argument("--viewers", type=int, nargs="*", default=[50, 250, 700, 1000], help="viewers of the feed")
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure each")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each time")
    parser.add_argument("--packets", choices=["bursts", "even", "both"], default="both", help="how the publisher sends")
    parser.add_argument("--delay", type=int, default=0, metavar="VIEWERS", help="measure the added delay with so many")
    parser.add_argument(
        "--janus", type=int, nargs="*", default=[], metavar="VIEWERS", help="Janus with so many viewers"
    )
    arguments = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    pin(RELAY)
    library = compiled()
    gc.freeze()  # as a worker does at its start (podium.relay.worker.spare_collector)
    gc.set_threshold(20_000, 20, 50)
    lines = []
    delay = None
    reference: list[dict[str, float]] = []
    with veth.pair() as (near, far):
        for bursts in {"bursts": [True], "even": [False], "both": [True, False]}[arguments.packets]:
            for viewers in arguments.viewers:
                lines.append(
                    run(near, far, viewers, arguments.rounds, arguments.seconds, bursts=bursts, library=library)
                )
                show(lines[-1])
        if arguments.delay:
            delay = delays(near, far, arguments.delay, arguments.rounds * arguments.seconds)
            for packets in ("bursts of 8", "evenly spaced"):
                own = delay[packets]
                print(
                    f"{arguments.delay:5} {packets:14} delay p50 {own['p50']:.2f} ms, p99 {own['p99']:.2f} ms",
                    file=sys.stderr,
                )
        pin(PUBLISHER)  # Janus has the relay's core
        for viewers in arguments.janus:
            reference.append(janus.run(near, far, viewers, arguments.rounds * arguments.seconds))
            own = reference[-1]
            print(
                f"{viewers:5} bursts of 8    Janus     {own['microseconds']:6.2f} us  {100 * own['share_of_a_core']:5.1f} %"
                f"  forwarded {100 * own['share_forwarded']:.0f} %",
                file=sys.stderr,
            )
    print(
        json.dumps(
            {
                "runs": rounded(lines),
                "python": platform.python_version(),
                "kernel": platform.release(),
                "cores": os.cpu_count(),
            }
        )
    )


if __name__ == "__main__":
    main()
