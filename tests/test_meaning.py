import asyncio
import threading

import numpy as np
import pytest

from podium import meaning as meaning_module
from podium.meaning import Meaning, Unavailable
from tests.meanings import first_words


async def test_german_and_english_questions_that_ask_the_same_are_near() -> None:
    meaning = Meaning()
    asked, translated, other, odd = await meaning.vectors(
        [
            "Wem gehören die Daten aus den Sensoren der Stadt?",
            "Who owns the data collected by the city's sensors?",
            "Wann wird das Hallenbad saniert?",
            "\ud83c 🏙\u200d\x00 […]",
        ]
    )
    assert asked @ translated > 0.6 > asked @ other
    assert np.isfinite(odd).all()
    meaning.close()


async def test_a_model_that_cannot_be_loaded_is_tried_once_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    tries = []

    def load() -> meaning_module.Encode:
        tries.append(1)
        raise OSError("no such file")

    meaning = Meaning(load)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await meaning.vectors(["Wann?"])
    assert len(tries) == len(caplog.records) == 1


async def test_a_sentence_that_breaks_the_model_means_nothing_and_its_neighbours_something(
    caplog: pytest.LogCaptureFixture,
) -> None:
    encode = first_words()
    meaning = Meaning(lambda: encode)
    rows = await meaning.vectors(["Wann?", "", "Wann?"])  # an empty text has no first word
    assert rows[0] @ rows[2] == 1
    assert not rows[1].any()
    assert "IndexError" in caplog.text
    meaning.close()


async def test_when_too_many_wait_one_more_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning_module, "WAITING", 1)
    gate = threading.Event()

    def load() -> meaning_module.Encode:
        gate.wait(10)
        return first_words()

    meaning = Meaning(load)
    first = asyncio.create_task(meaning.vectors(["Wann?"]))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await meaning.vectors(["Wo?"])
    gate.set()
    assert len(await first) == 1
    meaning.close()
