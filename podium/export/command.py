"""The command `podium export`: its options, its sentences, its exit status."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from moderation.apply import OutOfOrder, apply
from moderation.room import Room
from podium import journal, settings
from podium.clock import SystemClock
from podium.export.page import to_html
from podium.export.record import Record, record, to_json
from podium.export.table import to_csv
from podium.ports import Store, StoreUnavailable
from podium.store.sqlite import DATABASE, open_sqlite

FORMATS: Mapping[str, Callable[[Record], str]] = MappingProxyType({"csv": to_csv, "json": to_json, "html": to_html})
PAGE = 1_000
DESCRIPTION = """\
Write the questions of a room, as they stand at this moment, to a file or to standard output. The server may go
on running meanwhile.

csv opens in a spreadsheet, html prints, json feeds other programs. Without --public the export holds everything,
questions nobody but the moderators may read and people's names included: keep it as carefully as the data folder."""
EPILOG = """\
examples:
  podium export digitales-podium --format html --public --output questions.html
  podium export digitales-podium > all-questions.csv

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
        "--output", type=Path, metavar="FILE", help="the file to write or replace (default: standard output)"
    )
    parser.add_argument("--data", metavar="FOLDER", help="the data folder of the server (default: data)")


async def run(arguments: argparse.Namespace) -> int:
    """Export; the exit status. What is written is whole or not at all."""
    try:
        room = await _room(_database(arguments), arguments.room)
        taken = record(arguments.room, room, public=arguments.public, now=SystemClock().now(), zone=None)
        _write(FORMATS[arguments.format](taken).encode(), arguments.output, private=not arguments.public)
    except (ExportRefused, StoreUnavailable, settings.SettingRefused, journal.UnknownEvent, OutOfOrder) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"cannot write {arguments.output or 'the output'}: {error.strerror}")
    return 0


def _failed(sentence: str) -> int:
    sys.stderr.write(f"podium export: {sentence}\n")
    return 1


def _database(arguments: argparse.Namespace) -> Path:
    database = settings.read(arguments).data / DATABASE
    if not database.is_file():
        raise ExportRefused(f"there are no questions in {database.parent}: {database.name} is missing")
    return database


async def _room(database: Path, identifier: str) -> Room:
    store = await open_sqlite(database)
    try:
        room = await folded(store, identifier)
        if not room.seq:
            names = ", ".join(await store.rooms()) or "none yet"
            raise ExportRefused(f"there is no room “{identifier}”; the rooms are: {names}")
        return room
    finally:
        await store.close()


async def folded(store: Store, identifier: str) -> Room:
    """The room after what its journal holds now: always what it was at one number, never parts of two."""
    room = Room()
    while lines := await store.read(identifier, room.seq, PAGE):
        for happened in journal.events(lines):
            room = apply(room, happened)
    return room


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
