"""What was sent, what arrived: lost, doubled, how late. Pure; times are seconds of one clock."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

BUCKETS = 10_000
"""Buckets in a second: delays are kept to a tenth of a millisecond, so that millions of them fit."""


class Spread:
    """Many delays. counts: how many fell into each bucket."""

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts = Counter(counts or {})

    def add(self, seconds: float) -> None:
        """One more; a clock's tick below zero is zero."""
        self.counts[max(0, round(seconds * BUCKETS))] += 1

    def merge(self, counts: Mapping[int, int]) -> None:
        """All of another process."""
        self.counts.update(counts)

    @property
    def size(self) -> int:
        """How many there are."""
        return self.counts.total()

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of all arrived (nearest rank); 0.0 of none."""
        rank, passed = share * self.size, 0
        for bucket in sorted(self.counts):
            passed += self.counts[bucket]
            if passed >= rank:
                return bucket * 1000 / BUCKETS
        return 0.0


Entities = Mapping[str, Any]
"""What somebody sees of a room, by key."""


@dataclass(slots=True)
class Step:
    """What somebody was told between two numbers. taken: how many were."""

    put: Entities
    drop: Sequence[str]
    taken: int = 1


@dataclass(slots=True)
class Pictures:
    """How the pictures that many attendees have of one room changed: whatever way somebody came to a number, it has to
    mean the same picture.

    wholes: of a welcome, by its number. steps: what was told between two numbers. unlike: welcomes that differed from
    the same one to somebody else. idle: how often somebody was told that nothing had happened between two.
    """

    wholes: dict[int, Entities] = field(default_factory=dict)
    steps: dict[tuple[int, int], list[Step]] = field(default_factory=dict)
    idle: Counter[tuple[int, int]] = field(default_factory=Counter)
    unlike: int = 0

    def whole(self, seq: int, entities: Entities) -> None:
        """A welcome with everything."""
        if self.wholes.setdefault(seq, entities) != entities:
            self.unlike += 1

    def step(self, before: int, after: int, put: Entities, drop: Sequence[str]) -> None:
        """An event, or a welcome with what changed."""
        known = self.steps.setdefault((before, after), [])
        for one in known:
            if (one.put is put and one.drop is drop) or (one.put == put and one.drop == drop):
                one.taken += 1
                return
        known.append(Step(put, drop))

    def tick(self, before: int, after: int) -> None:
        """Somebody was told of a later number, and of no event until there."""
        if after > before:
            self.idle[before, after] += 1

    def lost(self) -> int:
        """Tellings that led somebody to another picture than others have, or than a welcome shows."""
        known: list[int] = sorted(self.wholes.keys() | {after for _, after in self.steps})
        pictures: dict[int, Entities] = dict(self.wholes)

        def picture(seq: int) -> Entities:
            at = bisect_right(known, seq) - 1
            while at >= 0 and known[at] not in pictures:
                at -= 1
            return pictures[known[at]] if at >= 0 else {}

        lost = self.unlike
        for (before, after), steps in sorted(self.steps.items(), key=lambda step: step[0][::-1]):
            for step in steps:
                reached = {key: entity for key, entity in picture(before).items() if key not in step.drop}
                reached |= step.put
                if pictures.setdefault(after, reached) != reached:
                    lost += step.taken
        return lost + sum(count for (before, after), count in self.idle.items() if picture(before) != picture(after))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How commands fared. lost: acknowledged, and not there. doubled: there more than once."""

    lost: int
    doubled: int


def questions(acknowledged: Iterable[str], sent: Iterable[str], there: Iterable[str]) -> Verdict:
    """Texts of questions: acknowledged, sent at all, and in the room. Those without an answer may be there or not."""
    counted, known = Counter(there), set(sent)
    lost = sum(counted[text] == 0 for text in acknowledged)
    return Verdict(lost, sum(number - 1 for text, number in counted.items() if number > 1 and text in known))


def votes(acknowledged: Mapping[int, int], sent: Mapping[int, int], there: Mapping[int, int]) -> Verdict:
    """Numbers of votes by question, each from another device: acknowledged, sent at all, and counted by the room."""
    lost = sum(max(0, count - there.get(question, 0)) for question, count in acknowledged.items())
    return Verdict(lost, sum(max(0, there.get(question, 0) - count) for question, count in sent.items()))


def freshness(sent: Iterable[tuple[int, float]], seen: Iterable[tuple[int, int, float]]) -> list[float]:
    """Seconds from each vote to the first tally that has it, as one observer saw it.

    sent: question and time of every vote that counts; seen: question, tally and time, in the order of time. Votes for
    one question are taken to be counted in the order in which they were sent.
    """
    by_question: dict[int, list[float]] = {}
    for question, at in sent:
        by_question.setdefault(question, []).append(at)
    for times in by_question.values():
        times.sort()
    counted: Counter[int] = Counter()
    delays = []
    for question, tally, at in seen:
        times = by_question.get(question, [])
        delays += [at - one for one in times[counted[question] : tally]]
        counted[question] = max(counted[question], min(tally, len(times)))
    return delays
