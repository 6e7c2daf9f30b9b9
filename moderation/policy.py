"""Who may do what, and within which limits."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from moderation import command, stage_command
from moderation.refusal import Code, Refused


class Role(StrEnum):
    """In which role somebody is connected."""

    ATTENDEE = "attendee"
    MODERATOR = "moderator"
    SPEAKER = "speaker"
    HOST = "host"
    STUDIO = "studio"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Who:
    """Who speaks, as the server knows it. actor: a stable pseudonym, ``device:...`` or ``link:...`` or "system".

    An attendee without a device token has the actor "": may watch, may not ask. panellist: of a speaker's link.
    """

    role: Role
    actor: str
    panellist: str | None = None


class Reach(StrEnum):
    """How far a permission goes: to whatever the command names, or to one's own question, screen, script or wish."""

    ANY = "any"
    OWN = "own"


STAFF = frozenset({Role.MODERATOR, Role.HOST})
"""Who sees every question."""

_STAFF = dict.fromkeys(STAFF, Reach.ANY)
_HOST = {Role.HOST: Reach.ANY}
_SYSTEM = {Role.SYSTEM: Reach.ANY}

PERMISSIONS: Mapping[type[command.Command], Mapping[Role, Reach]] = MappingProxyType(
    {
        command.Ask: {Role.ATTENDEE: Reach.ANY},
        command.Vote: {Role.ATTENDEE: Reach.ANY},
        command.Withdraw: {Role.ATTENDEE: Reach.OWN},
        command.Approve: _STAFF,
        command.Hold: _STAFF,
        command.Decline: _STAFF,
        command.Merge: _STAFF,
        command.Separate: _STAFF,
        command.Enqueue: _STAFF,
        command.Move: _STAFF,
        command.Air: _STAFF,
        command.Answer: _STAFF,
        command.Reply: _STAFF,
        command.Defer: _STAFF,
        command.Edit: _STAFF,
        command.Undo: _STAFF,
        command.Admit: _STAFF,
        command.Premoderate: _STAFF,
        command.Transcribe: _STAFF,
        command.Watch: _STAFF,
        command.Block: _STAFF,
        command.Unblock: _STAFF,
        command.Redact: _STAFF,
        stage_command.Brief: _STAFF,
        stage_command.SendCue: _STAFF,
        stage_command.MarkCue: {**_STAFF, Role.SPEAKER: Reach.OWN},
        stage_command.WithdrawCue: _STAFF,
        stage_command.MakeRequest: {Role.SPEAKER: Reach.OWN},
        stage_command.SettleRequest: {**_STAFF, Role.SPEAKER: Reach.OWN},
        stage_command.StartClock: _HOST,
        stage_command.PauseClock: _HOST,
        stage_command.ResumeClock: _HOST,
        stage_command.ExtendClock: _HOST,
        stage_command.ClearClock: _HOST,
        stage_command.Announce: _HOST,
        stage_command.SteerScript: _HOST,
        stage_command.EditScript: {**_HOST, Role.SPEAKER: Reach.OWN},
        command.Describe: _SYSTEM,
        command.Revoke: _SYSTEM,
        command.Purge: _SYSTEM,
    }
)
"""Who may give which command, and how far; whoever is not named may not."""

REASONS = (
    "off_topic",
    "already_asked",
    "already_answered",
    "personal_data",
    "not_civil",
    "not_a_question",
    "no_time",
    "other",
)
"""Why a question can be declined."""

TEXT_LIMIT = 600
NAME_LIMIT = 80
AFFILIATION_LIMIT = 120
NOTE_LIMIT = 300
ANSWER_LIMIT = 2_000
"""Lengths in characters (Unicode code points) after clean_text."""

LINES_LIMIT = 12
"""A text of more lines becomes one paragraph, so that none pushes all others off a moderator's screen."""

ASKS_PER_WINDOW = 4
ASK_WINDOW = 60_000
"""A device may ask this many questions within this many milliseconds."""
ROOM_ASKS_PER_WINDOW = 600
"""All devices together may ask this many within the same time."""

WORDS_LIMIT = 500
"""So many words to look at twice can be set, each at most NAME_LIMIT characters long."""

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# the Unicode Standard, section 23.7: the last two of each plane, and a block of 32
_NONCHARACTERS = frozenset(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_NONCHARACTERS |= frozenset(map(chr, range(0xFDD0, 0xFDF0)))
# line ends, and the letters without ink: the Hangul fillers and the empty Braille pattern
_BLANK = frozenset("\n\t\u115f\u1160\u3164\uffa0\u2800")
_NOT_PLAIN = _BIDI_CONTROLS | _NONCHARACTERS


def permit(who: Who, wanted: command.Command) -> Reach:
    """How far. Refused(not_allowed) unless the role may; Refused(device_needed) for an attendee without a device."""
    reach = PERMISSIONS[type(wanted)].get(who.role)
    if reach is None:
        raise Refused(Code.NOT_ALLOWED)
    if not who.actor:
        raise Refused(Code.DEVICE_NEEDED)
    return reach


def clean_text(text: str, limit: int) -> str:
    """The text in Unicode normal form C without surrounding white space, line ends as LF, at most LINES_LIMIT lines.

    Refused with text_empty, text_too_long or text_not_plain (control, bidirectional override, surrogate and
    noncharacter code points: they can hide or reorder what a moderator reads).
    """
    if len(text) > 4 * limit:  # before any work on it: normal form C shrinks text at most threefold (UAX #15)
        raise Refused(Code.TEXT_TOO_LONG)
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if plain.count("\n") >= LINES_LIMIT:
        plain = " ".join(plain.split())
    if all(map(_shows_nothing, plain)):
        raise Refused(Code.TEXT_EMPTY)
    if len(plain) > limit:
        raise Refused(Code.TEXT_TOO_LONG)
    if any(character not in "\n\t" and _is_not_plain(character) for character in plain):
        raise Refused(Code.TEXT_NOT_PLAIN)
    return plain


def clean_line(text: str | None, limit: int) -> str | None:
    """Like clean_text for an optional single line; None when nothing was given. White space folds to one space."""
    if text is None or not text.strip():
        return None
    if len(text) > 4 * limit:
        raise Refused(Code.TEXT_TOO_LONG)
    return clean_text(" ".join(text.split()), limit)


def clean_text_or_none(text: str | None, limit: int) -> str | None:
    """Like clean_text; None when nothing was given."""
    return None if text is None or not text.strip() else clean_text(text, limit)


def clean_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words as lines, each once, in their order. Refused(text_too_long) for too many or too long ones."""
    if len(words) > WORDS_LIMIT:
        raise Refused(Code.TEXT_TOO_LONG)
    lines = (clean_line(word, NAME_LIMIT) for word in words)
    return tuple(dict.fromkeys(line for line in lines if line is not None))


def clean_script_line(line: str) -> str:
    """One line of a speaker's script: Unicode normal form C, no white space at its end, else as it was written.

    Refused with text_not_plain for what clean_text refuses and for line ends.
    """
    plain = unicodedata.normalize("NFC", line).rstrip()
    if any(character != "\t" and _is_not_plain(character) for character in plain):
        raise Refused(Code.TEXT_NOT_PLAIN)
    return plain


def _shows_nothing(character: str) -> bool:
    return character in _BLANK or unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cf", "Mn"}


def _is_not_plain(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _NOT_PLAIN


def clean_language(tag: str) -> str:
    """A BCP 47 primary language subtag in lower case, "und" when it is not one (RFC 5646 section 2.2.1)."""
    primary = tag.split("-", 1)[0].lower()
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else "und"
