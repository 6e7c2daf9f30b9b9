"""`podium backup` and `podium restore`: everything a server needs in one file, taken while it runs."""

import gzip
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

from podium.ports import StoreUnavailable
from podium.settings import Settings
from podium.store.snapshot import copy_of
from podium.store.sqlite import DATABASE
from podium.store.transfer import from_postgres, into_postgres
from podium.whole import NEW, name, sync

Say = Callable[[str], None]

REFUSED = 2
KEPT = ("programme.toml", "secret", "metrics.token", "links.json")
"""Beside the database: what the operator wrote, what signs links, and the links of a demo."""
LEFT = tuple(f"{DATABASE}{end}" for end in ("-wal", "-shm", "-journal"))
"""What a server that was killed leaves beside its file: SQLite would write it into the one that is restored."""


def backup(settings: Settings, archive: Path, say: Say, complain: Say) -> int:
    """Write the archive (mode 0600), which must not exist yet; the exit status."""
    folder = settings.data
    if not settings.database and not (folder / DATABASE).is_file():
        complain(f"{folder} holds no {DATABASE}: is it the data folder of the server?")
        return REFUSED
    try:
        with tempfile.TemporaryDirectory(dir=archive.absolute().parent, prefix=".podium-") as beside:
            whole = Path(beside, "archive")
            copy = Path(beside, DATABASE)
            if settings.database:
                from_postgres(settings.database, copy)
            else:
                copy_of(folder / DATABASE, copy)
            _write(settings, copy, whole)
            sync(whole)
            name(whole, archive)
    except FileExistsError:
        complain(f"{archive} is there already; give another name.")
        return REFUSED
    except StoreUnavailable as error:
        complain(f"no backup was made: {error}.")
        return REFUSED
    except OSError as error:
        complain(f"no backup was made: {archive}: {error.strerror}.")
        return REFUSED
    say(f"{archive} holds all rooms, {archive.stat().st_size:,} bytes. It also holds the secret that signs links.")
    return 0


def restore(settings: Settings, archive: Path, say: Say, complain: Say) -> int:
    """Put an archive's files into a data folder that has none of them yet; the exit status."""
    folder = settings.data
    known = (DATABASE, *KEPT)
    if there := [name for name in (*known, *LEFT) if (folder / name).exists()]:
        complain(f"{folder} has a {there[0]} already; restore into an empty folder with --data.")
        return REFUSED
    try:
        _read_through(archive)
        with tarfile.open(archive) as tar:
            members = [member for member in tar.getmembers() if member.isfile() and member.name in known]
            if DATABASE not in {member.name for member in members}:
                complain(f"{archive} is no backup of Podium.")
                return REFUSED
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder, prefix=".podium-") as beside:
                for member in members:
                    _extract(tar, member, Path(beside, member.name))
                names = {member.name for member in members}
                if settings.database:  # first: when it refuses, nothing else is there
                    into_postgres(Path(beside, DATABASE), settings.database)
                    names.remove(DATABASE)
                # last: without it nothing was restored, and the same command can be given again
                for one in sorted(names, key=lambda one: one == DATABASE):
                    name(Path(beside, one), folder / one)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error):
        complain(f"{archive} is damaged, or no backup of Podium: take another copy.")
        return REFUSED
    except StoreUnavailable as error:
        complain(f"the questions were not restored: {error}.")
        return REFUSED
    except OSError as error:
        complain(f"{error.filename or folder}: {error.strerror}.")
        return REFUSED
    where = (
        f"The database holds the rooms of {archive}, {folder} its other files."
        if settings.database
        else f"{folder} holds the rooms of {archive}."
    )
    say(f"{where} `podium serve --data {folder}` goes on with them.")
    return 0


def _read_through(archive: Path) -> None:
    """Compare the checksum at the end: without it a damaged archive would be restored as far as it goes."""
    with gzip.open(archive) as content:
        while content.read(1 << 20):
            pass


def _write(settings: Settings, database: Path, archive: Path) -> None:
    named = {"secret": settings.secret_file, "programme.toml": settings.programme_file}
    with tarfile.open(archive, "w:gz") as tar:
        archive.chmod(0o600)
        tar.add(database, DATABASE, filter=_nobodys)
        for name in KEPT:
            path = named.get(name, settings.data / name)
            if path.is_file():
                tar.add(path, name, filter=_nobodys)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """The member without its owner: it belongs to whoever restores it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    content = tar.extractfile(member)
    assert content is not None, "a file has content"
    with os.fdopen(os.open(path, NEW, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)
    sync(path)
