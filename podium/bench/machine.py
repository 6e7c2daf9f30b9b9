"""What a process of this machine uses, read from /proc (proc(5))."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

LISTEN = "0A"
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """cpu: seconds since its start, in user and system mode. memory: bytes resident."""

    cpu: float
    memory: int


def usage(process: int) -> Usage | None:
    """Of a process of this machine; None when it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        pages = Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1]
    except OSError:
        return None
    return Usage((int(fields[11]) + int(fields[12])) / _TICKS, int(pages) * _PAGE)


def listener(port: int) -> int | None:
    """The process that listens on this TCP port; None when it is not here, or not ours to look at."""
    wanted = {f"socket:[{inode}]" for inode in _listening(port)}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(one.readlink()) in wanted for one in (folder / "fd").iterdir()):
                return int(folder.name)
        except OSError:
            continue
    return None


def here(host: str) -> bool:
    """Whether this address is the machine itself, over its loopback interface."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(str(address).startswith("127.") or address == "::1" for address in found)


def _listening(port: int) -> list[str]:
    inodes = []
    for name in ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/net/{name}").read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.append(fields[9])
    return inodes
