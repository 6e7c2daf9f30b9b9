"""One input and its verdict: no error but the declared ones, an end within a second of CPU time, a bounded result."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.fuzz.targets import Target, allowance, weight

LONGEST_SECONDS = 1.0


class Found(AssertionError):
    """A defect; the text says how to see it again."""


class _Hangs(BaseException):
    """No `except Exception` of the code under test may swallow it."""


@contextmanager
def watched() -> Iterator[Callable[[Target, bytes], None]]:
    """A function that tries inputs, for the main thread. Time is CPU time: a busy machine is no defect."""

    def late(*_: object) -> None:
        raise _Hangs

    before = signal.signal(signal.SIGVTALRM, late)
    try:
        yield attempt
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def attempt(target: Target, data: bytes) -> None:
    """Raises Found."""
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_SECONDS)
    try:
        cost = weight(target.run(data))
    except _Hangs:
        raise Found(f"{target.name} takes longer than {LONGEST_SECONDS} s: {data.hex()}") from None
    except Exception as error:
        raise Found(f"{target.name} raised {error!r}: {data.hex()}") from error
    if cost > allowance(data):
        raise Found(f"{target.name} made {cost} bytes of {len(data)}: {data.hex()}")
