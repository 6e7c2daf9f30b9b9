"""Many first votes for one question in a short time: a sign to look at, never a reason to count less."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

BURST_VOTES = 20
BURST_WINDOW = 10_000
"""So many devices that never voted in this room before, for one question within so many milliseconds, are a burst."""


class Change(Protocol):
    """A device's vote: see `moderation.event.VoteChange`."""

    @property
    def question(self) -> int: ...
    @property
    def device(self) -> str: ...
    @property
    def support(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Burst:
    """So many first votes within BURST_WINDOW milliseconds, the last at (milliseconds since the Unix epoch)."""

    votes: int
    at: int


@dataclass(frozen=True, slots=True)
class Turnout:
    """voters: every device that has voted here. recent: question and time of the latest first votes. bursts: by
    question, the largest one."""

    voters: frozenset[str] = frozenset()
    recent: tuple[tuple[int, int], ...] = ()
    bursts: Mapping[int, Burst] = field(default_factory=lambda: MappingProxyType({}))


def turned_out(turnout: Turnout, changes: Iterable[Change], at: int) -> Turnout:
    """The turnout after votes that were cast at this time."""
    first = {change.device: change.question for change in changes if change.support}
    first = {device: question for device, question in first.items() if device not in turnout.voters}
    if not first:
        return turnout
    recent = [(question, then) for question, then in turnout.recent if then > at - BURST_WINDOW]
    recent += [(question, at) for question in first.values()]
    counted = Counter(question for question, _ in recent)
    bursts = {
        question: Burst(votes, at)
        for question, votes in counted.items()
        if votes >= BURST_VOTES and question in first.values()
        if question not in turnout.bursts or turnout.bursts[question].votes < votes
    }
    return Turnout(
        turnout.voters | first.keys(), tuple(recent), {**turnout.bursts, **bursts} if bursts else turnout.bursts
    )
