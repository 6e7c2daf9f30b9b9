"""The process that knows what sentences mean, without being started: bytes in, bytes out."""

import io
import json

import numpy as np

from podium import model
from tests.meanings import first_words


def answered(lines: list[object], load: object = first_words) -> bytes:
    rows = io.BytesIO()
    model.answer(io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines)), rows, load)
    return rows.getvalue()


def test_a_sentence_that_breaks_the_model_means_nothing_and_its_neighbours_something() -> None:
    told = answered([["Wann?", "", "Wann?"], ["Wo?"]])  # an empty text has no first word
    assert told[:1] == b"\n"
    rows = np.frombuffer(told[1:], "<f4").reshape(4, model.DIMENSIONS)
    assert rows[0] @ rows[2] == rows[3] @ rows[3] == 1
    assert not rows[1].any()


def test_a_model_that_cannot_be_loaded_says_why_in_one_line() -> None:
    def load() -> model.Encode:
        raise OSError("no such file:\nweights")

    assert answered([["Wann?"]], load) == b"OSError: no such file: weights\n"
