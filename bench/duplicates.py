"""How well questions that ask the same are found, and what it costs, on the questions of bench/duplicates.tsv.

    python bench/duplicates.py

The file has one question a line: what it asks (a name that paraphrases and translations share), language, text. The
names are dealt into two halves. The threshold is the one with the largest harmonic mean of precision and recall on the
first half; what it does is told of the second half, whose questions arrive one after the other, each compared with those
before it and given at most three suggestions, as in a room. The reference is what a search by letters finds: cosine of
character trigrams, its threshold chosen in the same way.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.question import Passage, Question, State
from moderation.room import Room
from podium.duplicates import MOST, THRESHOLD, Duplicates
from podium.meaning import Meaning, Model

FILE = Path(__file__).with_suffix(".tsv")
ROOM = 2_000
"""Questions in the room whose next question is timed."""
TIMED = 50

Cosines = NDArray[np.float64]


def read() -> tuple[list[str], list[str], list[str]]:
    """What each question asks, its language, its text."""
    rows = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
    names, languages, texts = (list(column) for column in zip(*rows, strict=True))
    return names, languages, texts


def of_letters(texts: Sequence[str]) -> Cosines:
    """The reference: which trigrams two texts share, rare ones counting more (TF-IDF)."""
    grams = [Counter(f" {text.casefold()} "[place : place + 3] for place in range(len(text))) for text in texts]
    known = {gram: place for place, gram in enumerate(dict.fromkeys(gram for one in grams for gram in one))}
    rows = np.zeros((len(texts), len(known)))
    for row, one in zip(rows, grams, strict=True):
        for gram, count in one.items():
            row[known[gram]] = count
    rows *= np.log(len(texts) / (rows > 0).sum(axis=0))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows @ rows.T


def judged(
    cosines: Cosines, names: Sequence[str], chosen: Sequence[int], threshold: float
) -> tuple[float, float, float]:
    """Precision and recall over pairs, and the share of paraphrases with at least one right suggestion."""
    right = wrong = missed = helped = paraphrases = 0
    for arrived, one in enumerate(chosen):
        before = sorted(chosen[:arrived], key=lambda other: -cosines[one, other])[:MOST]
        suggested = [other for other in before if cosines[one, other] >= threshold]
        true = {other for other in chosen[:arrived] if names[other] == names[one]}
        right += len(true & set(suggested))
        wrong += len(set(suggested) - true)
        missed += len(true - set(suggested))
        paraphrases += bool(true)
        helped += bool(true & set(suggested))
    return right / max(right + wrong, 1), right / max(right + missed, 1), helped / paraphrases


def best_threshold(cosines: Cosines, names: Sequence[str], chosen: Sequence[int]) -> float:
    """The threshold with the largest harmonic mean of precision and recall on these."""

    def mean(threshold: float) -> float:
        precision, recall, _ = judged(cosines, names, chosen, threshold)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    return max((round(float(value), 2) for value in np.arange(0.2, 0.96, 0.01)), key=mean)


def line(name: str, cosines: Cosines, names: Sequence[str], halves: Sequence[Sequence[int]]) -> None:
    """Print what a measure does at its threshold."""
    threshold = best_threshold(cosines, names, halves[0])
    first, second = (judged(cosines, names, half, threshold) for half in halves)
    print(
        f"{name:10} threshold {threshold:.2f} | chosen on: precision {first[0]:.2f} recall {first[1]:.2f} | "
        f"other half: precision {second[0]:.2f} recall {second[1]:.2f} helped {second[2]:.2f}"
    )


async def cost(meaning: Meaning, texts: Sequence[str]) -> tuple[float, float]:
    """Milliseconds for one new question in a room of ROOM, and for one text that is being typed."""

    def room(size: int) -> Room:
        passages = (Passage(State.APPROVED, 0),)
        asked = [f"{texts[n % len(texts)]} ({n})" for n in range(size)]
        return Room(
            questions={n: Question(n, t, None, None, None, "de", "d", passages) for n, t in enumerate(asked, 1)}
        )

    async def timed(work: Callable[[int], Awaitable[object]]) -> float:
        times = []
        for turn in range(TIMED):
            start = time.perf_counter()
            await work(turn)
            times.append(time.perf_counter() - start)
        return sorted(times)[TIMED // 2] * 1_000

    duplicates = Duplicates(meaning)
    while await duplicates.follow(room(ROOM)):
        pass
    full = room(ROOM + TIMED)

    async def arrives(turn: int) -> None:
        numbers = range(1, ROOM + turn + 2)
        await duplicates.follow(Room(questions={number: full.questions[number] for number in numbers}))

    return await timed(arrives), await timed(lambda turn: duplicates.seek(texts[turn], lambda: full))


async def main() -> int:
    names, languages, texts = read()
    meaning = Model()
    running = asyncio.create_task(meaning.run())
    start = time.perf_counter()
    await meaning.vectors(texts[:1])
    loaded = time.perf_counter() - start
    vectors = await meaning.vectors(texts)
    order = {name: place for place, name in enumerate(sorted(set(names)))}
    halves = [[n for n in range(len(names)) if order[names[n]] % 2 == half] for half in (0, 1)]
    repeated = sum(count - 1 for count in Counter(names).values())
    print(
        f"{len(texts)} questions, {Counter(languages)}, {repeated} ({repeated / len(texts):.0%}) ask what another asks"
    )
    line("model", vectors @ vectors.T, names, halves)
    line("trigrams", of_letters(texts), names, halves)
    print(f"in use: threshold {THRESHOLD}, other half: {judged(vectors @ vectors.T, names, halves[1], THRESHOLD)}")
    arrived, typed = await cost(meaning, texts)
    print(
        f"model loaded in {loaded:.1f} s; at {ROOM} questions: a new one {arrived:.1f} ms, a typed one {typed:.1f} ms"
    )
    running.cancel()
    await asyncio.wait([running])
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
