"""What in a question is worth a second look. It never turns a question away, it tells moderators why to look."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from moderation.question import Flag

_PATTERNS: Mapping[Flag, re.Pattern[str]] = MappingProxyType(
    {
        Flag.LINK: re.compile(
            r"https?://|\bwww\.|\b[\w-]+\.(?:at|ch|com|de|eu|info|io|me|net|org|ru)\b", re.IGNORECASE
        ),
        # begins with + or 0 and has at least seven digits; dates have full stops between theirs
        Flag.PHONE_NUMBER: re.compile(r"(?<![\w.,])(?:\+|0)(?:[ ()/-]{0,2}\d){6,}"),
        Flag.EMAIL_ADDRESS: re.compile(r"[^\s@]@[^\s@]+\.[^\s@]{2}"),
    }
)
_WORD = re.compile(r"\w+")


def screened(texts: Iterable[str | None], words: Iterable[str], earlier: Iterable[str]) -> tuple[Flag, ...]:
    """The flags of what somebody wrote, the question's text first; earlier: the other texts of the same device."""
    given = [text for text in texts if text is not None]
    written = "\n".join(given)
    flags = [flag for flag, pattern in _PATTERNS.items() if pattern.search(written)]
    plain = _plain(written)
    if any(watched(plain, word) for word in words):
        flags.append(Flag.WATCHED_WORD)
    if _plain(given[0]) in map(_plain, earlier):
        flags.append(Flag.REPEATED_TEXT)
    return tuple(flags)


def watched(plain: str, word: str) -> bool:
    """Whether a word or phrase stands in a plain text; with a * at its end any word that begins so."""
    wanted = _plain(word)
    if not wanted.strip():
        return False
    return (wanted.removesuffix(" ") if word.endswith("*") else wanted) in plain


def _plain(text: str) -> str:
    """The words of a text in one case, each between spaces."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
