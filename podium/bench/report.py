"""What a measurement found, in lines that people read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from podium.bench.ledger import Spread, Verdict
from podium.bench.machine import Usage

_NAMES = {
    "join": "join: connect to welcome",
    "return": "return: connect to welcome",
    "inbox": "question to each inbox",
    "prompter": "host to each prompter",
    "decision": "decision to each attendee",
    "tally": "vote to the tally",
    "generator": "the load's own lateness",
}
_NONE = Verdict(0, 0)


@dataclass(slots=True)
class Figures:
    """joining, acting: seconds. frames: that all attendees got. lost, doubled: events, questions and votes together."""

    attendees: int
    joining: float
    acting: float
    frames: int = 0
    asked: int = 0
    voted: int = 0
    skipped: int = 0
    waiting: int = 0
    unseen: int = 0
    different: int = 0
    lost_events: int = 0
    doubled_events: int = 0
    questions: Verdict = _NONE
    votes: Verdict = _NONE
    cpu: float | None = None
    join_cpu: float | None = None
    memory: int | None = None
    peak: int | None = None
    refused: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    spreads: dict[str, Spread] = field(default_factory=lambda: {name: Spread() for name in _NAMES})

    @property
    def lost(self) -> int:
        """Acknowledged and gone, published and not told, asked of and never answered."""
        return self.lost_events + self.questions.lost + self.votes.lost + self.unseen + self.different + self.waiting

    @property
    def doubled(self) -> int:
        """There more often than once."""
        return self.doubled_events + self.questions.doubled + self.votes.doubled

    def machine(self, idle: Usage | None, full: Usage | None, busy: Usage | None) -> None:
        """The server before anybody came, with everybody there, and after they had acted."""
        if idle is None or full is None or busy is None:
            return
        self.join_cpu = full.cpu - idle.cpu
        self.cpu = busy.cpu - full.cpu
        self.memory, self.peak = full.memory - idle.memory, busy.memory - idle.memory


def told(figures: Figures) -> Iterator[str]:
    """Line by line."""
    people = figures.attendees
    yield ""
    yield f"{people} joined in {figures.joining:.1f} s: {people / figures.joining:.0f} a second"
    yield f"{figures.asked} questions, {figures.voted} votes in {figures.acting:.0f} s; {figures.frames} frames to attendees"
    yield ""
    yield f"{'milliseconds':<30}{'n':>9}{'p50':>9}{'p95':>9}{'p99':>9}{'largest':>9}"
    for name, meaning in _NAMES.items():
        spread = figures.spreads[name]
        if spread.size:
            shares = "".join(f"{spread.quantile(share):9.1f}" for share in (0.5, 0.95, 0.99, 1.0))
            yield f"{meaning:<30}{spread.size:>9}{shares}"
    yield ""
    yield from _machine(figures)
    if figures.skipped:
        yield f"not asked or voted, since nobody had anything left to say within the pace: {figures.skipped}"
    for what, counter in (("refused", figures.refused), ("connections the server ended", figures.ended)):
        if counter:
            yield f"{what}: " + ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))
    yield from _verdict(figures)


def _machine(figures: Figures) -> Iterator[str]:
    if figures.cpu is None or figures.memory is None or figures.peak is None or figures.join_cpu is None:
        yield "CPU and memory of the server: it is not on this machine, or belongs to another user"
        return
    people = figures.attendees
    yield f"CPU of the server: {figures.cpu / figures.acting:.0%} of a core, {1e6 * figures.cpu / max(1, figures.frames):.1f} us for each frame to an attendee;"
    yield f"  {1e3 * figures.join_cpu / people:.2f} ms for each join"
    yield f"memory of the server: {figures.memory / people / 1000:.1f} kB for each attendee after joining, {figures.peak / people / 1000:.1f} kB after acting"


def _verdict(figures: Figures) -> Iterator[str]:
    yield (
        f"lost: {figures.lost} (events {figures.lost_events}, questions {figures.questions.lost}, votes {figures.votes.lost}, "
        f"unseen by staff {figures.unseen}, other pictures of the room {figures.different}, without answer {figures.waiting})"
    )
    yield (
        f"doubled: {figures.doubled} (events {figures.doubled_events}, questions {figures.questions.doubled}, "
        f"votes {figures.votes.doubled})"
    )
