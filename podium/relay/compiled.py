"""fanout.c, when it was built for this machine: the hot path in one call, without Python's lock. Never required.

`scripts/compiled.py` builds it at the set-up or into the wheel; nothing is compiled here. A library that was built
from other sources than the ones beside it is not used.
"""

from __future__ import annotations

import logging
import struct
import zlib
from pathlib import Path
from typing import Any

from podium.relay.lanes import HEADER, Lanes, ffi
from podium.relay.srtp import protect_rtp_address

LIBRARY = Path(__file__).with_name("libfanout.so")
SOURCES = (Path(__file__).with_name("fanout.c"), HEADER)
#: What fanout.c takes: bytes of a burst, and runs of it.
MOST_BYTES = 256 * 1024
MOST_RUNS = 64
MOST_PACKETS = 256

_PLACE = struct.Struct("@IIII")
_RUN = struct.Struct("@III")

ADVICE = "Install a C compiler (Debian: apt install gcc libc6-dev), then: python scripts/compiled.py"

logger = logging.getLogger(__name__)


def checksum() -> int:
    """What a library built from the present sources says of itself."""
    value = 0
    for source in SOURCES:
        value = zlib.crc32(source.read_bytes(), value)
    return value


def load(path: Path = LIBRARY) -> Any | None:
    """The library, if it is there, loads and is of the present sources. One line in the log says what was chosen."""
    if not path.exists():
        logger.info("fan-out in Python: no compiled fan-out was built (scripts/compiled.py does it, where cc is)")
        return None
    try:
        library = ffi.dlopen(str(path))
        built_from = library.podium_source()
    except (OSError, AttributeError) as error:
        logger.warning("fan-out in Python: the compiled one does not load (%s)", error)
        return None
    if built_from != checksum():
        logger.warning("fan-out in Python: the compiled one is of another version; build it anew (scripts/compiled.py)")
        return None
    logger.info("fan-out compiled")
    return library


class Compiled:
    """Calls of a loaded library for one socket. The counters are totals since the start."""

    def __init__(self, library: Any, descriptor: int) -> None:
        self._fan_out = library.podium_fan_out
        self._fanout = ffi.new("struct podium_fanout *")
        self._fanout.protect = ffi.cast("void *", protect_rtp_address)
        self._fanout.descriptor = descriptor
        self._burst = ffi.new("struct podium_burst *")
        self._places = ffi.new("struct podium_place[]", MOST_PACKETS)
        self._runs = ffi.new("struct podium_run[]", MOST_RUNS)
        self._place_view = memoryview(ffi.buffer(self._places))
        self._run_view = memoryview(ffi.buffer(self._runs))
        self._burst.places = self._places
        self._burst.runs = self._runs

    def takes(self, size: int, packets: int, runs: int) -> bool:
        """Whether a burst of so many bytes, packets and runs fits."""
        return size <= MOST_BYTES and packets <= MOST_PACKETS and runs <= MOST_RUNS

    def send(
        self,
        lanes: Lanes,
        image: bytes,
        packets: tuple[tuple[int, int, int, int], ...],
        runs: tuple[tuple[int, int, int], ...],
    ) -> None:
        """A burst (as `fanout.Burst` has it) that `takes` was asked about, to all lanes at once."""
        for number, (offset, length, sequence, timestamp) in enumerate(packets):
            _PLACE.pack_into(
                self._place_view, number * 16, offset, length, sequence & 0xFFFFFFFF, timestamp & 0xFFFFFFFF
            )
        for number, run in enumerate(runs):
            _RUN.pack_into(self._run_view, number * 12, *run)
        burst = self._burst
        held = ffi.from_buffer("uint8_t[]", image)
        burst.image = held
        burst.size = len(image)
        burst.place_count = len(packets)
        burst.run_count = len(runs)
        self._fan_out(self._fanout, burst, lanes.array, len(lanes))
        burst.image = ffi.NULL

    @property
    def refused(self) -> bool:
        """Whether the network device was found not to segment."""
        return bool(self._fanout.refused)

    @property
    def sent_packets(self) -> int:
        return int(self._fanout.sent_packets)

    @property
    def sent_octets(self) -> int:
        return int(self._fanout.sent_octets)

    @property
    def unsealed(self) -> int:
        return int(self._fanout.unsealed)

    @property
    def dropped(self) -> int:
        return int(self._fanout.dropped)
