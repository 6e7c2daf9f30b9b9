"""A room as its journal tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from moderation.command import Panellist
from moderation.question import Question
from moderation.queue import Queue
from moderation.refusal import Code, Refused


@dataclass(frozen=True, slots=True)
class Room:
    """The fold of a room's journal up to seq.

    questions: by number. queues: one running order per panellist and PANEL. on_air: the question being answered.
    votes: by question, the devices that support it. done: (actor, command id) -> seq of the last event it caused,
    the latest ones, oldest first. revoked: ids of links no longer valid.
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
    done: Mapping[tuple[str, str], int] = field(default_factory=dict)
    revoked: frozenset[str] = frozenset()

    def question(self, number: int) -> Question:
        """The question with this number; Refused(unknown_question)."""
        try:
            return self.questions[number]
        except KeyError:
            raise Refused(Code.UNKNOWN_QUESTION) from None

    def panellist(self, identifier: str) -> Panellist:
        """The panellist with this id; Refused(unknown_panellist)."""
        for panellist in self.panellists:
            if panellist.id == identifier:
                return panellist
        raise Refused(Code.UNKNOWN_PANELLIST)
