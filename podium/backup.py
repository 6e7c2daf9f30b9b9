"""`podium backup` and `podium restore`: everything a server needs in one file, taken while it runs."""

import os
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from podium.ports import StoreUnavailable
from podium.settings import Settings
from podium.store.snapshot import copy_of
from podium.store.sqlite import DATABASE

Say = Callable[[str], None]

REFUSED = 2
ELSEWHERE = "the questions are in PostgreSQL: use pg_dump and pg_restore, and copy the data folder with its secret."
KEPT = ("programme.toml", "secret", "metrics.token", "links.json")
"""Beside the database: what the operator wrote, what signs links, and the links of a demo."""


def backup(settings: Settings, archive: Path, say: Say, complain: Say) -> int:
    """Write the archive (mode 0600), which must not exist yet; the exit status."""
    folder = settings.data
    if settings.database:
        complain(ELSEWHERE)
        return REFUSED
    if not (folder / DATABASE).is_file():
        complain(f"{folder} holds no {DATABASE}: is it the data folder of the server?")
        return REFUSED
    try:
        with tempfile.TemporaryDirectory(dir=archive.absolute().parent, prefix=".podium-") as beside:
            whole = Path(beside, "archive")
            _write(folder, Path(beside, DATABASE), whole)
            # a link, not a rename: it fails where somebody has a file of this name, and what is there is whole
            os.link(whole, archive)
    except FileExistsError:
        complain(f"{archive} is there already; give another name.")
        return REFUSED
    except StoreUnavailable as error:
        complain(f"no backup was made: {error}.")
        return REFUSED
    except OSError as error:
        complain(f"no backup was made: {archive}: {error.strerror}.")
        return REFUSED
    say(
        f"{archive} holds the rooms of {folder}, {archive.stat().st_size:,} bytes. It also holds the secret that signs links."
    )
    return 0


def restore(settings: Settings, archive: Path, say: Say, complain: Say) -> int:
    """Put an archive's files into a data folder that has none of them yet; the exit status."""
    folder = settings.data
    if settings.database:
        complain(ELSEWHERE)
        return REFUSED
    known = (DATABASE, *KEPT)
    if there := [name for name in known if (folder / name).exists()]:
        complain(f"{folder} has a {there[0]} already; restore into an empty folder with --data.")
        return REFUSED
    try:
        with tarfile.open(archive) as tar:
            members = [member for member in tar.getmembers() if member.isfile() and member.name in known]
            if DATABASE not in {member.name for member in members}:
                complain(f"{archive} is no backup of Podium.")
                return REFUSED
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for member in members:
                content = tar.extractfile(member)
                assert content is not None, "a file has content"
                _put(folder / member.name, content.read())
    except tarfile.TarError as error:
        complain(f"{archive} is no backup of Podium: {error}.")
        return REFUSED
    except OSError as error:
        complain(f"{error.filename or archive}: {error.strerror}.")
        return REFUSED
    say(f"{folder} holds the rooms of {archive}. `podium serve --data {folder}` goes on with them.")
    return 0


def _write(folder: Path, database: Path, archive: Path) -> None:
    copy_of(folder / DATABASE, database)
    with tarfile.open(archive, "w:gz") as tar:
        archive.chmod(0o600)
        tar.add(database, DATABASE, filter=_nobodys)
        for name in KEPT:
            if (folder / name).is_file():
                tar.add(folder / name, name, filter=_nobodys)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """The member without its owner: it belongs to whoever restores it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _put(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
