"""Builds the compiled fan-out (podium/relay/fanout.c), where there is a C compiler; without one the relay runs in Python.

    python scripts/compiled.py            build podium/relay/libfanout.so, or say why not; never an error
    python scripts/compiled.py --require  the same, and fail when it was not built

Nothing but a C compiler and the C library's headers is needed: no Python headers, no libsrtp.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "podium" / "relay"
SOURCES = (FOLDER / "fanout.c", FOLDER / "fanout.h")
LIBRARY = FOLDER / "libfanout.so"
FLAGS = ["-O2", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-shared", "-fPIC"]
SECONDS = 60


def compiler() -> list[str] | None:
    """The command of CC, or the first compiler of the system."""
    if chosen := shlex.split(os.environ.get("CC", "")):
        return chosen if shutil.which(chosen[0]) else None
    return next(([name] for name in ("cc", "gcc", "clang") if shutil.which(name)), None)


def checksum() -> int:
    """podium.relay.compiled computes the same, and takes no library with another one."""
    value = 0
    for source in SOURCES:
        value = zlib.crc32(source.read_bytes(), value)
    return value


def build(library: Path = LIBRARY) -> str:
    """Compile to `library`. Returns why it could not be built, "" when it was."""
    if not sys.platform.startswith("linux"):
        return "the compiled fan-out is for Linux"
    command = compiler()
    if command is None:
        return "no C compiler was found"
    # Beside its place first: a relay that runs keeps the library it has loaded.
    fresh = library.with_name(f"{library.name}.{os.getpid()}")
    try:
        subprocess.run(
            [*command, *FLAGS, f"-DSOURCE={checksum()}u", "-o", str(fresh), str(SOURCES[0])],
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        fresh.replace(library)
    except subprocess.CalledProcessError as error:
        return f"{shlex.join(command)} failed: {error.stderr.strip()[-500:]}"
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{shlex.join(command)} failed: {error}"
    finally:
        fresh.unlink(missing_ok=True)
    return ""


def wheel_tag() -> str:
    """A wheel with the library runs on any Python of this platform."""
    return f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the compiled fan-out, where there is a C compiler.")
    parser.add_argument("--require", action="store_true", help="fail when it cannot be built")
    arguments = parser.parse_args()
    reason = build()
    if reason:
        LIBRARY.unlink(missing_ok=True)
        print(f"No compiled fan-out: {reason}. The relay runs without it, in Python.", file=sys.stderr)
        sys.exit(arguments.require)


if __name__ == "__main__":
    main()
