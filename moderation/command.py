"""What somebody wants. Who wants it, when, and in which role is never part of a command."""

from dataclasses import dataclass, field
from enum import StrEnum

from moderation.question import State
from moderation.stage_command import StageCommand


@dataclass(frozen=True, slots=True)
class Ask:
    """Hand in a question; addressee is a panellist or None for the whole panel, language a BCP 47 tag."""

    text: str
    language: str
    name: str | None = None
    affiliation: str | None = None
    addressee: str | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """Support a public question, or take the support back. Saying the same twice changes nothing."""

    question: int
    support: bool


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take an own question back, while it is not on air."""

    question: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator decides about a question. seen: the state in which its sender saw it; where a colleague was first,
    it is refused instead of overruling him unseen. None: wherever it stands."""

    question: int
    seen: State | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Approve(Decision):
    """Show a question to everybody; a queued one leaves its running order."""


@dataclass(frozen=True, slots=True)
class Hold(Decision):
    """Put a question on the moderators' shortlist; nobody else sees it there."""


@dataclass(frozen=True, slots=True)
class Decline(Decision):
    """Do not show a question, with a reason from the list and, if wished, a sentence for the asker."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Merge(Decision):
    """Let a question go on as part of another: its votes count there, its asker is told what becomes of that one."""

    into: int


@dataclass(frozen=True, slots=True)
class Separate:
    """Take a merged question out again; it comes back to be read anew, with its own votes."""

    question: int


@dataclass(frozen=True, slots=True)
class Enqueue(Decision):
    """Put a question last in a running order: a panellist's, or the panel's."""

    queue: str


@dataclass(frozen=True, slots=True)
class Move:
    """Place a queued question right behind another of the same running order, or first (after is None)."""

    question: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Air:
    """Put a question on air. instead: the one its sender saw on air, which thereby counts as answered."""

    question: int
    instead: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Mark the question on air as answered."""

    question: int


@dataclass(frozen=True, slots=True)
class Reply(Decision):
    """Answer a question in writing, for everybody to read; once more replaces the text. instead: the answer that its
    sender saw, "" for none; where there is another by now, it is refused. None: whatever is there."""

    text: str
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Defer(Decision):
    """Have a question answered later: by whom, for the moderators alone, and until when, for the asker too."""

    owner: str
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Change the wording of a question; the asker sees both, the moderators keep the original. instead: the wording
    that its sender saw; where a colleague has edited or redacted it since, it is refused. None: however it reads."""

    question: int
    text: str
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """Return a question to where it stood before a moderator's step, the event with the number step.

    A question that this step put on air in place of another gives the stage back to it.
    """

    question: int
    step: int


class Intake(StrEnum):
    """Whether the audience may ask: yes, not now, or no more."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Admit:
    """Open, pause or close the questions, with a notice in German, English, both or neither for every screen."""

    intake: Intake
    notice_de: str | None = None
    notice_en: str | None = None


@dataclass(frozen=True, slots=True)
class Premoderate:
    """Whether a moderator reads each question before everybody does (the default), or after."""

    on: bool


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Type in a question from the hall, also while the questions are paused or closed; the fields are those of ask."""

    text: str
    language: str
    name: str | None = None
    affiliation: str | None = None
    addressee: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Set the moderators' words to look at twice; a * at the end of a word stands for any ending."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Take no more questions and votes from a device, named by its number in this room."""

    device: int


@dataclass(frozen=True, slots=True)
class Unblock:
    """Take questions and votes of a blocked device again."""

    device: int


@dataclass(frozen=True, slots=True)
class Redact:
    """Blank personal data in a question for good, in the journal too; no undo brings it back.

    passages: exact pieces, wherever they stand in what was said with this question. whole: the whole text. name: name
    and affiliation.
    """

    question: int
    passages: tuple[str, ...] = ()
    whole: bool = False
    name: bool = False


@dataclass(frozen=True, slots=True)
class Panellist:
    """Somebody on the panel. id: lower-case letters, digits and hyphens; role: the line below the name."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One item of the netiquette, in German, English or both. reasons: those for declining that it explains."""

    de: str | None
    en: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Describe:
    """Set what the organiser decides about a room: title, language (BCP 47), panel, names of its feeds, netiquette.

    words: to look at twice. starts: when the event begins, milliseconds since the Unix epoch.
    """

    title: str
    programme: str
    language: str
    panellists: tuple[Panellist, ...]
    feeds: tuple[str, ...]
    netiquette: tuple[Rule, ...] = ()
    words: tuple[str, ...] = ()
    starts: int | None = None


@dataclass(frozen=True, slots=True)
class Revoke:
    """End the validity of a role link, by its id."""

    link: str


@dataclass(frozen=True, slots=True)
class Purge:
    """Forget who asked and voted: devices, names, affiliations. Texts and numbers stay."""


Command = (
    Ask
    | Vote
    | Withdraw
    | Approve
    | Hold
    | Decline
    | Merge
    | Separate
    | Enqueue
    | Move
    | Air
    | Answer
    | Reply
    | Defer
    | Edit
    | Undo
    | Admit
    | Premoderate
    | Transcribe
    | Watch
    | Block
    | Unblock
    | Redact
    | StageCommand
    | Describe
    | Revoke
    | Purge
)
