"""How well questions that ask the same are found, and what it costs, on the questions of bench/duplicates.tsv.

    python bench/duplicates.py

The file has one question a line: what it asks (a name that paraphrases and translations share), language, text. The
names are dealt into two halves, sixty times by chance. In each half the questions arrive one after the other, each
compared with those before it and given at most three suggestions, as in a room. A threshold is chosen on one half, the
lowest at which so many of the suggestions are right; what it does is told of the other half. The reference is what a
search by letters finds: cosine of character trigrams, its threshold chosen in the same way.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.question import Passage, Question, State
from moderation.room import Room
from podium.duplicates import MOST, TO_MODERATORS, TO_THE_AUDIENCE, Duplicates
from podium.meaning import Meaning, Model

FILE = Path(__file__).with_suffix(".tsv")
ROOM = 2_000
"""Questions in the room whose next question is timed."""
TIMED = 50
DEALS = 60

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


@dataclass(frozen=True)
class Suggested:
    """What is suggested in a room, however small the cosine. cosines, right: of each suggestion, the largest first.

    best: of each paraphrase, the cosine of its nearest right suggestion, -1 for none. pairs: that are to be found.
    """

    cosines: NDArray[np.float64]
    right: NDArray[np.bool_]
    best: NDArray[np.float64]
    pairs: int

    def at(self, threshold: float) -> NDArray[np.float64]:
        """Precision and recall over pairs, and the share of paraphrases with at least one right suggestion."""
        right = self.right[self.cosines >= threshold]
        return np.array([right.mean() if len(right) else 1, right.sum() / self.pairs, (self.best >= threshold).mean()])

    def threshold(self, precision: float) -> float:
        """The lowest at which this share of the suggestions is right; above all of them when there is none."""
        shares = np.cumsum(self.right) / np.arange(1, len(self.right) + 1)
        enough = np.flatnonzero(shares >= precision)
        return float(self.cosines[enough[-1]]) if len(enough) else 1.1


def suggested(cosines: Cosines, names: Sequence[str], chosen: Sequence[int]) -> Suggested:
    """These questions, in their order, each with the MOST nearest before it."""
    found: list[tuple[float, bool]] = []
    best = []
    pairs = 0
    for arrived, one in enumerate(chosen):
        near = [(float(cosines[one, other]), names[other] == names[one]) for other in chosen[:arrived]]
        shown = sorted(near, reverse=True)[:MOST]
        found += shown
        repeats = sum(same for _, same in near)
        pairs += repeats
        if repeats:
            best.append(max((cosine for cosine, same in shown if same), default=-1.0))
    found.sort(reverse=True)
    return Suggested(*map(np.array, zip(*found, strict=True)), np.array(best), pairs)


def deals(names: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """The questions in two halves, in many ways; what asks the same is in the same half."""
    asked = sorted(set(names))
    chance = random.Random(1)  # the same figures each time
    found = []
    for _ in range(DEALS):
        first = set(chance.sample(asked, len(asked) // 2))
        halves = (
            [n for n in range(len(names)) if names[n] in first],
            [n for n in range(len(names)) if names[n] not in first],
        )
        found.append(halves)
    return found


def curve(
    name: str, cosines: Cosines, names: Sequence[str], thresholds: Sequence[float], precisions: Sequence[float]
) -> None:
    """Print what a measure does at thresholds, and at those chosen on one half, on the other."""
    halves = [[suggested(cosines, names, half) for half in deal] for deal in deals(names)]
    for threshold in thresholds:
        tell(f"{name} at {threshold:.2f}", np.mean([half.at(threshold) for deal in halves for half in deal], axis=0))
    for precision in precisions:
        chosen = [(one.threshold(precision), other) for a, b in halves for one, other in ((a, b), (b, a))]
        mean = float(np.mean([threshold for threshold, _ in chosen]))
        figures = np.mean([other.at(threshold) for threshold, other in chosen], axis=0)
        tell(f"{name}, chosen for {precision:.0%} right: {mean:.2f}", figures)


def tell(what: str, figures: NDArray[np.float64]) -> None:
    precision, recall, helped = figures
    print(f"{what:40} precision {precision:.2f} recall {recall:.2f} helped {helped:.2f}")


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
    repeated = sum(count - 1 for count in Counter(names).values())
    print(
        f"{len(texts)} questions, {Counter(languages)}, {repeated} ({repeated / len(texts):.0%}) ask what another asks"
    )
    curve(
        "model", vectors @ vectors.T, names, (0.50, 0.54, 0.56, TO_MODERATORS, 0.60, TO_THE_AUDIENCE, 0.66), (0.8, 0.7)
    )
    curve("trigrams", of_letters(texts), names, (), (0.3, 0.2))
    arrived, typed = await cost(meaning, texts)
    print(
        f"model loaded in {loaded:.1f} s; at {ROOM} questions: a new one {arrived:.1f} ms, a typed one {typed:.1f} ms"
    )
    running.cancel()
    await asyncio.wait([running])
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
