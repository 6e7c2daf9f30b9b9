"""What was found, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """fail: the event would not work. warn: it may not, or not for everybody. ok: nothing to do."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. part: what was looked at. advice: what to do, "" when nothing is."""

    level: Level
    part: str
    found: str
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.level:<5} {self.part:<12} {self.found}"
        return f"{line}\n{'':18} -> {self.advice}" if self.advice else line


def ok(part: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(Level.OK, part, found)


def warn(part: str, found: str, advice: str) -> Finding:
    """Somebody should look."""
    return Finding(Level.WARN, part, found, advice)


def fail(part: str, found: str, advice: str) -> Finding:
    """It will not work like this."""
    return Finding(Level.FAIL, part, found, advice)
