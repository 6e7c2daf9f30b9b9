"""Who has been heard so far, and whose turn it would be: numbers beside the queue, a proposal with its reasons."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from moderation.question import Origin, Question, State
from moderation.queue import PANEL
from moderation.room import Room

MINUTE = 60_000
HEARD = frozenset({State.ON_AIR, State.ANSWERED})
WAITING = frozenset({State.APPROVED, State.QUEUED})
UNCOUNTED = frozenset({State.WITHDRAWN, State.MERGED})
"""Questions that go on in another one, or not at all, are nobody's share."""


class Criterion(StrEnum):
    """What speaks for a question, in this order: whose panellist spoke least (in whole minutes), whose asker was not
    heard yet, whose affiliation and language were heard least, who has most votes, who waits longest."""

    LEAST_TIME = "least_time"
    FIRST_TIME = "first_time"
    AFFILIATION = "affiliation"
    LANGUAGE = "language"
    MOST_VOTES = "most_votes"
    LONGEST_WAITING = "longest_waiting"


@dataclass(frozen=True, slots=True)
class Share:
    """What one panellist, affiliation or language has got: questions asked, waiting to be answered, answered or on
    air, and the milliseconds on air of those that are no longer there."""

    key: str
    asked: int = 0
    waiting: int = 0
    answered: int = 0
    airtime: int = 0


_Shares = dict[str, Share]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The question to take next. reasons: the criteria that told it apart, none when it was the only one."""

    question: int
    reasons: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Fairness:
    """panellists: by running order, PANEL last. affiliations, languages: by their first question, "" for no
    affiliation. first_time: of askers none of whose other questions was heard. next: None when nothing waits."""

    panellists: tuple[Share, ...]
    affiliations: tuple[Share, ...]
    languages: tuple[Share, ...]
    first_time: Share
    next: Suggestion | None


def fairness(room: Room, now: int) -> Fairness:
    """The shares of a room as it stands, and what they suggest; now: milliseconds since the Unix epoch, until when the
    question on air counts for who spoke least."""
    counted = [question for question in room.questions.values() if question.state not in UNCOUNTED]
    parts = {question.number: _part(question) for question in counted}
    heard: dict[str, set[int]] = {}
    for question in counted:
        if question.state in HEARD and question.origin is not Origin.HALL:
            heard.setdefault(question.author, set()).add(question.number)

    def first(question: Question) -> bool:
        """The hall speaks for itself: everybody in it is somebody else."""
        return question.origin is Origin.HALL or heard.get(question.author, set()) <= {question.number}

    def shares(key: Callable[[Question], str], questions: Iterable[Question], known: Iterable[str] = ()) -> _Shares:
        sums = {name: [0, 0, 0, 0] for name in known}
        for question in questions:
            total, (waits, was_heard, airtime) = sums.setdefault(key(question), [0, 0, 0, 0]), parts[question.number]
            total[0] += 1
            total[1] += waits
            total[2] += was_heard
            total[3] += airtime
        return {name: Share(name, *total) for name, total in sums.items()}

    orders = dict.fromkeys((*(panellist.id for panellist in room.panellists), PANEL))
    panellists = shares(_order, counted, orders)
    affiliations = shares(_affiliation, counted)
    languages = shares(lambda question: question.language, counted)
    first_time = shares(lambda _: "", filter(first, counted), ("",))[""]
    on_air = None if room.on_air is None else room.questions[room.on_air]

    def spoken(order: str) -> int:
        running = now - on_air.since if on_air is not None and _order(on_air) == order else 0
        return (panellists[order].airtime + running) // MINUTE

    criteria: Mapping[Criterion, Callable[[Question], int]] = {
        Criterion.LEAST_TIME: lambda question: spoken(_order(question)),
        Criterion.FIRST_TIME: lambda question: not first(question),
        Criterion.AFFILIATION: lambda question: affiliations[_affiliation(question)].answered,
        Criterion.LANGUAGE: lambda question: languages[question.language].answered,
        Criterion.MOST_VOTES: lambda question: -room.support(question.number),
        Criterion.LONGEST_WAITING: lambda question: question.number,
    }
    return Fairness(
        tuple(panellists.values()),
        tuple(affiliations.values()),
        tuple(languages.values()),
        first_time,
        _suggested(_candidates(room), criteria),
    )


def _candidates(room: Room) -> Sequence[Question]:
    """The first of each running order, whose order is the moderators' own; where none has any, what is approved."""
    heads = [room.questions[queue[0]] for queue in room.queues.values() if queue]
    return heads or [question for question in room.questions.values() if question.state is State.APPROVED]


def _suggested(
    candidates: Sequence[Question], criteria: Mapping[Criterion, Callable[[Question], int]]
) -> Suggestion | None:
    reasons = []
    for criterion, cost in criteria.items():
        if len(candidates) < 2:
            break
        costs = [cost(question) for question in candidates]
        best = [question for question, one in zip(candidates, costs, strict=True) if one == min(costs)]
        if len(best) < len(candidates):
            reasons.append(criterion)
        candidates = best
    return Suggestion(candidates[0].number, tuple(reasons)) if candidates else None


def _part(question: Question) -> tuple[bool, bool, int]:
    """What one question adds to a share: whether it waits, whether it was heard, its time on air."""
    return question.state in WAITING, question.state in HEARD, _airtime(question)


def _airtime(question: Question) -> int:
    passages = zip(question.passages, question.passages[1:], strict=False)
    return sum(after.at - passage.at for passage, after in passages if passage.state is State.ON_AIR)


def _order(question: Question) -> str:
    return question.queue or question.addressee or PANEL


def _affiliation(question: Question) -> str:
    return (question.affiliation or "").casefold()
