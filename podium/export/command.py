"""The command `podium export`: its options, its sentences, its exit status."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from moderation.apply import OutOfOrder, fold
from moderation.refusal import Refused
from moderation.room import Room
from podium import erasure, journal, settings
from podium.export.log import Log, log, log_to_csv, log_to_json
from podium.export.page import to_html
from podium.export.record import Record, record, to_json
from podium.export.table import to_csv
from podium.ports import Entry, StoreUnavailable
from podium.store.opening import open_store
from podium.store.sqlite import DATABASE

FORMATS: Mapping[str, Callable[[Record], str]] = MappingProxyType({"csv": to_csv, "json": to_json, "html": to_html})
LOG_FORMATS: Mapping[str, Callable[[Log], str]] = MappingProxyType({"csv": log_to_csv, "json": log_to_json})
EXCUSES = (StoreUnavailable, settings.SettingRefused)
"""What keeps a journal from being read, each with a sentence."""
DESCRIPTION = """\
Write the questions of a room, as they stand at this moment, to a file or to standard output, or with --log what
was decided about them, by whom and why. The server may go on running meanwhile.

Each export says up to which number of the journal it goes, and the hash that stands for all lines up to there.
--until NUMBER writes that export again, byte for byte, however the room has gone on; only what was redacted or purged
since is gone from it. With --public it holds what everybody could read then.

csv opens in a spreadsheet, html prints, json feeds other programs. Without --public the export holds everything,
questions nobody but the moderators may read and people's names included: keep it as carefully as the data folder."""
EPILOG = """\
examples:
  podium export digitales-podium --format html --public --output questions.html
  podium export digitales-podium > all-questions.csv
  podium export digitales-podium --log --output decisions.csv
  podium export digitales-podium --until 412 | cmp - taken-in-mid-event.csv

exit status: 0 when the export is written, 1 when that is not possible."""


class ExportRefused(Exception):
    """There is nothing to export, or no place to put it. The text is a sentence for the operator."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `podium export` to a command."""
    parser.description = DESCRIPTION
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("room", metavar="ROOM", help="the room as it stands in its link, like digitales-podium")
    parser.add_argument("--format", choices=tuple(FORMATS), default="csv", help="the form to write (default: csv)")
    parser.add_argument("--public", action="store_true", help="only the questions that anybody may read now")
    parser.add_argument(
        "--log", dest="decisions", action="store_true", help="the decision log instead: every step, by whom, why"
    )
    parser.add_argument(
        "--until", type=int, metavar="NUMBER", help="as it was at this number of the journal (default: the last)"
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="the file to write or replace (default: standard output)"
    )
    add_place(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the journals are."""
    parser.add_argument("--data", metavar="FOLDER", help="the data folder of the server (default: data)")
    parser.add_argument("--database", metavar="URL", help="the PostgreSQL database of the servers, where one is used")


async def run(arguments: argparse.Namespace) -> int:
    """Export; the exit status. What is written is whole or not at all."""
    try:
        journalled = await whole_journal(settings.read(arguments), arguments.room)
        lines = _cut(journalled, arguments)
        told, manifest = _told(lines, journalled[len(lines) :], arguments)
        _write(told.encode(), arguments.output, private=not arguments.public)
    except (ExportRefused, *EXCUSES) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"cannot write {arguments.output or 'the output'}: {error.strerror}")
    sys.stderr.write(manifest)
    return 0


def _cut(lines: Sequence[Entry], arguments: argparse.Namespace) -> Sequence[Entry]:
    until = len(lines) if arguments.until is None else arguments.until
    if not 1 <= until <= len(lines):
        raise ExportRefused(
            f"the journal of {arguments.room} has the lines 1 to {len(lines)}, and none numbered {until}"
        )
    return lines[:until]


def _manifest(room: str, lines: Sequence[Entry], later: Sequence[Entry]) -> str:
    """What was written, for people, and what is gone from it since."""
    gone = [str(happened.seq) for happened in journal.events(later) if erasure.forgetting((happened.event,))]
    since = f"; redacted or purged since, by line {', '.join(gone)}" if gone else ""
    return f"podium export: {room} up to line {lines[-1].seq} of its journal{since}\nhead: {lines[-1].hash}\n"


def _told(lines: Sequence[Entry], later: Sequence[Entry], arguments: argparse.Namespace) -> tuple[str, str]:
    """The export and what is said of it."""
    room = arguments.room
    try:
        return _document(lines, arguments), _manifest(room, lines, later)
    except (Refused, LookupError, ValueError) as error:  # a line that was changed speaks of what never was
        raise ExportRefused(
            f"the journal of {room} is damaged; “podium verify {room}” says from which line on"
        ) from error
    except (journal.UnknownEvent, OutOfOrder) as error:
        raise ExportRefused(
            f"the journal of {room} cannot be read ({error}): a newer version of Podium has written it, or it is "
            f"damaged, which “podium verify {room}” says"
        ) from error


def _document(lines: Sequence[Entry], arguments: argparse.Namespace) -> str:
    if arguments.decisions:
        if arguments.public or arguments.format not in LOG_FORMATS:
            raise ExportRefused("--log is for the organiser alone, as csv or json")
        return LOG_FORMATS[arguments.format](log(arguments.room, lines, zone=None))
    room = fold(Room(), journal.events(lines))
    return FORMATS[arguments.format](record(arguments.room, room, lines, public=arguments.public, zone=None))


def _failed(sentence: str) -> int:
    sys.stderr.write(f"podium export: {sentence}\n")
    return 1


async def whole_journal(options: settings.Settings, identifier: str) -> Sequence[Entry]:
    """The lines of a room. Raises ExportRefused where there is no such room or no database, and makes none; raises
    StoreUnavailable."""
    if not options.database and not (options.data / DATABASE).is_file():
        raise ExportRefused(f"there are no questions in {options.data}: {DATABASE} is missing")
    store = await open_store(options.data, options.database)
    try:
        lines = await journal.read_all(store, identifier)
        if not lines:
            names = ", ".join(await store.rooms()) or "none yet"
            raise ExportRefused(f"there is no room “{identifier}”; the rooms are: {names}")
        return lines
    finally:
        await store.close()


def _write(content: bytes, output: Path | None, *, private: bool) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    if output.exists() and not output.is_file():
        output.write_bytes(content)  # a device or a pipe stays what it is
        return
    output = output.resolve()
    # mkstemp makes a file that only its owner reads; what everybody may read gets the usual permissions.
    handle, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if not private:
                mask = os.umask(0)
                os.umask(mask)
                os.fchmod(file.fileno(), 0o666 & ~mask)
        Path(name).replace(output)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
