"""Questions of one room that ask the same, as suggestions: to moderators among all, to the audience among public ones."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import islice

import numpy as np

from moderation.question import MERGE_TARGETS
from moderation.room import Room
from podium.meaning import Meaning, Unavailable
from podium.model import DIMENSIONS, Vectors

TO_MODERATORS = 0.58
TO_THE_AUDIENCE = 0.63
"""The cosine from which two questions are suggested as one (bench/duplicates.py). A moderator compares them anyway, and
would miss a repetition; who is about to ask shall not be turned away by a question that is another one."""
MOST = 3
"""So many are suggested for one question."""
KEPT = 24
"""So many of those that are near a question are remembered, open ones first: a thousand alike must cost little."""
AT_ONCE = 64
"""Texts of the room that are compared before somebody who types gets a turn."""
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

    async def follow(self, room: Room) -> bool:
        """Learn the texts that are new or changed, up to AT_ONCE; whether more are left. Without the model none is."""
        new = ((n, q.text) for n, q in room.questions.items() if self._texts.get(n) != q.text)
        changed = dict(islice(new, AT_ONCE + 1))
        more = len(changed) > AT_ONCE
        if more:
            changed.popitem()
        if changed:
            try:
                vectors = await self._meaning.vectors(list(changed.values()))
            except Unavailable:
                return False
            self._texts |= changed
            for number, vector in zip(changed, vectors, strict=True):
                self._keep(number, vector)
        edited = changed.keys() & self._near.keys()
        touched = {n for n, near in self._near.items() if not edited.isdisjoint(near) or self._is_spent(n, room)}
        for number in changed:
            touched.update((number, *self._like(number, room)))
            await asyncio.sleep(0)
        for number in touched:
            self._near[number] = self._like(number, room)
            await asyncio.sleep(0)
        return more

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
            for n in self._nearest(vectors[0], TO_THE_AUDIENCE)
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

    def _is_spent(self, number: int, room: Room) -> bool:
        """Whether of those remembered too few are open still, and others may be."""
        near = self._near[number]
        return len(near) == KEPT and sum(room.questions[other].state in MERGE_TARGETS for other in near) < MOST

    def _like(self, number: int, room: Room) -> tuple[int, ...]:
        others = (other for other in self._nearest(self._vectors[self._rows[number]], TO_MODERATORS) if other != number)
        return tuple(sorted(others, key=lambda other: room.questions[other].state not in MERGE_TARGETS)[:KEPT])

    def _nearest(self, vector: Vectors, threshold: float) -> tuple[int, ...]:
        cosines = self._vectors[: len(self._numbers)] @ vector
        near = np.flatnonzero(cosines >= threshold)
        return tuple(self._numbers[row] for row in near[np.argsort(-cosines[near], kind="stable")])
