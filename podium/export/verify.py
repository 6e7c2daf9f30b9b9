"""The command `podium verify`: whether the journal of a room is the one that was written."""

import argparse
import re
import sys

from podium import chain, settings
from podium.export.command import EXCUSES, ExportRefused, add_place, whole_journal

DESCRIPTION = """\
Say whether every line of a room's journal is as it was written, in its order, with none missing between. The server
may go on running meanwhile.

Note the head that is printed, on paper or in a message to somebody else: whoever can write the database could write a
whole new journal, and only a head noted elsewhere tells. A head noted earlier is found in a journal that has grown
since, and not in one that was changed or cut."""
EPILOG = """\
examples:
  podium verify digitales-podium
  podium verify digitales-podium --against d4a42fcd6c1afa90c3cf114450c988eef2a3036cd49bd80f0e95589b837ab14c

exit status: 0 when it holds, 1 when it does not, 2 when it cannot be read."""
HOLDS, BROKEN, UNREAD = range(3)
_HEAD = re.compile(r"[0-9a-f]{64}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `podium verify` to a command."""
    parser.description = DESCRIPTION
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("room", metavar="ROOM", help="the room as it stands in its link, like digitales-podium")
    parser.add_argument("--against", metavar="HEAD", default="", help="a head that was noted earlier")
    add_place(parser)


async def run(arguments: argparse.Namespace) -> int:
    """Verify; the exit status."""
    wanted = arguments.against.strip().lower()
    if wanted and not _HEAD.fullmatch(wanted):
        sys.stderr.write(f"podium verify: “{arguments.against}” is no head: it has 64 digits and letters from a to f\n")
        return UNREAD
    try:
        lines = await whole_journal(settings.read(arguments), arguments.room)
    except (*EXCUSES, ExportRefused) as error:
        sys.stderr.write(f"podium verify: {error}\n")
        return UNREAD
    finding = chain.examined(arguments.room, lines, wanted)
    holds = finding.broken is None and not (wanted and finding.found is None)
    sys.stdout.write(sentence(arguments.room, finding, wanted) + "\n")
    return HOLDS if holds else BROKEN


def sentence(room: str, finding: chain.Finding, wanted: str) -> str:
    """What was found, for people; the head on a line of its own."""
    if finding.broken is not None:
        return (
            f"The journal of {room} does NOT hold: line {finding.broken} of {finding.lines} is not what was written "
            f"there; a line was changed, removed or moved.\nlast good head: {finding.head}"
        )
    if wanted and finding.found is None:
        return (
            f"The journal of {room} does NOT hold: its {finding.lines} lines follow one another, but the head that was "
            f"noted is not among them; the journal was cut or written anew.\nhead: {finding.head}"
        )
    noted = f" The noted head is that of line {finding.found}." if wanted else ""
    blank = ", ".join(f"{name.lstrip('@')} in {count}" for name, count in sorted(finding.blanked.items()))
    forgotten = f" Blanked by erasure, in so many lines: {blank}." if blank else ""
    return (
        f"The journal of {room} holds: {finding.lines} line{'s' * (finding.lines != 1)}, none changed, removed or moved.{noted}{forgotten}\n"
        f"head: {finding.head}"
    )
