"""Questions of one room that ask the same, as suggestions: to moderators among all, to the audience among public ones."""

from collections.abc import Callable, Mapping

import numpy as np

from moderation.question import MERGE_TARGETS
from moderation.room import Room
from podium.meaning import DIMENSIONS, Meaning, Unavailable, Vectors

THRESHOLD = 0.63
"""The cosine from which two questions are suggested as one; chosen by bench/duplicates.py."""
MOST = 3
"""So many are suggested for one question."""
FIRST_ROWS = 64
SHORTEST = 8
"""Characters from which on a text that is being typed is compared."""


class Duplicates:
    """Follows a room: knows what each of its questions means, and forgets it with the text."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._numbers: list[int] = []
        self._rows: dict[int, int] = {}
        self._texts: dict[int, str] = {}
        self._vectors: Vectors = np.zeros((FIRST_ROWS, DIMENSIONS), np.float32)
        self._near: dict[int, tuple[int, ...]] = {}

    async def follow(self, room: Room) -> None:
        """Learn the texts that are new or changed; without the model nothing is ever near."""
        changed = {n: q.text for n, q in room.questions.items() if self._texts.get(n) != q.text}
        if not changed:
            return
        try:
            vectors = await self._meaning.vectors(list(changed.values()))
        except Unavailable:
            return
        self._texts |= changed
        for number, vector in zip(changed, vectors, strict=True):
            self._keep(number, vector)
        touched = {one for number in changed for one in (number, *self._near.get(number, ()), *self._like(number))}
        for number in touched:
            self._near[number] = self._like(number)

    def similar(self, room: Room) -> Mapping[int, tuple[int, ...]]:
        """By question that is not merged, declined or withdrawn: up to MOST others of that kind, the nearest first."""
        suggested = {
            number: tuple(other for other in near if room.questions[other].state in MERGE_TARGETS)[:MOST]
            for number, near in self._near.items()
            if near and room.questions[number].state in MERGE_TARGETS
        }
        return {number: others for number, others in suggested.items() if others}

    async def seek(self, text: str, room: Callable[[], Room]) -> tuple[int, ...]:
        """The public questions that ask what somebody types, up to MOST, the nearest first; room: as it is now."""
        if len(text.strip()) < SHORTEST or not self._numbers:
            return ()
        try:
            vectors = await self._meaning.vectors([text])
        except Unavailable:
            return ()
        now = room()
        public = (
            n
            for n in self._nearest(vectors[0])
            if now.questions[n].is_public and now.questions[n].text == self._texts[n]
        )
        return tuple(public)[:MOST]

    def _keep(self, number: int, vector: Vectors) -> None:
        row = self._rows.setdefault(number, len(self._rows))
        if row == len(self._numbers):
            self._numbers.append(number)
        if row == len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
        self._vectors[row] = vector

    def _like(self, number: int) -> tuple[int, ...]:
        return tuple(other for other in self._nearest(self._vectors[self._rows[number]]) if other != number)

    def _nearest(self, vector: Vectors) -> tuple[int, ...]:
        cosines = self._vectors[: len(self._numbers)] @ vector
        near = np.flatnonzero(cosines >= THRESHOLD)
        return tuple(self._numbers[row] for row in near[np.argsort(-cosines[near], kind="stable")])
