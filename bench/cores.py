"""Which core does what: the relay has one for itself, publishers, viewers and clients share the other."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import veth

_CORES = sorted(os.sched_getaffinity(0))
RELAY, PUBLISHER = _CORES[0], _CORES[-1]


def pin(core: int) -> None:
    """Keep this process, and what it starts, on one core."""
    os.sched_setaffinity(0, {core})


@dataclass(frozen=True)
class Spent:
    """Seconds of CPU of this process, the kernel's work on its behalf included, and of ksoftirqd on all cores."""

    process: float
    ksoftirqd: float
    clock: float

    def __sub__(self, before: Spent) -> Spent:
        return Spent(self.process - before.process, self.ksoftirqd - before.ksoftirqd, self.clock - before.clock)


def spent() -> Spent:
    """Up to now."""
    return Spent(time.process_time(), veth.ksoftirqd_seconds(), time.monotonic())
