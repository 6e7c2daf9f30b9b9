"""Several moderators and askers at once, on two nodes that learn of each other late: one journal, one room for all."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from moderation import command
from moderation.apply import fold
from moderation.event import Happened
from moderation.policy import Role, Who
from moderation.question import State
from moderation.refusal import Refused
from moderation.room import Room
from tests.moderation.rooms import ASKERS, attendee_commands, described, marked, moderator_commands, play

MODERATORS = tuple(Who(Role.MODERATOR, f"link:m{number}") for number in (1, 2, 3))
NODES = st.sampled_from((0, 1))


class Event(RuleBasedStateMachine):
    """The journal takes an append only from who has read all of it; the loser reads on and decides again."""

    steps = Bundle("steps")

    def __init__(self) -> None:
        super().__init__()
        self.journal: list[Happened] = []
        self.truth = described()
        """The room as the journal tells it, to its end."""
        self.nodes: list[Room] = [described(), described()]
        self.commands = 0

    def decided(self, node: int, wanted: command.Command, who: Who) -> None:
        """Decided by a node as the room's hub does: against what it knows, and anew after somebody was first."""
        self.commands += 1
        for _ in range(2):
            known = self.nodes[node]
            try:
                room, happened = play(known, wanted, who, self.commands, f"c{self.commands}")
            except Refused:
                return
            if isinstance(wanted, command.Ask):
                assert known.opening.intake is command.Intake.OPEN, "what is shut is shut"
            if isinstance(wanted, command.Ask | command.Vote):
                assert who.actor not in known.blocked
            if known.seq == described().seq + len(self.journal):
                self.journal += happened
                self.nodes[node] = room
                self.truth = fold(self.truth, happened)
                return
            self.catch_up(node)
        pytest.fail("a node that has read everything is never stale")

    @rule(node=NODES, who=st.sampled_from(ASKERS), wanted=attendee_commands)
    def somebody_in_the_audience_acts(self, node: int, who: Who, wanted: command.Command) -> None:
        if isinstance(wanted, command.Ask):
            wanted = command.Ask(f"Frage {self.commands}?", wanted.language, wanted.name, None, wanted.addressee)
        self.decided(node, wanted, who)

    @rule(node=NODES, who=st.sampled_from(MODERATORS), wanted=moderator_commands)
    def a_moderator_acts(self, node: int, who: Who, wanted: command.Command) -> None:
        if isinstance(wanted, command.Transcribe):
            wanted = command.Transcribe(f"Saal {self.commands}?", "de")
        self.decided(node, marked(self.nodes[node], wanted, self.commands), who)

    @rule(target=steps, node=NODES)
    def a_moderator_remembers_a_step(self, node: int) -> tuple[int, int]:
        former = self.nodes[node].former
        return next(((number, step.step) for number, step in reversed(former.items())), (1, 0))

    @rule(node=NODES, who=st.sampled_from(MODERATORS), step=steps)
    def a_moderator_takes_an_old_step_back(self, node: int, who: Who, step: tuple[int, int]) -> None:
        number, seq = step
        last = self.truth.former.get(number)
        before = len(self.journal)
        self.decided(node, command.Undo(number, seq), who)
        if len(self.journal) > before:
            assert last is not None
            assert last.step == seq, "only what is still the last step of a question is undone"

    @rule(node=NODES)
    def catch_up(self, node: int) -> None:
        known = self.nodes[node]
        self.nodes[node] = fold(known, self.journal[known.seq - described().seq :])

    @invariant()
    def the_room_is_whole(self) -> None:
        room = self.truth
        standing = sorted(number for queue in room.queues.values() for number in queue)
        assert standing == sorted(n for n, q in room.questions.items() if q.state is State.QUEUED)
        assert [n for n, q in room.questions.items() if q.state is State.ON_AIR] == [
            n for n in (room.on_air,) if n is not None
        ]
        assert room.blocked <= room.devices.keys()
        assert sorted(room.devices.values()) == list(range(1, len(room.devices) + 1)), "one number for each device"
        for source, question in room.questions.items():
            assert (
                question.number not in room.former
                or not room.former[question.number].question.redacted
                or (question.redacted)
            ), "no undo brings back what was redacted"
            assert question.into is None or source in room.sources[question.into]

    def teardown(self) -> None:
        for node in (0, 1):
            self.catch_up(node)
        assert self.nodes[0] == self.nodes[1] == self.truth == fold(described(), self.journal)
        assert [happened.seq for happened in self.journal] == list(range(described().seq + 1, self.nodes[0].seq + 1))


TestEvent = Event.TestCase
TestEvent.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
