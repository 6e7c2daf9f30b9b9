"""What the machine offers: a data folder, a disk, open files, a clock, a compiled fan-out, a programme that can be read."""

import ctypes
import os
import resource
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from podium.doctor.findings import Finding, fail, ok, warn
from podium.programme import ProgrammeRefused, read_programme
from podium.readiness import FULL_BYTES, LOW_BYTES
from podium.relay import compiled
from podium.settings import Settings
from podium.tokens import SECRET_BYTES

FEW_FILES = 16_384
"""An attendee takes one open file, a viewer over TCP two more."""
_TIMEX_BYTES = 256
"""More than any `struct timex`; all zeros only ask."""
_TIME_ERROR = 5


def examine(settings: Settings) -> Iterator[Finding]:
    """All of it."""
    yield of_programme(settings)
    yield from of_folder(settings.data)
    yield from of_secret(settings)
    yield of_files()
    yield from of_clock(clock_state())
    yield of_fan_out()


def of_programme(settings: Settings) -> Finding:
    """The rooms."""
    try:
        rooms = read_programme(settings.programme_file)
    except ProgrammeRefused as refused:
        return fail("programme", str(refused), "`podium serve --help` shows what to write.")
    return ok("programme", f"{settings.programme_file}: {', '.join(rooms)}")


def of_folder(folder: Path) -> Iterator[Finding]:
    """Whether the data folder can be written, and for how long."""
    if not folder.is_dir():
        yield fail("data", f"{folder} is no folder", f"mkdir -m 700 {folder}, or name another one with --data.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(4096))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        advice = f"Let the user who runs Podium write to {folder} (chown, mount, free space), and no other."
        yield fail("data", f"{folder} cannot be written ({error.strerror})", advice)
        return
    yield ok("data", f"{folder} can be written")
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    found = f"{free / 1_000_000:,.0f} MB are free on the disk of {folder}"
    if free < FULL_BYTES:
        yield fail("disk", found, "Free space: without any, every question is refused.")
    elif free < LOW_BYTES:
        yield warn("disk", found, f"Free space before the event, {LOW_BYTES / 1_000_000:,.0f} MB at least.")
    else:
        yield ok("disk", found)


def of_secret(settings: Settings) -> Iterator[Finding]:
    """What signs the links, and whether others can read it."""
    path = settings.secret_file
    try:
        mode, size = path.stat().st_mode, len(path.read_bytes())
    except FileNotFoundError:
        if settings.secret is None:
            yield ok("secret", f"{path} will be made at the first start")
        else:
            yield fail("secret", f"{path} is missing", f"head -c {SECRET_BYTES} /dev/urandom > {path}")
        return
    except OSError as error:
        yield fail("secret", f"{path} cannot be read ({error.strerror})", "Let the user who runs Podium read it.")
        return
    if size != SECRET_BYTES:
        found = f"{path} has {size} bytes instead of {SECRET_BYTES}"
        yield fail("secret", found, "Restore it from a copy; a new one makes all links invalid.")
    elif settings.secret is None and mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield warn("secret", f"other users of this machine can read {path}", f"chmod 600 {path}")
    else:
        yield ok("secret", f"{path} can be read")


def of_files() -> Finding:
    """The limit of open files, which the server raises as far as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or most >= FEW_FILES:
        return ok("files", "the limit of open files is high enough" if most < 0 else f"{most:,} files may be open")
    advice = "Raise it: LimitNOFILE=65536 in the systemd unit, `ulimits: nofile` in compose, ulimit -Hn in a shell."
    return warn("files", f"{most:,} files may be open, so fewer people can be here", advice)


def of_clock(state: int) -> Iterator[Finding]:
    """Whether something keeps the clock right. state: what adjtimex(2) answers; -1, and nobody may ask here."""
    if state == _TIME_ERROR:
        advice = "Let it follow a time server: timedatectl set-ntp true, or chrony. Links end by the clock."
        yield warn("clock", "nothing keeps it right, as far as this machine knows", advice)
    elif state >= 0:
        yield ok("clock", "it follows a time server")


def clock_state() -> int:
    """What the kernel says of its clock."""
    return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))


def of_fan_out() -> Finding:
    """Whether pictures cost half or twice the processor time."""
    if compiled.load() is not None:
        return ok("fan-out", "compiled")
    return warn("fan-out", "in Python: pictures take twice the processor time", compiled.ADVICE)
