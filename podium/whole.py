"""Files that are whole or not there, for whoever looks and after a power cut."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY


def make(path: Path, content: bytes) -> None:
    """A file (mode 0600) with this content, unless there is one of that name. Raises OSError."""
    if path.exists():
        return
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".podium-") as folder:
        beside = Path(folder, path.name)
        with os.fdopen(os.open(beside, NEW, 0o600), "wb") as file:
            file.write(content)
        sync(beside)
        with suppress(FileExistsError):  # somebody else was first
            name(beside, path)


def name(whole: Path, path: Path) -> None:
    """Give a file that is on the disk its name. Raises FileExistsError where somebody has a file of that name."""
    try:
        os.link(whole, path)  # not a rename, which would take that file's place
    except FileExistsError:
        raise
    except OSError:  # a file system without links, like that of a USB stick or a share
        with whole.open("rb") as source, os.fdopen(os.open(path, NEW, 0o600), "wb") as target:
            try:
                shutil.copyfileobj(source, target)
                target.flush()
                sync(path)
            except OSError:
                path.unlink()
                raise
    with suppress(OSError):  # some of these do not wait for names
        sync(path.absolute().parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
