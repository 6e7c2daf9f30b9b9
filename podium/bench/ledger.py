"""What was sent, what arrived: lost, doubled, how late. Pure; times are seconds of one clock."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(slots=True)
class Spell:
    """One connection from its welcome on. since: the number it was welcomed with; reached: the last it was told of;
    events: how many it was told; doubled: those it had been told before."""

    since: int
    reached: int
    events: int = 0
    doubled: int = 0

    def event(self, seq: int) -> None:
        """An event of the audience came."""
        if seq <= self.reached:
            self.doubled += 1
        else:
            self.events += 1
            self.reached = seq

    def tick(self, seq: int) -> None:
        """Told how far the room has come: nothing up to there may come later."""
        self.reached = max(self.reached, seq)


def missed(spells: Iterable[Spell], told: Sequence[int]) -> int:
    """Events that connections should have been told and were not. told: the numbers this audience was told, ascending."""
    lost = 0
    for spell in spells:
        lost += bisect_right(told, spell.reached) - bisect_right(told, spell.since) - spell.events
    return lost


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
