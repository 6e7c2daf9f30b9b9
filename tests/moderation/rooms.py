"""Rooms for tests: a described one, a way to play commands into it, and strategies for random ones."""

from dataclasses import replace
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st

from moderation import command
from moderation.apply import apply
from moderation.decide import decide
from moderation.event import Happened
from moderation.policy import REASONS, Role, Who
from moderation.refusal import Refused
from moderation.room import Room

PANEL = (
    command.Panellist("bohle", "Anne Katrin Bohle", "Staatssekretärin, BMI"),
    command.Panellist("ulm", "Vertretung der Stadt Ulm", "Ulm"),
    command.Panellist("ziemer", "Prof. Dr. Ziemer", "HafenCity Universität Hamburg"),
)
DESCRIBE = command.Describe("Digitales Podium", "Smart City Dialog", "de", PANEL, ("programme",))
SYSTEM = Who(Role.SYSTEM, "system")
MODERATOR = Who(Role.MODERATOR, "link:m1")
ASKERS = tuple(Who(Role.ATTENDEE, f"device:{name}") for name in "abc")
SPEAKERS = tuple(Who(Role.SPEAKER, f"link:{p.id}", p.id) for p in PANEL)

MINUTE = 60_000

few = settings(max_examples=20, deadline=None)
"""The core's tests answer within a second, so that they run at every save; chance brings other examples every time."""


def play(room: Room, wanted: command.Command, who: Who, now: int, identifier: str = "") -> tuple[Room, list[Happened]]:
    """The room after a command, and what happened. Refused goes through."""
    journal = []
    for event in decide(room, wanted, who, now):
        happened = Happened(room.seq + 1, now, who.actor, identifier, event)
        room = apply(room, happened)
        journal.append(happened)
    return room, journal


@cache  # rooms never change
def described() -> Room:
    return play(Room(), DESCRIBE, SYSTEM, 0)[0]


def with_questions(*texts: str) -> Room:
    """A described room in which device:a asked these, a minute apart."""
    room = described()
    for minute, text in enumerate(texts, start=1):
        room, _ = play(room, command.Ask(text, "de"), ASKERS[0], minute * MINUTE)
    return room


def done(room: Room, *wanted: command.Command, who: Who = MODERATOR, now: int = 100 * MINUTE) -> Room:
    for one in wanted:
        room, _ = play(room, one, who, now)
    return room


# Few words, so that texts of different questions are told apart by their marker and nothing else repeats.
numbers = st.integers(1, 6)
queues = st.sampled_from(["panel", *(p.id for p in PANEL)])
attendee_commands = st.one_of(
    st.builds(
        command.Ask,
        text=st.just(""),  # replaced by a unique marker when it is played
        language=st.sampled_from(["de", "en"]),
        name=st.none() | st.just("Name"),
        addressee=st.none() | st.sampled_from([p.id for p in PANEL]),
    ),
    st.builds(command.Vote, numbers, st.booleans()),
    st.builds(command.Withdraw, numbers),
)
moderator_commands = st.one_of(
    st.builds(command.Approve, numbers),
    st.builds(command.Decline, numbers, st.sampled_from(REASONS), st.none() | st.just("Hinweis")),
    st.builds(command.Enqueue, numbers, queues),
    st.builds(command.Move, numbers, st.none() | numbers),
    st.builds(command.Air, numbers, st.none() | numbers),
    st.builds(command.Answer, numbers),
    st.builds(command.Hold, numbers),
    st.builds(command.Merge, numbers, numbers),
    st.builds(command.Merge, numbers, numbers),
    st.builds(command.Separate, numbers),
    st.builds(command.Reply, numbers, text=st.just("")),
    st.builds(command.Defer, numbers, owner=st.just(""), due=st.none() | st.just("Ende November")),
    st.builds(command.Edit, numbers, text=st.just("")),
    st.builds(command.Undo, numbers, step=st.just(0)),
    st.builds(command.Undo, numbers, step=st.just(0)),
    st.builds(command.Admit, st.sampled_from(command.Intake), st.none() | st.just("Pause.")),
    st.builds(command.Admit, st.just(command.Intake.OPEN)),
    st.builds(command.Premoderate, st.booleans()),
    st.builds(command.Transcribe, text=st.just(""), language=st.just("de")),
    st.builds(command.Watch, st.sampled_from(((), ("GEHEIM-2",), ("nichts",)))),
    st.builds(command.Block, st.integers(1, 3)),
    st.builds(command.Unblock, st.integers(1, 3)),
    st.builds(
        command.Redact, numbers, passages=st.sampled_from(((), ("GEHEIM",), ("NEU", "OWNER"))), name=st.booleans()
    ),
    st.builds(command.Redact, numbers, whole=st.just(True)),
)
steps = st.lists(
    st.tuples(st.sampled_from(ASKERS), attendee_commands)
    | st.tuples(st.just(MODERATOR), moderator_commands)
    | st.tuples(st.just(MODERATOR), moderator_commands),
    max_size=40,
)


def marked(room: Room, wanted: command.Command, turn: int) -> command.Command:
    """The command with a text that is told apart from all others, and a step to undo where there is one."""
    match wanted:
        case command.Edit(question):
            return command.Edit(question, f"NEU-{question}-{turn}")
        case command.Reply(question):
            return command.Reply(question, f"ANTWORT-{question}-{turn}")
        case command.Defer(question, _, due):
            return command.Defer(question, f"OWNER-{question}-", due)
        case command.Undo(question) if question in room.former:
            return command.Undo(question, room.former[question].step)
        case _:
            return wanted


def played(script: list[tuple[Who, command.Command]]) -> list[tuple[Room, Happened, Room]]:
    """(before, happened, after) for each event of a script; refused commands change nothing.

    Every question's text is a marker of its own, GEHEIM-1-, GEHEIM-2- ..., so that a leak is found by its name; so is
    what moderators write: NEU-1- for an edited text, ANTWORT-1- for an answer, OWNER-1- for who answers later.
    """
    room = described()
    history = []
    for turn, (who, wanted) in enumerate(script, start=1):
        if isinstance(wanted, command.Ask | command.Transcribe):
            wanted = replace(wanted, text=f"GEHEIM-{max(room.questions, default=0) + 1}-")
        if isinstance(wanted, command.Air) and turn % 2:
            wanted = command.Air(wanted.question, room.on_air)  # else the stage would rarely change
        wanted = marked(room, wanted, turn)
        try:
            after, journal = play(room, wanted, who, turn * MINUTE, f"c{turn}")
        except Refused:
            continue
        for happened in journal:
            next_room = apply(room, happened)
            history.append((room, happened, next_room))
            room = next_room
        assert room == after
    return history
