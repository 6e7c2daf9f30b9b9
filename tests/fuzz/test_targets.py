"""A few seconds of what `make fuzz` does for as long as it is let. The seed is fixed; a failure shows the input."""

import tracemalloc
from itertools import islice

import pytest

from tests.fuzz.attempt import watched
from tests.fuzz.mutation import inputs
from tests.fuzz.targets import Target, targets

SEED = 20261028
INPUTS = {"sdp": 1_000, "sdpfrag": 4_000}
OTHERWISE = 5_000
LARGEST = 256 * 1024
"""What the web process takes as a body."""

NAMES = [target.name for target in targets()]


def called(name: str) -> Target:
    return next(target for target in targets() if target.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_no_input_crashes_hangs_or_costs_much(name: str) -> None:
    target = called(name)
    with watched() as attempt:
        for data in islice(inputs(target.samples, SEED), INPUTS.get(name, OTHERWISE)):
            attempt(target, data)


@pytest.mark.parametrize("name", ["sdp", "sdpfrag"])
def test_the_largest_bodies_cost_bounded_memory_and_time(name: str) -> None:
    """Each line of each description again and again, as often as a body holds it, within that description."""
    target = called(name)
    lines = {line for sample in target.samples for line in sample.split(b"\r\n") if line}
    sample = max(target.samples, key=len)
    with watched() as attempt:
        for line in sorted(lines):
            flood = (line + b"\r\n") * min(3900, (LARGEST - len(sample)) // (len(line) + 2))
            attempt(target, sample + flood)


def test_a_wildcard_is_not_multiplied() -> None:
    """What is said of all payload types is kept once for each of them, and there may be many of both."""
    wild = b"".join(b"a=rtcp-fb:* x%d\r\n" % number for number in range(3000))
    codecs = b"".join(b"a=rtpmap:%d VP8/90000\r\n" % number for number in range(128))
    numbers = b" ".join(b"%d" % number for number in range(128))
    session, _, _ = called("sdp").samples[0].partition(b"m=")
    offer = session + b"m=video 9 UDP/TLS/RTP/SAVPF " + numbers + b"\r\na=mid:0\r\na=sendonly\r\n" + codecs + wild
    tracemalloc.start()
    called("sdp").run(offer)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
