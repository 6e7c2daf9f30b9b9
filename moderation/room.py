"""A room as its journal tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from moderation.bursts import Turnout
from moderation.command import Intake, Panellist, Rule
from moderation.question import Question
from moderation.queue import Queue
from moderation.refusal import Code, Refused
from moderation.stage import Stage


@dataclass(frozen=True, slots=True)
class Former:
    """Where a question stood before the last step a moderator took with it.

    step: the number of that step's event. queue: the running order the question stood in, () when in none.
    instead: the question that left the stage for it.
    """

    step: int
    question: Question
    queue: Queue
    instead: int | None


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether the audience may ask, what the screens say about it, and since when (None: from the start)."""

    intake: Intake = Intake.OPEN
    notice_de: str | None = None
    notice_en: str | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """The fold of a room's journal up to seq.

    questions: by number. queues: one running order per panellist and PANEL. on_air: the question being answered.
    votes: by question, the devices that support it. sources: by question, those merged into it directly.
    former: by question, what undo returns it to. done: (actor, command id) -> seq of the last event it caused,
    the latest ones, oldest first. revoked: ids of links no longer valid. netiquette, words, starts: as described.
    opening: whether questions are taken. premoderated: whether a moderator reads them first. watched: the moderators'
    own words to look at twice. devices: by asker's device its number here, 1, 2, 3 ... in the order of their first
    questions. blocked: devices whose questions and votes are not taken. turnout: who votes, and in what bursts.
    counted: by question, the votes of devices that were forgotten; of a merged one, those it brings to the other.
    stage: clocks, cues, requests and scripts.
    """

    seq: int = 0
    title: str = ""
    programme: str = ""
    language: str = "de"
    panellists: tuple[Panellist, ...] = ()
    feeds: tuple[str, ...] = ()
    questions: Mapping[int, Question] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    on_air: int | None = None
    votes: Mapping[int, frozenset[str]] = field(default_factory=dict)
    sources: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    former: Mapping[int, Former] = field(default_factory=dict)
    done: Mapping[tuple[str, str], int] = field(default_factory=dict)
    revoked: frozenset[str] = frozenset()
    netiquette: tuple[Rule, ...] = ()
    words: tuple[str, ...] = ()
    starts: int | None = None
    opening: Opening = field(default_factory=Opening)
    premoderated: bool = True
    watched: tuple[str, ...] = ()
    devices: Mapping[str, int] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()
    turnout: Turnout = field(default_factory=Turnout)
    counted: Mapping[int, int] = field(default_factory=dict)
    stage: Stage = field(default_factory=Stage)

    def question(self, number: int) -> Question:
        """The question with this number; Refused(unknown_question)."""
        try:
            return self.questions[number]
        except KeyError:
            raise Refused(Code.UNKNOWN_QUESTION) from None

    def merged(self, number: int) -> tuple[int, ...]:
        """The questions merged into this one, directly or by way of another."""
        direct = self.sources.get(number, ())
        return (*direct, *(further for source in direct for further in self.merged(source)))

    def targets(self, number: int) -> tuple[int, ...]:
        """The questions this one is merged into, the nearest first; () when it goes its own way."""
        found: list[int] = []
        into = self.questions[number].into
        while into is not None:
            found.append(into)
            into = self.questions[into].into
        return tuple(found)

    def root(self, number: int) -> int:
        """The question in which this one goes on: itself unless it is merged."""
        return next(reversed(self.targets(number)), number)

    def supporters(self, number: int) -> frozenset[str]:
        """The devices that support this question or one merged into it, each once."""
        votes = (self.votes.get(one, frozenset()) for one in self.merged(number))
        return self.votes.get(number, frozenset()).union(*votes)

    def support(self, number: int) -> int:
        """How many support this question or one merged into it."""
        counted = sum(self.counted.get(one, 0) for one in (number, *self.merged(number)))
        return len(self.supporters(number)) + counted

    def device(self, number: int) -> str:
        """The device with this number; Refused(unknown_device)."""
        for device, one in self.devices.items():
            if one == number:
                return device
        raise Refused(Code.UNKNOWN_DEVICE)

    def panellist(self, identifier: str) -> Panellist:
        """The panellist with this id; Refused(unknown_panellist)."""
        for panellist in self.panellists:
            if panellist.id == identifier:
                return panellist
        raise Refused(Code.UNKNOWN_PANELLIST)
