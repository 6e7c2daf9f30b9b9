"""A copy of an SQLite file that is being written: whole, as it stood at one moment, in a file of its own."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from podium.ports import StoreUnavailable
from podium.store.faults import UNAVAILABLE, code_of

WAIT_SECONDS = 10.0


def copy_of(database: Path, copy: Path) -> None:
    """Write the copy (mode 0600), which must not exist yet; writers go on meanwhile.

    The copy holds every transaction that was committed before, and is one file without a write-ahead log. Raises
    StoreUnavailable with a sentence, OSError when the copy cannot be created.
    """
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with (
            closing(
                sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", timeout=WAIT_SECONDS, uri=True)
            ) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            if (said := target.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise StoreUnavailable(UNAVAILABLE, f"the copy of {database} is damaged: {said}")
    except sqlite3.Error as error:
        raise StoreUnavailable(code_of(error), f"{database} cannot be copied: {error}") from error
